/** Signing in and out. */
import {
  passkeyChallenge,
  signInWithBackupCode,
  signInWithCode,
  signInWithPasskey,
  signInWithPassword,
  signOut,
  startSso,
} from '@custos/contract';
import { z } from 'zod';
import { handle, type Mounted } from '../../http/handler.ts';
import { attempt } from '../../identity/attempts.ts';
import { digestOfCode } from '../../identity/backup-codes.ts';
import { ask } from '../../identity/library.ts';
import { beginSso } from '../../identity/sso.ts';
import { noted } from '../../identity/told.ts';
import type { Service } from '../../service.ts';

const Answer = z.object({ twoFactorRedirect: z.boolean().optional() });
const Options = z.record(z.string(), z.json());

/** What the browser came with is worth nothing after a new sign-in. */
async function endFormer(service: Service, headers: Headers): Promise<void> {
  const former = await service.auth.api.getSession({ headers });
  const { internalAdapter } = await service.auth.$context;
  if (former) await internalAdapter.deleteSession(former.session.token);
}

const withPassword = handle(signInWithPassword, async ({ body, ...call }) => {
  const answer = await noted(call, { way: 'password', account: body.email }, async () => {
    const tries = await attempt(call.service, body.email, call.address);
    const right = await ask(call, '/sign-in/email', {
      body,
      otherwise: 'E-mail address or password is not right.',
    });
    await tries.forget();
    return Answer.parse(right);
  });
  await endFormer(call.service, call.headers);
  return { secondFactor: answer.twoFactorRedirect === true };
});

/** A session that is there already would answer for itself; the challenge is what counts here. */
function withoutSession(headers: Headers): Headers {
  const cookies = (headers.get('cookie') ?? '')
    .split(/;\s*/)
    .filter((cookie) => !cookie.split('=', 1)[0]?.endsWith('custos.session_token'));
  const bare = new Headers(headers);
  bare.set('cookie', cookies.join('; '));
  return bare;
}

/** Whose second factor is asked for, by the cookie of the first step; only for the log. */
async function halfSignedIn(service: Service, headers: Headers): Promise<{ account?: string }> {
  const cookie = (headers.get('cookie') ?? '')
    .split(/;\s*/)
    .find((one) => one.split('=', 1)[0]?.endsWith('custos.two_factor'));
  const step = cookie?.split('=')[1]?.split('.')[0];
  if (!step) return {};
  const { internalAdapter } = await service.auth.$context;
  const found = await internalAdapter.findVerificationValue(step);
  const user = found && (await internalAdapter.findUserById(found.value));
  return user ? { account: user.email } : {};
}

const withCode = handle(signInWithCode, async ({ body, ...call }) => {
  const headers = withoutSession(call.headers);
  const whose = await halfSignedIn(call.service, headers);
  await noted(call, { way: 'totp', ...whose }, () =>
    ask({ ...call, headers }, '/two-factor/verify-totp', { body, otherwise: 'The code is not right.' }),
  );
  return { secondFactor: false };
});

const withBackupCode = handle(signInWithBackupCode, async ({ body, ...call }) => {
  const headers = withoutSession(call.headers);
  const whose = await halfSignedIn(call.service, headers);
  await noted(call, { way: 'backup-code', ...whose }, () =>
    ask({ ...call, headers }, '/two-factor/verify-backup-code', {
      body: { code: digestOfCode(body.code) },
      otherwise: 'The code is not right.',
    }),
  );
  return { secondFactor: false };
});

const challenge = handle(passkeyChallenge, async (call) => {
  const headers = withoutSession(call.headers);
  const options = await ask({ ...call, headers }, '/passkey/generate-authenticate-options', {
    method: 'GET',
    otherwise: 'Passkeys are not possible right now.',
  });
  return { ...Options.parse(options), userVerification: 'required' };
});

const withPasskey = handle(signInWithPasskey, async ({ body, ...call }) => {
  await noted(call, { way: 'passkey' }, () =>
    ask(call, '/passkey/verify-authentication', { body, otherwise: 'The passkey was not accepted.' }),
  );
  await endFormer(call.service, call.headers);
  return { secondFactor: false };
});

const sso = handle(startSso, (call) => beginSso(call.service, call.body, call.setCookie));

const end = handle(signOut, async (call) => {
  await ask(call, '/sign-out', { body: {}, otherwise: 'You are signed out already.' });
  return undefined;
});

export const sessionHandlers: readonly Mounted[] = [
  withPassword,
  withCode,
  withBackupCode,
  challenge,
  withPasskey,
  sso,
  end,
];
