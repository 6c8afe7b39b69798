/** Asks the sign-in library on behalf of a caller, hands on the cookies that it sets, and turns its errors into ours. */
import { z } from 'zod';
import { Refusal } from '../http/problem.ts';
import type { Service } from '../service.ts';
import { ADDRESS_HEADER, AUTH_PATH } from './auth.ts';

interface Caller {
  readonly service: Service;
  readonly headers: Headers;
  readonly address: string;
  setCookie(cookie: string): void;
}

const Failure = z.object({ code: z.string().optional(), message: z.string().optional() });

/** What an error of the library means to somebody; the rest is "not right". */
const REFUSALS: Readonly<Record<string, () => Refusal>> = {
  INVALID_PASSWORD: () =>
    new Refusal('NOT_ALLOWED', 'The password is not right.', { code: 'WRONG_PASSWORD' }),
  SESSION_NOT_FRESH: () =>
    new Refusal('NOT_ALLOWED', 'You signed in a while ago. Sign out and in again, then change this.', {
      code: 'SIGN_IN_AGAIN',
    }),
  TOTP_ALREADY_ENABLED: () =>
    new Refusal('CONFLICT', 'An authenticator app is in use already. End it first.'),
  TOTP_NOT_ENABLED: () => new Refusal('CONFLICT', 'No authenticator app is in use. Begin with one first.'),
  TWO_FACTOR_NOT_ENABLED: () =>
    new Refusal('CONFLICT', 'No authenticator app is in use. Begin with one first.'),
  BACKUP_CODES_NOT_ENABLED: () =>
    new Refusal('CONFLICT', 'There are no backup codes. Begin with an app first.'),
  CREDENTIAL_ACCOUNT_NOT_FOUND: () =>
    new Refusal('CONFLICT', 'You have no password: your organisation signs you in.'),
  PASSKEY_NOT_FOUND: () => new Refusal('NOT_SIGNED_IN', 'That passkey is not known here.'),
  INVALID_CODE: () => new Refusal('NOT_SIGNED_IN', 'The code is not right, or was used before.'),
  INVALID_BACKUP_CODE: () => new Refusal('NOT_SIGNED_IN', 'The code is not right, or was used before.'),
  INVALID_TWO_FACTOR_COOKIE: () => new Refusal('NOT_SIGNED_IN', 'Begin again with your password.'),
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: () => new Refusal('NOT_SIGNED_IN', 'Begin again with your password.'),
  ACCOUNT_TEMPORARILY_LOCKED: () => tooMany(900),
};

/** @param seconds until it makes sense to try again */
export function tooMany(seconds: number): Refusal {
  return new Refusal('TOO_MANY_REQUESTS', 'Too many attempts. Wait a while, then try again.', {
    headers: { 'retry-after': String(seconds) },
  });
}

/** @returns what the library answered @throws Refusal */
export async function ask(
  caller: Caller,
  path: string,
  { method = 'POST', body, otherwise }: { method?: 'GET' | 'POST'; body?: unknown; otherwise: string },
): Promise<unknown> {
  const { service } = caller;
  const headers = new Headers({ origin: new URL(service.baseUrl).origin, [ADDRESS_HEADER]: caller.address });
  for (const name of ['cookie', 'user-agent']) {
    const value = caller.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  if (body !== undefined) headers.set('content-type', 'application/json');
  const response = await service.auth.handler(
    new Request(`${service.baseUrl}${AUTH_PATH}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) {
    for (const cookie of response.headers.getSetCookie()) caller.setCookie(cookie);
    return answer;
  }
  const failure = Failure.safeParse(answer);
  const known = failure.success ? REFUSALS[failure.data.code ?? '']?.() : undefined;
  if (known) throw known;
  if (response.status === 429) throw tooMany(Number(response.headers.get('x-retry-after')) || 60);
  if (response.status >= 500) throw new Error(`sign-in library: ${response.status} at ${path}`);
  throw new Refusal('NOT_SIGNED_IN', otherwise);
}
