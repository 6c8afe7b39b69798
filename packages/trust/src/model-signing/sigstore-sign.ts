/** Keyless signing, the only part that opens a connection. Import this module on demand. */
import { CustosError } from '@custos/core';
import { attest } from 'sigstore';
import { PAYLOAD_TYPE } from '../envelope.ts';
import type { KeylessSigningOptions } from './sign-model.ts';

/**
 * Signs with a short-lived certificate. Opens connections to Fulcio and Rekor: the signer's identity and the digest of the
 * statement become public for ever.
 * @returns the Sigstore bundle as JSON
 * @throws CustosError KEYLESS
 */
export async function signKeyless(payload: Buffer, options: KeylessSigningOptions): Promise<object> {
  try {
    return await attest(payload, PAYLOAD_TYPE, {
      ...(options.identityToken === undefined ? {} : { identityToken: options.identityToken }),
      ...(options.fulcioUrl === undefined ? {} : { fulcioURL: options.fulcioUrl }),
      ...(options.rekorUrl === undefined ? {} : { rekorURL: options.rekorUrl }),
    });
  } catch (cause) {
    throw new CustosError(
      'KEYLESS',
      `Keyless signing failed: ${cause instanceof Error ? cause.message.replace(/\.$/, '') : 'unknown reason'}. It needs the network and an identity token (--identity-token FILE, or a CI system that gives one).`,
      { cause },
    );
  }
}
