/** Sign-in, by better-auth: passwords (scrypt), second factors, passkeys, API keys, single sign-on. No cryptography of our own. */
import { apiKey } from '@better-auth/api-key';
import { passkey } from '@better-auth/passkey';
import type { ServiceDatabase } from '@custos/store';
import { betterAuth } from 'better-auth';
import { twoFactor } from 'better-auth/plugins/two-factor';

export interface AuthOptions {
  readonly database: ServiceDatabase;
  /** Signs cookies; 32 bytes or more, kept beside the signing key. */
  readonly secret: string;
  /** Where people reach the service, such as `http://127.0.0.1:7223`. */
  readonly baseUrl: string;
}

export const AUTH_PATH = '/api/auth';

export function createAuth({ database, secret, baseUrl }: AuthOptions) {
  return betterAuth({
    appName: 'Custos',
    baseURL: baseUrl,
    basePath: AUTH_PATH,
    secret,
    telemetry: { enabled: false },
    database: { db: database.db.withSchema(database.schema), type: 'postgres' },
    user: { modelName: 'auth_users' },
    session: { modelName: 'auth_sessions', expiresIn: 12 * 3600, updateAge: 900 },
    account: { modelName: 'auth_accounts' },
    verification: { modelName: 'auth_verifications' },
    // People are invited; nobody signs themselves up.
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 256 },
    rateLimit: { enabled: true, storage: 'database', modelName: 'auth_rate_limits' },
    trustedOrigins: [new URL(baseUrl).origin],
    advanced: { cookiePrefix: 'custos', defaultCookieAttributes: { sameSite: 'strict', httpOnly: true } },
    plugins: [
      twoFactor({ issuer: 'Custos', schema: { twoFactor: { modelName: 'auth_two_factors' } } }),
      passkey({ rpName: 'Custos', schema: { passkey: { modelName: 'auth_passkeys' } } }),
      apiKey({
        schema: { apikey: { modelName: 'auth_api_keys' } },
        defaultPrefix: 'custos_',
        enableMetadata: true,
        rateLimit: { enabled: false },
      }),
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;
