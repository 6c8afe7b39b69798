/** Who signed a bundle: its signature against the trust that the user brings (specification v1.0, section 8.2). */
import { PAYLOAD_TYPE, pae } from '../envelope.ts';
import type { ModelBundle } from './bundle.ts';
import { legacyEncoding } from './legacy.ts';
import { type Problem, Rejection } from './problem.ts';
import { type ModelVerificationKey, readVerificationKey } from './signing-key.ts';
import { isDeprecatedPayload } from './statement.ts';

/** What the user trusts. Texts, not paths. */
export type ModelTrust =
  | { kind: 'key' /** PEM. */; key: string }
  | {
      kind: 'certificate';
      /** PEM of all certificates that are trusted. */
      certificates: string;
      /** A name that the signing certificate must bear: alternative name or common name. */
      identity?: string | undefined;
    }
  | { kind: 'sigstore' /** trusted_root.json. */; trustedRoot: string; identity: string; issuer: string };

export interface AuthenticBundle {
  /** For people and observations. */
  signer: string;
  warnings: Problem[];
}

/**
 * @param now milliseconds since the epoch
 * @throws Rejection with the reason why the signature does not count; CustosError KEY_INVALID, TRUSTED_ROOT for unusable trust
 */
export async function authenticateBundle(
  bundle: ModelBundle,
  trust: ModelTrust,
  now: number,
): Promise<AuthenticBundle> {
  const { material } = bundle;
  if (material.method === 'key' && trust.kind === 'key') return byKey(bundle, trust.key, material);
  if (material.method === 'certificate' && trust.kind === 'certificate') {
    // With the parser of certificates, which nobody else needs.
    const { authenticateCertificate } = await import('./authenticate-certificate.ts');
    const { signer, key } = authenticateCertificate(material.chain, trust, now);
    requireSignature(bundle, key);
    return { signer, warnings: [] };
  }
  if (material.method === 'sigstore' && trust.kind === 'sigstore') {
    const { verifySigstoreBundle } = await import('./sigstore.ts');
    const who = verifySigstoreBundle(bundle.json, trust.trustedRoot, trust);
    return { signer: who, warnings: [] };
  }
  throw new Rejection(
    'METHOD_MISMATCH',
    'verificationMaterial',
    `The model was signed with ${METHODS[material.method]}, but you trust ${METHODS[trust.kind]}.`,
  );
}

const METHODS = {
  key: 'a key (--key)',
  certificate: 'a certificate (--certificate-chain)',
  sigstore: 'Sigstore (--trusted-root, --identity, --issuer)',
} as const;

function byKey(
  bundle: ModelBundle,
  pem: string,
  named: { hint: string | undefined; publicKey: Buffer | undefined },
): AuthenticBundle {
  const key = readVerificationKey(pem);
  const warnings: Problem[] = [];
  if (named.hint !== undefined) {
    if (named.hint !== key.hint)
      throw new Rejection(
        'UNKNOWN_KEY',
        'verificationMaterial.publicKey.hint',
        `It was signed with the key ${named.hint.slice(0, 128)}, not with the one you trust (${key.hint}).`,
      );
  } else {
    requireSameKey(named.publicKey, key);
    warnings.push({
      code: 'DEPRECATED_FORM',
      where: 'verificationMaterial.publicKey',
      message: 'The signature names its key in the form of releases before 1.1; sign the model again.',
    });
  }
  requireSignature(bundle, key);
  return { signer: `${key.type} key ${key.hint}`, warnings };
}

/** Releases before 1.1 carried the key itself, as PEM or DER. */
function requireSameKey(carried: Buffer | undefined, trusted: ModelVerificationKey): void {
  if (carried === undefined) return;
  const der = trusted.key.export({ type: 'spki', format: 'der' });
  const pem = trusted.key.export({ type: 'spki', format: 'pem' }).toString();
  if (carried.equals(der) || carried.toString('latin1').trim() === pem.trim()) return;
  throw new Rejection(
    'UNKNOWN_KEY',
    'verificationMaterial.publicKey.rawBytes',
    `It was signed with another key than the one you trust (${trusted.hint}).`,
  );
}

function requireSignature({ payload, signature }: ModelBundle, key: ModelVerificationKey): void {
  if (key.verify(pae(PAYLOAD_TYPE, payload), signature)) return;
  // Only the deprecated form can have been signed over the faulty encoding of its time.
  if (isDeprecatedPayload(payload) && key.verifySha256(legacyEncoding(payload), signature)) return;
  throw new Rejection(
    'SIGNATURE_INVALID',
    'dsseEnvelope.signatures[0].sig',
    `The signature is not by the ${key.type} key ${key.hint} over this payload: one of them was altered.`,
  );
}
