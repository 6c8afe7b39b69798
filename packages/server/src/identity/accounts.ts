/** Accounts of people, made by the service itself: by the set-up link and by invitation. */
import { CustosError } from '@custos/core';
import type { Auth } from './auth.ts';

/** @throws CustosError CONFLICT when the address has an account */
export async function createAccount(
  auth: Auth,
  { name, email, password }: { name: string; email: string; password: string },
): Promise<void> {
  const { internalAdapter, password: hasher } = await auth.$context;
  if (await internalAdapter.findUserByEmail(email))
    throw new CustosError('CONFLICT', `${email} has an account already. Sign in with it.`);
  const user = await internalAdapter.createUser({ name, email, emailVerified: true }, { method: 'custos' });
  await internalAdapter.linkAccount({
    userId: user.id,
    providerId: 'credential',
    accountId: user.id,
    password: await hasher.hash(password),
  });
}
