/**
 * Keys for models: the curves of the OMS algorithm registry (P-256, P-384, P-521) and Ed25519 of the Sigstore registry.
 * The algorithm follows from the trusted key alone; nothing in a bundle can choose another.
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { CustosError } from '@custos/core';

/** Digest of ECDSA by curve; undefined for Ed25519, which hashes by itself. */
const CURVES: ReadonlyMap<string, string> = new Map([
  ['prime256v1', 'sha256'],
  ['secp384r1', 'sha384'],
  ['secp521r1', 'sha512'],
]);

export interface ModelVerificationKey {
  readonly key: KeyObject;
  /** Hex of SHA-256 over the SubjectPublicKeyInfo in PEM, as the reference implementation writes it. */
  readonly hint: string;
  /** `P-256` and the like, for people. */
  readonly type: string;
  /** DER signature for ECDSA (FIPS 186-5), 64 bytes for Ed25519 (RFC 8032). */
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
  /** As `verify`, with SHA-256 whatever the curve: signatures of release 0.2 need it. */
  verifySha256(bytes: Uint8Array, signature: Uint8Array): boolean;
}

export interface ModelSigningKey extends ModelVerificationKey {
  sign(bytes: Uint8Array): Buffer;
}

const NAMES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** @throws CustosError KEY_INVALID for a key of another type, such as RSA */
export function verificationKey(key: KeyObject): ModelVerificationKey {
  const { digest, type } = algorithmOf(key);
  const check = (algorithm: string | undefined) => (bytes: Uint8Array, signature: Uint8Array) => {
    if (algorithm === undefined && signature.length !== 64) return false;
    return verify(algorithm ?? null, bytes, key, signature);
  };
  return { key, hint: hintOf(key), type, verify: check(digest), verifySha256: check(digest && 'sha256') };
}

function algorithmOf(key: KeyObject): { digest: string | undefined; type: string } {
  if (key.asymmetricKeyType === 'ed25519') return { digest: undefined, type: 'Ed25519' };
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  const digest = key.asymmetricKeyType === 'ec' ? CURVES.get(curve) : undefined;
  if (digest !== undefined) return { digest, type: NAMES[curve] ?? curve };
  throw new CustosError(
    'KEY_INVALID',
    `The key is ${[key.asymmetricKeyType ?? 'of no known type', curve].join(' ').trim()}; models are signed with P-256, P-384, P-521 or Ed25519.`,
  );
}

function hintOf(publicKey: KeyObject): string {
  return hash('sha256', publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'hex');
}

/**
 * @param pem SubjectPublicKeyInfo in PEM
 * @throws CustosError KEY_INVALID
 * @example readVerificationKey(readFileSync('key.pub', 'utf8')).hint
 */
export function readVerificationKey(pem: string): ModelVerificationKey {
  if (!/-----BEGIN PUBLIC KEY-----/.test(pem))
    throw new CustosError(
      'KEY_INVALID',
      /PRIVATE KEY/.test(pem)
        ? 'This is a private key. Verify with the public one: openssl pkey -in KEY -pubout.'
        : 'This is no public key in PEM ("-----BEGIN PUBLIC KEY-----").',
    );
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw new CustosError('KEY_INVALID', 'The public key can not be read; get it again from its owner.', {
      cause,
    });
  }
  return verificationKey(key);
}

/**
 * @param pem PKCS #8 or SEC 1 in PEM
 * @throws CustosError KEY_INVALID
 */
export function readSigningKey(pem: string, passphrase?: string): ModelSigningKey {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (cause) {
    throw new CustosError(
      'KEY_INVALID',
      `The private key can not be read. It must be PEM (PKCS #8 or SEC 1)${/ENCRYPTED/.test(pem) ? ', and it needs the right passphrase (--passphrase-file)' : ''}. Make one with: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem`,
      { cause },
    );
  }
  const { digest } = algorithmOf(key);
  return { ...verificationKey(createPublicKey(key)), sign: (bytes) => sign(digest ?? null, bytes, key) };
}
