/**
 * Sign-in, by better-auth: passwords (scrypt), second factors, passkeys, sessions. No cryptography of our own. Its own
 * endpoints are not reachable from outside; the operations in ../operations/session and ../operations/account ask it.
 */
import { passkey } from '@better-auth/passkey';
import type { Clock } from '@custos/core';
import { forgetCodes, type ServiceDatabase, useCode } from '@custos/store';
import { sha256 } from '@custos/trust';
import { betterAuth } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { Logger } from 'pino';
import { z } from 'zod';
import { digestsOfCodes, newBackupCodes } from './backup-codes.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';

export interface AuthOptions {
  readonly database: ServiceDatabase;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
  /** Signs cookies; 32 bytes or more, kept beside the signing key. */
  readonly secret: string;
  /** Where people reach the service, such as `http://127.0.0.1:7223`. */
  readonly baseUrl: string;
}

/** Path of the library's own endpoints; only `auth.handler` hears it. */
export const AUTH_PATH = '/api/auth';
/** Tells the library where the client is. Set by us, never taken from a request. */
export const ADDRESS_HEADER = 'x-custos-client-address';

/** How a session came about. */
export const Method = z.enum(['password', 'totp', 'backup-code', 'passkey', 'sso']);
export type Method = z.infer<typeof Method>;

const HOUR = 3600;
/** A session ends so long after it was used last, in seconds. */
const IDLE = 12 * HOUR;
/** A session ends so long after the sign-in, however it is used, in milliseconds. */
export const LONGEST_SESSION = 7 * 24 * HOUR * 1000;
/** What one signs in with is changed only so soon after a sign-in, in seconds. */
export const FRESH = 10 * 60;

export function createAuth({ database, clock, log, secret, baseUrl }: AuthOptions) {
  const { origin, protocol, hostname } = new URL(baseUrl);
  const https = protocol === 'https:';
  const needsUser = (verified: boolean | undefined): void => {
    if (verified !== true)
      throw new APIError('UNAUTHORIZED', { message: 'The authenticator did not check who you are.' });
  };
  return betterAuth({
    appName: 'Custos',
    baseURL: baseUrl,
    basePath: AUTH_PATH,
    secret,
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      log: (_, message, ...more) => log.error({ err: more.find((one) => one instanceof Error) }, message),
    },
    database: { db: database.db.withSchema(database.schema), type: 'postgres' },
    user: { modelName: 'auth_users' },
    session: {
      modelName: 'auth_sessions',
      expiresIn: IDLE,
      updateAge: 15 * 60,
      freshAge: FRESH,
      additionalFields: {
        method: { type: 'string', required: false, input: false },
        organisation: { type: 'string', required: false, input: false },
      },
    },
    account: { modelName: 'auth_accounts' },
    verification: { modelName: 'auth_verifications' },
    // People are invited; nobody signs themselves up.
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 256,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      modelName: 'auth_rate_limits',
      window: 60,
      max: 300,
      customRules: {
        '/sign-in/*': { window: 60, max: 60 },
        '/change-password': { window: 60, max: 20 },
        '/two-factor/*': { window: 60, max: 30 },
        '/passkey/*': { window: 60, max: 60 },
      },
    },
    trustedOrigins: [origin],
    advanced: {
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      // `__Host-`: never set by, nor sent to, another host or path; the library itself knows `__Secure-` only.
      cookiePrefix: https ? '__Host-custos' : 'custos',
      useSecureCookies: false,
      defaultCookieAttributes: { sameSite: 'strict', httpOnly: true, secure: https, path: '/' },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session, context) => {
            const method = methodOf(context?.path, session, context?.context.session?.session);
            if (context?.path === '/two-factor/verify-totp')
              await useOnce(database, clock, session.userId, String(context.body?.code));
            return { data: { ...session, method } };
          },
        },
      },
    },
    plugins: [
      twoFactor({
        issuer: 'Custos',
        schema: { twoFactor: { modelName: 'auth_two_factors' } },
        backupCodeOptions: {
          customBackupCodesGenerate: newBackupCodes,
          storeBackupCodes: {
            encrypt: async (codes) => digestsOfCodes(codes),
            decrypt: async (kept) => kept,
          },
        },
      }),
      passkey({
        rpName: 'Custos',
        rpID: hostname,
        origin,
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        schema: { passkey: { modelName: 'auth_passkeys' } },
        // A passkey stands for two factors only when the authenticator asked for the second one.
        registration: {
          afterVerification: ({ verification }) => {
            needsUser(verification.registrationInfo?.userVerified);
          },
        },
        authentication: {
          afterVerification: ({ verification }) => {
            needsUser(verification.authenticationInfo.userVerified);
          },
        },
      }),
      {
        id: 'custos',
        endpoints: {
          /** Opens a session for somebody whom an identity provider of an organisation vouches for. */
          openSession: createAuthEndpoint.serverOnly(
            { method: 'POST', body: z.object({ account: z.string(), organisation: z.string() }) },
            async (ctx) => {
              const { account, organisation } = ctx.body;
              const user = await ctx.context.internalAdapter.findUserById(account);
              const session = await ctx.context.internalAdapter.createSession(account, false, {
                method: 'sso',
                organisation,
              });
              if (!user || !session) throw new APIError('INTERNAL_SERVER_ERROR');
              await setSessionCookie(ctx, { session, user });
              return ctx.json({ token: session.token });
            },
          ),
        },
      },
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;

const METHODS: Readonly<Record<string, Method>> = {
  '/sign-in/email': 'password',
  '/two-factor/verify-totp': 'totp',
  '/two-factor/verify-backup-code': 'backup-code',
  '/two-factor/disable': 'password',
  '/passkey/verify-authentication': 'passkey',
};

/** A session that replaces another keeps its method; what is not known counts as the weakest. */
function methodOf(path: string | undefined, session: object, before: object | undefined): Method {
  const known = METHODS[path ?? ''];
  if (known) return known;
  for (const from of [before, session])
    if (from && 'method' in from) {
      const parsed = Method.safeParse(from.method);
      if (parsed.success) return parsed.data;
    }
  return 'password';
}

/** @throws APIError when the code opened a session before */
async function useOnce(
  database: ServiceDatabase,
  clock: Clock,
  account: string,
  code: string,
): Promise<void> {
  const now = clock.now();
  const row = { account, code: sha256(`${account} ${code.trim()}`), used_at: now };
  const first = await database.identities(async (control) => {
    await forgetCodes(control, new Date(Date.parse(now) - HOUR * 1000).toISOString());
    return useCode(control, row);
  });
  if (!first) throw new APIError('UNAUTHORIZED', { message: 'Invalid code', code: 'INVALID_CODE' });
}
