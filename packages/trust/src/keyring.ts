/** The public keys one trusts, with the time each may sign. A key that was rotated out still checks what it signed before. */
import { CustosError, type Instant, Time } from '@custos/core';
import { z } from 'zod';
import { parseVerifier, type Verifier } from './signer.ts';

export const KeyEntry = z.strictObject({
  /** Note verifier key form. */
  publicKey: z.string(),
  validFrom: Time.optional(),
  /** When the key was rotated out; absent while it is in use. */
  validUntil: Time.optional(),
});
export type KeyEntry = z.infer<typeof KeyEntry>;

export interface TrustedKey extends Verifier {
  readonly validFrom?: Instant;
  readonly validUntil?: Instant;
}

export class Keyring {
  readonly #keys = new Map<string, TrustedKey>();

  /** @param keys verifier keys as text (no time limit) or entries with their times */
  constructor(keys: Iterable<string | KeyEntry> = []) {
    for (const key of keys) this.#add(typeof key === 'string' ? { publicKey: key } : key);
  }

  #add(entry: KeyEntry): void {
    const verifier = parseVerifier(entry.publicKey);
    const known = this.#keys.get(verifier.keyId);
    if (known !== undefined && known.publicKey !== verifier.publicKey) {
      throw new CustosError(
        'KEY_INVALID',
        `One key stands under two names, ${known.name} and ${verifier.name}; keep one.`,
      );
    }
    this.#keys.set(verifier.keyId, {
      ...verifier,
      ...(entry.validFrom === undefined ? {} : { validFrom: entry.validFrom }),
      ...(entry.validUntil === undefined ? {} : { validUntil: entry.validUntil }),
    });
  }

  /** The key by its id (SHA-256 of its 32 bytes). */
  find(keyId: string): TrustedKey | undefined {
    return this.#keys.get(keyId);
  }

  /** Also these keys; of a key in both, the later entry's times hold. */
  with(keys: Iterable<string | KeyEntry>): Keyring {
    return new Keyring([...this.entries(), ...keys]);
  }

  keys(): TrustedKey[] {
    return [...this.#keys.values()];
  }

  /** Plain data, as exports and files hold it. */
  entries(): KeyEntry[] {
    return this.keys().map(({ publicKey, validFrom, validUntil }) => ({
      publicKey,
      ...(validFrom === undefined ? {} : { validFrom }),
      ...(validUntil === undefined ? {} : { validUntil }),
    }));
  }
}
