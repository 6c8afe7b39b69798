/**
 * Keyless signatures. Verification works offline, from a trusted_root.json that the user supplies; signing needs the network
 * and is the only part that opens a connection. The libraries are loaded when they are needed.
 */
import { CustosError } from '@custos/core';
import { PAYLOAD_TYPE } from '../envelope.ts';
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
 * @returns the identity in the certificate
 * @throws Rejection TRANSPARENCY_LOG, CERTIFICATE_UNTRUSTED, SIGNATURE_INVALID, TIMESTAMP, IDENTITY_MISMATCH,
 * ISSUER_MISMATCH, FIELD_INVALID; CustosError TRUSTED_ROOT
 */
export async function verifySigstoreBundle(
  bundle: object,
  trustedRoot: string,
  expected: KeylessIdentity,
): Promise<string> {
  const [{ bundleFromJSON }, { toSignedEntity, toTrustMaterial, Verifier }, root] = await Promise.all([
    import('@sigstore/bundle'),
    import('@sigstore/verify'),
    readTrustedRoot(trustedRoot),
  ]);
  let entity: ReturnType<typeof toSignedEntity>;
  try {
    entity = toSignedEntity(bundleFromJSON(bundle));
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

async function readTrustedRoot(text: string) {
  const { TrustedRoot } = await import('@sigstore/protobuf-specs');
  try {
    const value = parseStrictJson(Buffer.from(text), 'The trusted root');
    const nested =
      typeof value === 'object' && value !== null && 'trustedRoot' in value ? value.trustedRoot : value;
    const root = TrustedRoot.fromJSON(nested);
    if (root.certificateAuthorities.length > 0 && root.tlogs.length > 0) return root;
  } catch (cause) {
    throw new CustosError('TRUSTED_ROOT', `The trusted root can not be read: ${reason(cause)}`, { cause });
  }
  throw new CustosError(
    'TRUSTED_ROOT',
    'The trusted root names no certificate authority or no transparency log. Give the trusted_root.json of the Sigstore instance that was used.',
  );
}

export interface KeylessSigningOptions {
  /** OpenID Connect token with audience `sigstore`; default: that of the CI system one runs in. */
  identityToken?: string;
  fulcioUrl?: string;
  rekorUrl?: string;
}

/**
 * Signs with a short-lived certificate. Opens connections to Fulcio and Rekor: the signer's identity and the digest of the
 * statement become public for ever.
 * @returns the Sigstore bundle as JSON
 * @throws CustosError KEYLESS
 */
export async function signKeyless(payload: Buffer, options: KeylessSigningOptions): Promise<object> {
  const { attest } = await import('sigstore');
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
      { cause },
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : 'unknown reason';
}
