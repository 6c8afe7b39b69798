/**
 * Ed25519 signers and the text form of their public keys. The form is C2SP signed-note's verifier key,
 * `<name>+<8 hex digits>+<base64 of 0x01 and the 32 key bytes>`, so the same key checks envelopes and checkpoints and can be
 * handed to other tools that read signed notes.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { CustosError, type Digest } from '@custos/core';
import { sha256 } from './digest.ts';

export interface Signer {
  /** SHA-256 of the 32 bytes of the public key. */
  readonly keyId: Digest;
  /** Note verifier key form. */
  readonly publicKey: string;
  /** Ed25519 (RFC 8032) signature over the bytes, 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array> | Uint8Array;
}

/** A public key that can check signatures. */
export interface Verifier {
  readonly keyId: Digest;
  /** Key name of the signed-note form. */
  readonly name: string;
  /** The first 4 bytes of a note signature, as a number. */
  readonly noteKeyHash: number;
  readonly publicKey: string;
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
}

/** Signature type of Ed25519 in signed notes. */
const ED25519 = 0x01;
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_NAME = /^[^\s+\p{C}]+$/u;

export const DEFAULT_KEY_NAME = 'custos.local';

/** A new key with its private half in PKCS #8 PEM, for whoever keeps it. */
export interface NewKey {
  signer: Signer;
  privateKeyPem: string;
}

/**
 * Makes a new Ed25519 key.
 * @param name key name for checkpoints, without spaces and `+`; best the origin of the log that it signs
 */
export function createKey(name: string = DEFAULT_KEY_NAME): NewKey {
  const privateKeyPem = generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  return { signer: signerFromPem(privateKeyPem, name), privateKeyPem };
}

/** @throws CustosError KEY_INVALID when the PEM holds no Ed25519 private key or the name cannot stand in a note. */
export function signerFromPem(privateKeyPem: string, name: string): Signer {
  const key = readPrivateKey(privateKeyPem);
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const raw = spki.subarray(SPKI_PREFIX.length);
  return { keyId: sha256(raw), publicKey: verifierKey(name, raw), sign: (bytes) => sign(null, bytes, key) };
}

function readPrivateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new CustosError(
      'KEY_INVALID',
      'The private key is no readable PKCS #8 PEM; restore it from a copy.',
      { cause },
    );
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new CustosError(
    'KEY_INVALID',
    `The private key is ${key.asymmetricKeyType}; Custos signs with Ed25519.`,
  );
}

function verifierKey(name: string, raw: Uint8Array): string {
  if (!KEY_NAME.test(name)) {
    throw new CustosError(
      'KEY_INVALID',
      `"${name}" is no key name: use characters other than spaces, control characters and +.`,
    );
  }
  const typed = Buffer.concat([Buffer.of(ED25519), raw]);
  return `${name}+${noteKeyHash(name, typed).toString(16).padStart(8, '0')}+${typed.toString('base64')}`;
}

function noteKeyHash(name: string, typedKey: Uint8Array): number {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typedKey]), 'buffer').readUInt32BE(0);
}

/** @throws CustosError KEY_INVALID for text that is no Ed25519 verifier key, or whose key hash does not fit name and key. */
export function parseVerifier(publicKey: string): Verifier {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(publicKey);
  const [, name = '', hashHex = '', base64 = ''] = match ?? [];
  const typed = Buffer.from(base64, 'base64');
  if (match === null || typed.length !== 33 || typed[0] !== ED25519 || !KEY_NAME.test(name)) {
    throw new CustosError(
      'KEY_INVALID',
      `"${publicKey.slice(0, 80)}" is no Ed25519 verifier key of the form <name>+<8 hex digits>+<base64>; copy the whole line.`,
    );
  }
  const raw = typed.subarray(1);
  const expected = noteKeyHash(name, typed);
  if (expected !== Number.parseInt(hashHex, 16) || typed.toString('base64') !== base64) {
    throw new CustosError(
      'KEY_INVALID',
      `The verifier key of "${name}" does not fit its own key hash ${hashHex}: it was altered.`,
    );
  }
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
  return {
    keyId: sha256(raw),
    name,
    noteKeyHash: expected,
    publicKey,
    verify: (bytes, signature) => signature.length === 64 && verify(null, bytes, key, signature),
  };
}
