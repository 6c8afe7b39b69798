/** Keyless signing, the only part that opens a connection. Import this module on demand. */
import { CustosError } from '@custos/core';
import { attest } from 'sigstore';
import { PAYLOAD_TYPE } from '../envelope.ts';
import type { KeylessSigningOptions } from './sign-model.ts';

/**
 * Signs with a short-lived certificate. Opens connections to Fulcio and Rekor: the statement (file names and hashes) is sent to
 * the log, and the signer's identity becomes public for ever.
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
      `Keyless signing failed: ${reason(cause)}. It needs the network and an identity token (--identity-token FILE, or a CI system that gives one).`,
    );
  }
}

/** The library writes an unreadable token into its message, and so do its causes; a token opens doors for minutes. */
function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'IDENTITY_TOKEN_PARSE_ERROR') return 'the identity token can not be read';
  if (code === 'IDENTITY_TOKEN_READ_ERROR') return 'there is no identity token';
  return error instanceof Error ? error.message.replace(/\.$/, '') : 'unknown reason';
}
