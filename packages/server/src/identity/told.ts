/** What is written down of sign-ins, and told of changes to whoever reads the mail of the account. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Service } from '../service.ts';
import type { Method } from './auth.ts';

interface Where {
  readonly service: Service;
  /** Of the client. */
  readonly address: string;
}

const OfAccount = z.object({ user: z.object({ email: z.string() }) });
const HalfWay = z.object({ twoFactorRedirect: z.literal(true) });

/** Does a step of signing in, and writes down how it ended. @param account as far as it is known beforehand */
export async function noted<T>(
  { service: { log }, address }: Where,
  { way, account }: { way: Method; account?: string },
  step: () => Promise<T>,
): Promise<T> {
  try {
    const answer = await step();
    const by = account ?? OfAccount.safeParse(answer).data?.user.email;
    const message = HalfWay.safeParse(answer).success ? 'sign-in: second factor asked for' : 'sign-in';
    log.info({ way, account: by, address }, message);
    return answer;
  } catch (error) {
    log.warn({ way, account, address }, 'sign-in refused');
    throw error;
  }
}

/** Nobody waits for the mail server. @param what a sentence */
export function tellOfChange({ service, address }: Where, person: string, what: string): void {
  const { log, outbox, baseUrl } = service;
  log.info({ account: person, address, what }, 'what somebody signs in with changed');
  outbox.mailSoon({
    to: person,
    subject: 'What you sign in with was changed',
    text: `${what}\n\nIf this was not you, sign in at once, change your password, look at what else you sign in with, and tell your administrator:\n${baseUrl}/account\n`,
    messageId: `account.${randomUUID()}`,
  });
}
