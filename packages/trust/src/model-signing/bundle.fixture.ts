/** Bundles for tests with anything in them, correctly signed: what the signer says can be wrong although nobody altered it. */
import { createHash } from 'node:crypto';
import { PAYLOAD_TYPE, pae } from '../envelope.ts';
import { newKey, privatePem, publicPem } from './certificate.fixture.ts';
import { readSigningKey } from './signing-key.ts';

export const KEY = newKey();
export const TRUST = { kind: 'key' as const, key: publicPem(KEY) };
const SIGNING = readSigningKey(privatePem(KEY));

export const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

/** Names and contents of files, as resources in the given order. */
export function resourcesOf(files: Record<string, string>) {
  return Object.entries(files).map(([name, text]) => ({ name, digest: sha256(text), algorithm: 'sha256' }));
}

export function rootOf(resources: readonly { digest: string }[]): string {
  return sha256(Buffer.concat(resources.map(({ digest }) => Buffer.from(digest, 'hex'))));
}

export function statementOf(resources: readonly { digest: string }[], serialization: object = {}) {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'm', digest: { sha256: rootOf(resources) } }],
    predicateType: 'https://model_signing/signature/v1.0',
    predicate: {
      resources,
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ...serialization },
    },
  };
}

export function bundleOf(payload: Buffer, signature: Buffer = SIGNING.sign(pae(PAYLOAD_TYPE, payload))) {
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: SIGNING.hint } as object, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: signature.toString('base64'), keyid: '' as string | null }],
    },
  };
}

/** A bundle over a statement, or over the very text. */
export function signedBytes(statement: object | string): Buffer {
  const text = typeof statement === 'string' ? statement : JSON.stringify(statement);
  return Buffer.from(JSON.stringify(bundleOf(Buffer.from(text))));
}

/** A copy with one field set (undefined: removed). */
export function edit(value: object, path: string, to: unknown): object {
  const copy: object = structuredClone(value);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let here: unknown = copy;
  for (const key of keys)
    here = typeof here === 'object' && here !== null ? Reflect.get(here, key) : undefined;
  if (typeof here !== 'object' || here === null) throw new Error(`no ${path}`);
  if (to === undefined) Reflect.deleteProperty(here, last);
  else Reflect.set(here, last, to);
  return copy;
}
