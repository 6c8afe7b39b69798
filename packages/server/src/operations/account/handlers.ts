/** What somebody signs in with, and their sessions. */
import {
  addPasskey,
  beginTotp,
  changePassword,
  confirmTotp,
  endOtherSessions,
  endSession,
  endTotp,
  getSecurity,
  linkSso,
  listSessions,
  newBackupCodes,
  newPasskeyChallenge,
  removePasskey,
} from '@custos/contract';
import { z } from 'zod';
import { handle, type Mounted, type SessionInfo } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';
import { attempt } from '../../identity/attempts.ts';
import { FRESH } from '../../identity/auth.ts';
import { ask } from '../../identity/library.ts';
import { checkPassword } from '../../identity/password-rules.ts';
import { beginSso } from '../../identity/sso.ts';
import { tellOfChange } from '../../identity/told.ts';
import type { Service } from '../../service.ts';

interface Own {
  readonly service: Service;
  readonly who: { readonly session: SessionInfo | undefined; readonly only: string | undefined };
}

/** The session of a call that only sessions may make. @throws Refusal NOT_SIGNED_IN */
function sessionOf({ who }: Own): SessionInfo {
  if (who.session) return who.session;
  throw new Refusal('NOT_SIGNED_IN', 'Sign in first.');
}

/** An organisation's single sign-on vouches for somebody there; their account elsewhere is not its to change. */
function refuseSso({ who }: Own): void {
  if (who.only === undefined) return;
  throw new Refusal(
    'NOT_ALLOWED',
    'You came by the single sign-on of your organisation. What you sign in with is kept there.',
    { code: 'SSO_SESSION' },
  );
}

/** A password alone changes no second factor, nor adds one: whoever stole it would lift themselves over it. */
async function refusePassword(call: Parameters<typeof ask>[0] & Own): Promise<void> {
  if (sessionOf(call).method !== 'password') return;
  const { totp, passkeys } = await factorsOf(call);
  if (!totp && passkeys.length === 0) return;
  throw new Refusal(
    'NOT_ALLOWED',
    'You signed in by password alone, and your account has a second factor. Sign in with it, then change this.',
    { code: 'SIGN_IN_WITH_FACTOR' },
  );
}

/** Whoever finds an open session, or took its cookie, changes nothing by it a while later. */
function refuseStale(call: Own): void {
  if (Date.now() - sessionOf(call).since.getTime() < FRESH * 1000) return;
  throw new Refusal(
    'NOT_ALLOWED',
    `You signed in more than ${FRESH / 60} minutes ago. Sign out and in again, then change this.`,
    { code: 'SIGN_IN_AGAIN' },
  );
}

/** @throws Refusal SSO_SESSION, SIGN_IN_AGAIN, SIGN_IN_WITH_FACTOR */
async function refuseChange(call: Parameters<typeof ask>[0] & Own): Promise<void> {
  refuseSso(call);
  refuseStale(call);
  await refusePassword(call);
}

/** Asks the library for what needs the password, which is not tried without end either. */
async function confirmed(
  call: Parameters<typeof ask>[0] & Own & { who: { person: string } },
  path: string,
  body: object,
) {
  const tries = await attempt(call.service, `confirm ${call.who.person}`, call.address);
  const answer = await ask(call, path, { body, otherwise: NOT_NOW });
  await tries.forget();
  return answer;
}

const Passkeys = z.array(
  z.object({ id: z.string(), name: z.string().nullish(), createdAt: z.coerce.date() }),
);
const Options = z.record(z.string(), z.json());
const NOT_NOW = 'This was not accepted. Sign in again, then try once more.';

/** What the account has beside a password. */
async function factorsOf(call: Parameters<typeof ask>[0] & Own) {
  const { internalAdapter } = await call.service.auth.$context;
  const user = await internalAdapter.findUserById(sessionOf(call).account);
  const passkeys = Passkeys.parse(
    await ask(call, '/passkey/list-user-passkeys', { method: 'GET', otherwise: NOT_NOW }),
  );
  return {
    totp: user !== null && 'twoFactorEnabled' in user && user.twoFactorEnabled === true,
    passkeys,
  };
}

const security = handle(getSecurity, async (call) => {
  const { account, method } = sessionOf(call);
  // What opens the account elsewhere is no business of the organisation whose provider opened this session.
  if (call.who.only !== undefined) return { method, password: false, totp: false, passkeys: [] };
  const { internalAdapter } = await call.service.auth.$context;
  const credential = await internalAdapter.findCredentialAccount(account);
  const { totp, passkeys } = await factorsOf(call);
  return {
    method,
    password: credential?.password != null,
    totp,
    passkeys: passkeys.map(({ id, name, createdAt }) => ({
      id,
      name: name ?? 'Passkey',
      createdAt: createdAt.toISOString(),
    })),
  };
});

const password = handle(changePassword, async ({ body, ...call }) => {
  refuseSso(call);
  checkPassword(body.newPassword, [call.who.name, call.who.person]);
  if (body.newPassword === body.currentPassword)
    throw new Refusal('INVALID', 'The new password is the old one.', { code: 'SAME_PASSWORD' });
  await confirmed(call, '/change-password', { ...body, revokeOtherSessions: true });
  tellOfChange(call, call.who.person, 'Your password was changed.');
  return undefined;
});

const Stored = z.object({
  id: z.string(),
  token: z.string(),
  method: z.string().nullish(),
  organisation: z.string().nullish(),
  createdAt: z.date(),
  updatedAt: z.date(),
  expiresAt: z.date(),
  ipAddress: z.string().nullish(),
  userAgent: z.string().nullish(),
});

async function allSessions(call: Own): Promise<z.infer<typeof Stored>[]> {
  const { internalAdapter } = await call.service.auth.$context;
  return z.array(Stored).parse(await internalAdapter.listSessions(sessionOf(call).account));
}

/** Ends the account's sessions but those: they began with less than it takes now. */
async function keepOnly(call: Own, keep: (session: z.infer<typeof Stored>) => boolean): Promise<void> {
  const { internalAdapter } = await call.service.auth.$context;
  for (const session of await allSessions(call))
    if (!keep(session)) await internalAdapter.deleteSession(session.token);
}

function keepThis(call: Own): Promise<void> {
  const current = sessionOf(call).id;
  return keepOnly(call, ({ id }) => id === current);
}

const Totp = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) });

const totpBegin = handle(beginTotp, async ({ body, ...call }) => {
  await refuseChange(call);
  const { totpURI, backupCodes } = Totp.parse(await confirmed(call, '/two-factor/enable', body));
  return { uri: totpURI, backupCodes };
});

const totpConfirm = handle(confirmTotp, async ({ body, ...call }) => {
  refuseSso(call);
  await refusePassword(call);
  const before = new Set((await allSessions(call)).map(({ id }) => id));
  await ask(call, '/two-factor/verify-totp', { body, otherwise: 'The code is not right.' });
  // The library opened a session with the app in place of this one.
  await keepOnly(call, ({ id, method }) => method === 'totp' && !before.has(id));
  tellOfChange(call, call.who.person, 'An authenticator app was set up.');
  return undefined;
});

const totpEnd = handle(endTotp, async ({ body, ...call }) => {
  await refuseChange(call);
  const before = new Set((await allSessions(call)).map(({ id }) => id));
  await confirmed(call, '/two-factor/disable', body);
  // As after the first code.
  await keepOnly(call, ({ id }) => !before.has(id));
  tellOfChange(call, call.who.person, 'Your authenticator app was ended.');
  return undefined;
});

const backupCodes = handle(newBackupCodes, async ({ body, ...call }) => {
  await refuseChange(call);
  const answer = await confirmed(call, '/two-factor/generate-backup-codes', body);
  await keepThis(call);
  tellOfChange(call, call.who.person, 'There are new backup codes; those of before open nothing.');
  return { backupCodes: z.object({ backupCodes: z.array(z.string()) }).parse(answer).backupCodes };
});

const passkeyOptions = handle(newPasskeyChallenge, async (call) => {
  await refuseChange(call);
  const options = await ask(call, '/passkey/generate-register-options', {
    method: 'GET',
    otherwise: NOT_NOW,
  });
  return Options.parse(options);
});

const passkeyAdd = handle(addPasskey, async ({ body, ...call }) => {
  await refuseChange(call);
  await ask(call, '/passkey/verify-registration', { body, otherwise: 'The passkey was not accepted.' });
  await keepThis(call);
  tellOfChange(call, call.who.person, `The passkey "${body.name}" was added.`);
  return undefined;
});

const passkeyRemove = handle(removePasskey, async ({ params, ...call }) => {
  await refuseChange(call);
  const { passkeys } = await factorsOf(call);
  const passkey = passkeys.find(({ id }) => id === params.passkey);
  if (!passkey) throw new Refusal('NOT_FOUND', 'You have no such passkey.');
  await ask(call, '/passkey/delete-passkey', { body: { id: params.passkey }, otherwise: NOT_NOW });
  await keepThis(call);
  tellOfChange(call, call.who.person, `The passkey "${passkey.name ?? 'Passkey'}" was removed.`);
  return undefined;
});

/** A session of single sign-on sees its like only. */
async function sessionsOf(call: Own): Promise<z.infer<typeof Stored>[]> {
  const now = Date.now();
  return (await allSessions(call)).filter(
    ({ organisation, expiresAt }) =>
      expiresAt.getTime() > now && (call.who.only === undefined || organisation === call.who.only),
  );
}

const list = handle(listSessions, async (call) => {
  const current = sessionOf(call).id;
  const items = (await sessionsOf(call)).map((session) => ({
    id: session.id,
    current: session.id === current,
    method: session.method ?? 'password',
    createdAt: session.createdAt.toISOString(),
    usedAt: session.updatedAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    address: session.ipAddress ?? '',
    agent: session.userAgent ?? '',
  }));
  return { items };
});

const end = handle(endSession, async ({ params, ...call }) => {
  const session = (await sessionsOf(call)).find(({ id }) => id === params.session);
  if (!session) throw new Refusal('NOT_FOUND', 'You have no such session.');
  const { internalAdapter } = await call.service.auth.$context;
  await internalAdapter.deleteSession(session.token);
  return undefined;
});

const endOthers = handle(endOtherSessions, async (call) => {
  const current = sessionOf(call).id;
  const { internalAdapter } = await call.service.auth.$context;
  for (const { id, token } of await sessionsOf(call))
    if (id !== current) await internalAdapter.deleteSession(token);
  return undefined;
});

const ssoLink = handle(linkSso, async ({ body, ...call }) => {
  await refuseChange(call);
  // The session does not come along when the provider sends the browser back, so the others end now.
  await keepThis(call);
  const { account } = sessionOf(call);
  return beginSso(call.service, { ...body, to: '/account', account }, call.setCookie);
});

export const accountHandlers: readonly Mounted[] = [
  ssoLink,
  security,
  password,
  totpBegin,
  totpConfirm,
  totpEnd,
  backupCodes,
  passkeyOptions,
  passkeyAdd,
  passkeyRemove,
  list,
  end,
  endOthers,
];
