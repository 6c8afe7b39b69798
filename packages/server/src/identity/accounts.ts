/** Accounts of people, made by the service itself: by the set-up link and by invitation. */
import { CustosError } from '@custos/core';
import { type Control, ensureAccount, withIdentities } from '@custos/store';
import type { Service } from '../service.ts';

/** Makes the account within a transaction. @throws CustosError CONFLICT when the address has a password already */
export type AccountMaker = (control: Control) => Promise<void>;

/**
 * Does what takes long beforehand.
 * @param confirmed the person has shown that they read what is sent to the address
 */
export async function accountMaker(
  { auth, context: { clock } }: Service,
  { name, email, password, confirmed }: { name: string; email: string; password: string; confirmed: boolean },
): Promise<AccountMaker> {
  const library = await auth.$context;
  const id = library.generateId({ model: 'user' });
  if (id === false) throw new CustosError('INTERNAL', 'The sign-in library makes no ids.');
  const passwordHash = await library.password.hash(password);
  return async (control) => {
    const account = { id, name, email, passwordHash, confirmed };
    const made = await withIdentities(control, (own) => ensureAccount(own, account, clock.now()));
    if (made === undefined)
      throw new CustosError('CONFLICT', `${email} has an account already. Sign in with it.`);
  };
}
