/**
 * Keyless signatures, verified offline from a trusted_root.json that the user supplies. Import this module on demand: the
 * libraries are large.
 */
import { CustosError } from '@custos/core';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { type ProblemCode, Rejection } from './problem.ts';
import { parseStrictJson } from './strict-json.ts';

/** Who is expected to have signed: both are compared as whole strings, never as patterns. */
export interface KeylessIdentity {
  /** E-mail address or URI in the certificate. */
  identity: string;
  /** URL of the OpenID Connect provider. */
  issuer: string;
}

const CODES: ReadonlyMap<string, ProblemCode> = new Map([
  ['SIGNATURE_ERROR', 'SIGNATURE_INVALID'],
  ['CERTIFICATE_ERROR', 'CERTIFICATE_UNTRUSTED'],
  ['PUBLIC_KEY_ERROR', 'CERTIFICATE_UNTRUSTED'],
  ['TIMESTAMP_ERROR', 'TIMESTAMP'],
]);

/**
 * Checks certificate, transparency log and signature against a trusted root, then the signer.
 * @param bundle the Sigstore bundle as JSON
 * @param trustedRoot text of a trusted_root.json, or of a client trust configuration that holds one
 * @param artifact the signed bytes, where the bundle does not carry them
 * @returns the identity in the certificate
 * @throws Rejection TRANSPARENCY_LOG, CERTIFICATE_UNTRUSTED, SIGNATURE_INVALID, TIMESTAMP, IDENTITY_MISMATCH,
 * ISSUER_MISMATCH, FIELD_INVALID; CustosError TRUSTED_ROOT
 */
export function verifySigstoreBundle(
  bundle: object,
  trustedRoot: string,
  expected: KeylessIdentity,
  artifact?: Buffer,
): string {
  const root = readTrustedRoot(trustedRoot);
  let entity: ReturnType<typeof toSignedEntity>;
  try {
    entity = toSignedEntity(bundleFromJSON(bundle), artifact);
  } catch (cause) {
    throw new Rejection(
      'FIELD_INVALID',
      'verificationMaterial',
      `The Sigstore bundle is incomplete: ${reason(cause)}.`,
      { cause },
    );
  }
  let identity:
    | { subjectAlternativeName?: string | undefined; extensions?: { issuer?: string | undefined } }
    | undefined;
  try {
    ({ identity } = new Verifier(toTrustMaterial(root)).verify(entity));
  } catch (cause) {
    const code = codeOf(cause);
    throw new Rejection(
      CODES.get(code) ?? 'TRANSPARENCY_LOG',
      'verificationMaterial',
      `The Sigstore bundle does not verify with this trusted root: ${reason(cause)}.`,
      { cause },
    );
  }
  const who = identity?.subjectAlternativeName ?? '';
  const issuer = identity?.extensions?.issuer ?? '';
  if (who === '' || who !== expected.identity)
    throw new Rejection(
      'IDENTITY_MISMATCH',
      who,
      `It is signed by ${who || 'nobody named'}, not by ${expected.identity}.`,
    );
  if (issuer === '' || issuer !== expected.issuer)
    throw new Rejection(
      'ISSUER_MISMATCH',
      issuer,
      `${who} was vouched for by ${issuer || 'nobody named'}, not by ${expected.issuer}.`,
    );
  return who;
}

function readTrustedRoot(text: string): TrustedRoot {
  try {
    const value = parseStrictJson(Buffer.from(text), 'The trusted root');
    const nested =
      typeof value === 'object' && value !== null && 'trustedRoot' in value ? value.trustedRoot : value;
    const root = TrustedRoot.fromJSON(nested);
    const unlimited = [...root.tlogs, ...root.ctlogs].some(
      ({ publicKey }) => publicKey?.validFor?.start === undefined,
    );
    if (unlimited) throw new Error('the key of a log does not say from when on it is valid');
    if (root.certificateAuthorities.length > 0 && root.tlogs.length > 0) return root;
  } catch (cause) {
    throw new CustosError('TRUSTED_ROOT', `The trusted root can not be read: ${reason(cause)}`, { cause });
  }
  throw new CustosError(
    'TRUSTED_ROOT',
    'The trusted root names no certificate authority or no transparency log. Give the trusted_root.json of the Sigstore instance that was used.',
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : 'unknown reason';
}
