/** Sessions without signing in, for worlds of many people. */
import { makeSignature } from 'better-auth/crypto';
import type { Service } from '../service.ts';

/** Makes an account without a password. @returns the cookie of a session of it */
export async function sessionOfNew(service: Service, person: string): Promise<string> {
  const { internalAdapter, authCookies } = await service.auth.$context;
  const user = await internalAdapter.createUser(
    { name: person, email: person, emailVerified: true },
    { method: 'test' },
  );
  const { token } = await internalAdapter.createSession(user.id);
  const signed = `${token}.${await makeSignature(token, service.secret)}`;
  return `${authCookies.sessionToken.name}=${encodeURIComponent(signed)}`;
}
