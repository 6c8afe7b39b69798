/** Signing in and out. Authenticators speak in bytes, the API in base64url: both ways are here. */
import {
  addPasskey,
  signOut as endSession,
  newPasskeyChallenge,
  passkeyChallenge,
  signInWithBackupCode,
  signInWithCode,
  signInWithPasskey,
  signInWithPassword,
} from '@custos/contract';
import { client } from './client.ts';

/** @returns true when a second factor is still asked for @throws ProblemError */
export async function signIn(email: string, password: string): Promise<boolean> {
  return (await client.call(signInWithPassword, { body: { email, password } })).secondFactor;
}

/** Into an account that was made just now: where that does not work, the page behind asks for a sign-in. */
export async function enter(email: string, password: string): Promise<void> {
  try {
    await signIn(email, password);
  } catch {
    // Making the account again would be refused: it is there.
  }
}

/** A code of six digits is the authenticator app's; every other one is a backup code. @throws ProblemError */
export async function giveCode(code: string): Promise<void> {
  const given = code.replace(/\s/g, '');
  const op = /^\d{6}$/.test(given) ? signInWithCode : signInWithBackupCode;
  await client.call(op, { body: { code: given } });
}

export async function signOut(): Promise<void> {
  await client.call(endSession, {});
}

export function passkeysPossible(): boolean {
  return typeof PublicKeyCredential === 'function';
}

/** True when the browser can offer passkeys in the list of a text field. */
export async function passkeysInFields(): Promise<boolean> {
  return passkeysPossible() && (await PublicKeyCredential.isConditionalMediationAvailable?.()) === true;
}

/** @param signal ends the wait for somebody who signs in another way @throws ProblemError, DOMException */
export async function signInByPasskey(
  options: { inField?: boolean; signal?: AbortSignal } = {},
): Promise<void> {
  const asked = await client.call(passkeyChallenge, { body: {} });
  const credential = await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked as never),
    ...(options.inField ? { mediation: 'conditional' as const } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  if (!(credential instanceof PublicKeyCredential)) throw new Error('The authenticator gave no passkey.');
  await client.call(signInWithPasskey, { body: { response: credential.toJSON() as never } });
}

/** @throws ProblemError, DOMException */
export async function makePasskey(name: string): Promise<void> {
  const asked = await client.call(newPasskeyChallenge, { body: {} });
  const credential = await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked as never),
  });
  if (!(credential instanceof PublicKeyCredential)) throw new Error('The authenticator made no passkey.');
  await client.call(addPasskey, { body: { name, response: credential.toJSON() as never } });
}
