/** Oneself: signing in and out, what one signs in with, one's sessions, coming in by invitation. */
import { z } from 'zod';
import { operation } from '../operation.ts';
import { OrganisationRole, SystemRole } from '../permissions.ts';
import { Email, Slug, Time } from '../shared.ts';

export const Me = z.strictObject({
  person: z.string(),
  name: z.string(),
  organisations: z.array(
    z.strictObject({
      id: Slug,
      name: z.string(),
      role: OrganisationRole,
      /** Roles on systems, by system id. */
      systems: z.record(z.string(), z.array(SystemRole)),
      /** True: it opens only after a sign-in with a second factor, and this one was without. */
      locked: z.boolean(),
      /** For reports of risks without a name: the same for all members on one day. Absent where it is locked, and for keys. */
      reportTicket: z.string().optional(),
    }),
  ),
});

/** What is typed is a password of up to 256 characters; whether a new one is good enough is the server's to say. */
const Password = z.string().min(1).max(256);
const NewPassword = z.string().min(12, { error: 'must be 12 characters or more' }).max(256);
const PersonName = z.string().trim().min(1).max(200);
const Token = z.string().min(20).max(200);
/** What a browser's authenticator gives and takes (WebAuthn): checked by the library that verifies it. */
const Authenticator = z.record(z.string(), z.json());
const signIn = {
  tag: 'Sign-in',
  access: 'public',
  confidential: true,
  limits: { bodyBytes: 32 << 10 },
} as const;
const own = { tag: 'Account', access: 'account' } as const;

export const getMe = operation({
  ...own,
  id: 'account.get',
  method: 'GET',
  path: '/api/v1/me',
  summary: 'Who is signed in, in which organisations, with which roles',
  via: 'any',
  response: Me,
});

/** First parts of addresses that are no organisation's. */
const TAKEN = [
  'account',
  'api',
  'assets',
  'docs',
  'invitation',
  'scim',
  'set-up',
  'sign-in',
  'task',
  'public',
];

/** The first administrator of a new Custos, by the one-time link that the server printed at its start. */
export const setUp = operation({
  ...signIn,
  id: 'account.set-up',
  method: 'POST',
  path: '/api/v1/set-up',
  summary: 'Make the first administrator and the organisation with the one-time link',
  body: z.strictObject({
    /** From the link. Works once. */
    token: Token,
    name: PersonName,
    email: Email,
    password: NewPassword,
    organisation: z.strictObject({
      id: Slug.refine((id) => !TAKEN.includes(id), { error: 'is an address of the console' }),
      name: z.string().trim().min(1).max(200),
    }),
  }),
  response: Me,
  status: 201,
  problems: ['GONE', 'CONFLICT'],
  act: 'organisation.founded',
});

export const SignedIn = z.strictObject({
  /** True: signed in only after a code, sent to `session.code` or `session.backup-code`. */
  secondFactor: z.boolean(),
});

export const signInWithPassword = operation({
  ...signIn,
  id: 'session.password',
  method: 'POST',
  path: '/api/v1/session/password',
  summary: 'Sign in with e-mail and password; gives the session as a cookie',
  body: z.strictObject({ email: Email, password: Password }),
  response: SignedIn,
  problems: ['NOT_SIGNED_IN'],
});

const Code = z.strictObject({ code: z.string().trim().min(6).max(32) });

export const signInWithCode = operation({
  ...signIn,
  id: 'session.code',
  method: 'POST',
  path: '/api/v1/session/code',
  summary: 'After the password: the code of the authenticator app',
  body: Code,
  response: SignedIn,
  problems: ['NOT_SIGNED_IN'],
});

export const signInWithBackupCode = operation({
  ...signIn,
  id: 'session.backup-code',
  method: 'POST',
  path: '/api/v1/session/backup-code',
  summary: 'After the password: one of the backup codes, each of which works once',
  body: Code,
  response: SignedIn,
  problems: ['NOT_SIGNED_IN'],
});

export const passkeyChallenge = operation({
  ...signIn,
  id: 'session.passkey-challenge',
  method: 'POST',
  path: '/api/v1/session/passkey/challenge',
  summary: 'What an authenticator is asked for to sign in with a passkey',
  body: z.strictObject({}),
  response: Authenticator,
});

export const signInWithPasskey = operation({
  ...signIn,
  id: 'session.passkey',
  method: 'POST',
  path: '/api/v1/session/passkey',
  summary: 'Sign in with the answer of an authenticator',
  body: z.strictObject({ response: Authenticator }),
  response: SignedIn,
  problems: ['NOT_SIGNED_IN'],
});

export const startSso = operation({
  ...signIn,
  id: 'session.sso',
  method: 'POST',
  path: '/api/v1/session/sso',
  summary: 'Begin single sign-on: where to send the browser',
  body: z.strictObject({
    organisation: Slug,
    /** Page of the console to come back to. */
    to: z.string().max(500).optional(),
  }),
  response: z.strictObject({ url: z.string() }),
  problems: ['NOT_FOUND', 'UNAVAILABLE'],
});

export const signOut = operation({
  ...own,
  id: 'session.end',
  method: 'DELETE',
  path: '/api/v1/session',
  summary: 'Sign out: the session ends on the server as well',
});

export const Security = z.strictObject({
  /** How this session came about. */
  method: z.enum(['password', 'totp', 'backup-code', 'passkey', 'sso']),
  password: z.boolean(),
  totp: z.boolean(),
  passkeys: z.array(z.strictObject({ id: z.string(), name: z.string(), createdAt: Time })),
});

export const getSecurity = operation({
  ...own,
  id: 'account.security',
  method: 'GET',
  path: '/api/v1/me/security',
  summary: 'What one signs in with',
  response: Security,
});

export const changePassword = operation({
  ...own,
  id: 'account.change-password',
  method: 'PUT',
  path: '/api/v1/me/password',
  summary: 'Change the password; all other sessions end',
  confidential: true,
  body: z.strictObject({ currentPassword: Password, newPassword: NewPassword }),
});

export const beginTotp = operation({
  ...own,
  id: 'account.totp-begin',
  method: 'POST',
  path: '/api/v1/me/totp',
  summary: 'Begin with an authenticator app; it counts once a code of it was given',
  confidential: true,
  body: z.strictObject({ password: Password }),
  response: z.strictObject({ uri: z.string(), backupCodes: z.array(z.string()) }),
  problems: ['CONFLICT'],
});

export const confirmTotp = operation({
  ...own,
  id: 'account.totp-confirm',
  method: 'POST',
  path: '/api/v1/me/totp/confirm',
  summary: 'Give the first code of the authenticator app',
  confidential: true,
  body: Code,
  problems: ['CONFLICT'],
});

export const endTotp = operation({
  ...own,
  id: 'account.totp-end',
  method: 'POST',
  path: '/api/v1/me/totp/end',
  summary: 'Do without the authenticator app from now on',
  confidential: true,
  body: z.strictObject({ password: Password }),
});

export const newBackupCodes = operation({
  ...own,
  id: 'account.backup-codes',
  method: 'POST',
  path: '/api/v1/me/backup-codes',
  summary: 'New backup codes; the old ones stop working',
  confidential: true,
  body: z.strictObject({ password: Password }),
  response: z.strictObject({ backupCodes: z.array(z.string()) }),
  problems: ['CONFLICT'],
});

export const newPasskeyChallenge = operation({
  ...own,
  id: 'account.passkey-challenge',
  method: 'POST',
  path: '/api/v1/me/passkeys/challenge',
  summary: 'What an authenticator is asked for to make a passkey',
  confidential: true,
  body: z.strictObject({}),
  response: Authenticator,
});

export const addPasskey = operation({
  ...own,
  id: 'account.passkey-add',
  method: 'POST',
  path: '/api/v1/me/passkeys',
  summary: 'Keep the passkey that an authenticator made',
  confidential: true,
  body: z.strictObject({ name: z.string().trim().min(1).max(100), response: Authenticator }),
});

export const removePasskey = operation({
  ...own,
  id: 'account.passkey-remove',
  method: 'DELETE',
  path: '/api/v1/me/passkeys/{passkey}',
  summary: 'Remove a passkey',
  params: z.strictObject({ passkey: z.string().min(1).max(100) }),
  problems: ['NOT_FOUND'],
});

export const linkSso = operation({
  ...own,
  id: 'account.sso-link',
  method: 'POST',
  path: '/api/v1/me/sso',
  summary: 'Let the single sign-on of an organisation open it for this account: where to send the browser',
  confidential: true,
  body: z.strictObject({ organisation: Slug }),
  response: z.strictObject({ url: z.string() }),
  problems: ['NOT_FOUND', 'UNAVAILABLE'],
});

export const Session = z.strictObject({
  id: z.string(),
  current: z.boolean(),
  method: z.string(),
  createdAt: Time,
  usedAt: Time,
  expiresAt: Time,
  address: z.string(),
  /** What the browser calls itself. */
  agent: z.string(),
});

export const listSessions = operation({
  ...own,
  id: 'sessions.list',
  method: 'GET',
  path: '/api/v1/me/sessions',
  summary: "One's sessions",
  response: z.strictObject({ items: z.array(Session) }),
});

export const endSession = operation({
  ...own,
  id: 'sessions.end',
  method: 'DELETE',
  path: '/api/v1/me/sessions/{session}',
  summary: 'End one session',
  params: z.strictObject({ session: z.string().min(1).max(100) }),
  problems: ['NOT_FOUND'],
});

export const endOtherSessions = operation({
  ...own,
  id: 'sessions.end-others',
  method: 'DELETE',
  path: '/api/v1/me/sessions',
  summary: 'End all sessions but this one',
});

export const lookAtInvitation = operation({
  ...signIn,
  id: 'invitations.look',
  method: 'POST',
  path: '/api/v1/invitations/look',
  summary: 'Who invites whom, by the token of the link',
  body: z.strictObject({ token: Token }),
  response: z.strictObject({
    organisation: z.string(),
    invitedBy: z.string(),
    person: z.string(),
    role: OrganisationRole,
    expiresAt: Time,
    /** True: accept it signed in; false: by choosing a password. */
    hasAccount: z.boolean(),
  }),
  problems: ['GONE'],
});

export const acceptInvitation = operation({
  ...signIn,
  id: 'invitations.accept',
  method: 'POST',
  path: '/api/v1/invitations/accept',
  summary: 'Become a member; without an account, name and password make one',
  body: z.strictObject({
    token: Token,
    name: PersonName.optional(),
    password: NewPassword.optional(),
  }),
  response: z.strictObject({ organisation: Slug, person: z.string() }),
  problems: ['GONE', 'NOT_SIGNED_IN', 'NOT_ALLOWED', 'CONFLICT'],
  act: 'member.joined',
});
