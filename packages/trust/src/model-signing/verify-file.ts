/**
 * Signatures over one file that are no model signatures: what `cosign sign-blob` makes (Sigstore bundles, raw signatures in
 * base64), and in-toto attestations that name the file as a subject, in a bundle or as a bare DSSE envelope.
 */
import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type Content, CustosError, millis, systemClock } from '@custos/core';
import { z } from 'zod';
import { PAYLOAD_TYPE, pae } from '../envelope.ts';
import type { ModelTrust } from './authenticate.ts';
import { type FileSignature, parseFileBundle, type VerificationMaterial } from './bundle.ts';
import { requireBase64, requireFields } from './fields.ts';
import { hashRanges } from './hash-pool.ts';
import { Rejection } from './problem.ts';
import { readRegularFile } from './read-file.ts';
import { readVerificationKey } from './signing-key.ts';
import { parseStrictJson } from './strict-json.ts';
import {
  type ModelVerification,
  readBundleFile,
  type SignatureForm,
  type VerifyModelOptions,
  verifyModelBundle,
} from './verify-model.ts';

/** Signatures over the bytes themselves need them in memory. Bytes. */
const MAX_BYTES = 1024 * 1024 * 1024;
const DIGESTS: Readonly<Record<string, string>> = {
  SHA2_256: 'sha256',
  SHA2_384: 'sha384',
  SHA2_512: 'sha512',
};

const Envelope = z.looseObject({
  payload: z.string().min(1),
  payloadType: z.literal(PAYLOAD_TYPE),
  signatures: z
    .array(z.looseObject({ sig: z.string().min(1), keyid: z.string().nullish() }))
    .min(1)
    .max(16),
});
const Statement = z.looseObject({
  _type: z.string().startsWith('https://in-toto.io/Statement/'),
  predicateType: z.string().min(1),
  subject: z
    .array(z.looseObject({ name: z.string().default(''), digest: z.record(z.string(), z.string()) }))
    .min(1),
});

/** What kind of signature a file holds, by its outside; what is none of the others is for the model parser to refuse. */
export function signatureForm(bytes: Uint8Array): SignatureForm {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').trim();
  if (/^[A-Za-z0-9+/]{80,800}={0,2}$/.test(text)) return 'blob';
  try {
    const value = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    if ('messageSignature' in value) return 'blob';
    const envelope = Envelope.parse('dsseEnvelope' in value ? value.dsseEnvelope : value);
    const statement = Statement.parse(JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8')));
    return statement.predicateType.startsWith('https://model_signing/') ? 'model' : 'attestation';
  } catch {
    return 'model';
  }
}

/**
 * Verifies a signature of whatever kind it is; a folder can only have a model signature.
 * @param signature path
 * @throws CustosError as `verifyModel` and `verifyFile`
 */
export async function verifySignature(
  model: string,
  signature: string,
  options: VerifyFileOptions,
): Promise<ModelVerification> {
  return verifySignatureBytes(model, readBundleFile(signature), options, signature);
}

/** As `verifySignature`, with the bytes of the signature. @param exclude a file that never belongs to the model */
export async function verifySignatureBytes(
  model: string,
  bytes: Uint8Array,
  options: VerifyFileOptions,
  exclude?: string,
): Promise<ModelVerification> {
  const folder = statSync(model, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const asked = options.attestationType !== undefined;
  if (folder && asked)
    throw new CustosError(
      'USAGE',
      `${model} is a folder, and an attestation is about a file. Name the file, or leave --attestation-type out.`,
    );
  return folder || (signatureForm(bytes) === 'model' && !asked)
    ? verifyModelBundle(model, bytes, options, exclude)
    : verifyFile(model, bytes, options);
}

export interface VerifyFileOptions extends VerifyModelOptions {
  /** The predicate type that an attestation must be of: it can say anything about a file, good or bad. */
  attestationType?: string | undefined;
}

interface Signed {
  signatures: Buffer[];
  /** What was signed, as it was signed. */
  content: Uint8Array;
  /** The statement of an attestation, and the envelope it came in. */
  payload: Buffer | undefined;
  envelope?: Content<'third-party-attestation'>['envelope'] | undefined;
  /** The bundle; undefined for a raw signature and a bare envelope, which only a key can verify. */
  bundle: FileSignature | undefined;
}

/**
 * @param path of the file
 * @param bytes of the signature
 * @returns a verification whose manifest names the one file
 * @throws CustosError INPUT_PATH, KEY_INVALID, TRUSTED_ROOT, USAGE
 */
export async function verifyFile(
  path: string,
  bytes: Uint8Array,
  options: VerifyFileOptions,
): Promise<ModelVerification> {
  const now = millis((options.clock ?? systemClock).now());
  const form = signatureForm(bytes);
  const real = resolveFile(path);
  const [outcome] = await hashRanges(
    [{ path: real, start: 0, end: undefined, algorithm: 'sha256', bytes: statSync(real).size }],
    options,
  );
  if (outcome === undefined || 'fault' in outcome)
    throw new CustosError(
      'INPUT_PATH',
      `${path} can't be read to its end; a signature of this kind is over one file.`,
    );
  const { size, digests } = outcome;
  const [hex = ''] = digests;
  const name = basename(path);
  const result: ModelVerification = {
    valid: false,
    // Who asks for an attestation is told nothing about other signatures.
    form: options.attestationType === undefined ? form : 'attestation',
    method: options.trust.kind,
    signer: undefined,
    manifest: undefined,
    digests: new Map([[name, hex]]),
    unsigned: [],
    files: 1,
    bytes: size,
    problems: [],
    warnings: [],
  };
  try {
    if (options.attestationType !== undefined && form !== 'attestation')
      throw new Rejection(
        'FIELD_INVALID',
        'predicateType',
        'The signature is no in-toto attestation; leave --attestation-type out, or name the attestation with --signature.',
      );
    const signed = form === 'attestation' ? readAttestation(bytes) : await readBlob(bytes, real, hex, size);
    result.signer = await authenticate(signed, options.trust, now);
    if (signed.payload !== undefined) {
      const predicateType = requireStatement(signed.payload, hex, options.attestationType);
      if (signed.envelope !== undefined) result.attestation = { envelope: signed.envelope, predicateType };
    }
    result.manifest = {
      modelName: name,
      rootDigest: hex,
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false },
      resources: [{ name, digest: hex, algorithm: 'sha256' }],
      ranges: [{ path: name, start: 0, end: undefined }],
      warnings: [],
    };
    result.valid = true;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    result.problems.push(error.problem);
  }
  return result;
}

function resolveFile(path: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw new CustosError('INPUT_PATH', `${path} does not exist or can't be reached.`, { cause });
  }
}

async function readBlob(bytes: Uint8Array, path: string, hex: string, size: number): Promise<Signed> {
  const text = Buffer.from(bytes).toString('utf8').trim();
  const bundle = text.startsWith('{') ? parseFileBundle(bytes) : undefined;
  const content = await contentOf(path, size);
  if (createHash('sha256').update(content).digest('hex') !== hex)
    throw new Rejection('FILE_UNSTABLE', basename(path), `${basename(path)} changed while it was verified.`);
  if (bundle === undefined)
    return { signatures: [requireBase64(text, '', 'The signature')], content, payload: undefined, bundle };
  if (bundle.digest !== undefined) {
    const algorithm = DIGESTS[bundle.digest.algorithm];
    if (algorithm === undefined)
      throw new Rejection(
        'FIELD_INVALID',
        'messageSignature.messageDigest.algorithm',
        `The bundle's digest is ${bundle.digest.algorithm.slice(0, 50)}; SHA2_256, SHA2_384 or SHA2_512 is expected.`,
      );
    const found = createHash(algorithm).update(content).digest();
    if (!found.equals(bundle.digest.value))
      throw new Rejection(
        'FILE_CHANGED',
        basename(path),
        `${basename(path)} differs from what was signed: ${algorithm} is ${found.toString('hex')}, signed was ${bundle.digest.value.toString('hex')}.`,
      );
  }
  return { signatures: [bundle.signature], content, payload: undefined, bundle };
}

async function contentOf(path: string, size: number): Promise<Buffer> {
  if (size > MAX_BYTES)
    throw new CustosError(
      'USAGE',
      `${path} has ${size} bytes; signatures over the bytes of a file are verified up to ${MAX_BYTES}. Sign larger models with \`custos sign\`.`,
    );
  return readRegularFile(path, MAX_BYTES, 'INPUT_PATH');
}

function readAttestation(bytes: Uint8Array): Signed {
  const value = parseStrictJson(bytes, 'The attestation');
  if (typeof value === 'object' && value !== null && 'dsseEnvelope' in value) {
    const bundle = parseFileBundle(bytes);
    const payload = bundle.payload ?? Buffer.alloc(0);
    const envelope = envelopeOf(payload, [{ sig: bundle.signature.toString('base64') }]);
    return { signatures: [bundle.signature], content: pae(PAYLOAD_TYPE, payload), payload, envelope, bundle };
  }
  const { payload: text, signatures } = requireFields(Envelope, value, '', 'The attestation');
  const payload = requireBase64(text, 'payload', 'The attestation');
  return {
    signatures: signatures.map(({ sig }, i) => requireBase64(sig, `signatures[${i}].sig`, 'The attestation')),
    content: pae(PAYLOAD_TYPE, payload),
    payload,
    envelope: envelopeOf(payload, signatures),
    bundle: undefined,
  };
}

function envelopeOf(
  payload: Buffer,
  signatures: readonly { sig: string; keyid?: string | null | undefined }[],
): Signed['envelope'] {
  return {
    payloadType: PAYLOAD_TYPE,
    payload: payload.toString('base64'),
    signatures: signatures.map(({ sig, keyid }) => ({ keyid: keyid ?? '', sig })),
  };
}

async function authenticate(
  { signatures, content, bundle }: Signed,
  trust: ModelTrust,
  now: number,
): Promise<string> {
  const material = bundle?.material;
  if (trust.kind === 'sigstore') {
    if (bundle === undefined || material?.method === 'key') throw mismatch(material);
    const { verifySigstoreBundle } = await import('./sigstore.ts');
    return verifySigstoreBundle(
      bundle.json,
      trust.trustedRoot,
      trust,
      bundle.payload === undefined ? Buffer.from(content) : undefined,
    );
  }
  if (trust.kind === 'certificate') {
    if (material?.method !== 'certificate') throw mismatch(material);
    const { authenticateCertificate } = await import('./authenticate-certificate.ts');
    const { signer, key } = authenticateCertificate(material.chain, trust, now);
    if (signatures.some((each) => key.verify(content, each))) return signer;
  } else {
    if (material !== undefined && material.method !== 'key') throw mismatch(material);
    const key = readVerificationKey(trust.key);
    if (signatures.some((each) => key.verify(content, each))) return `${key.type} key ${key.hint}`;
  }
  throw new Rejection(
    'SIGNATURE_INVALID',
    'signature',
    'No signature is by the key you trust over this content: it is by another key, or one of them was altered.',
  );
}

function mismatch(material: VerificationMaterial | undefined): Rejection {
  const made =
    material === undefined
      ? 'a key'
      : { key: 'a key', certificate: 'a certificate', sigstore: 'Sigstore' }[material.method];
  return new Rejection(
    'METHOD_MISMATCH',
    'verificationMaterial',
    `The file was signed with ${made}; name that kind of trust.`,
  );
}

/** @returns the predicate type, which is the one that was asked for */
function requireStatement(payload: Buffer, hex: string, type: string | undefined): string {
  const statement = requireFields(Statement, parseStrictJson(payload, 'The statement'), '', 'The statement');
  if (type !== statement.predicateType)
    throw new Rejection(
      'FIELD_INVALID',
      'predicateType',
      `It is an attestation of type ${statement.predicateType.slice(0, 200)}, ${type === undefined ? 'which can say anything about the file; name the type you expect with --attestation-type' : `not ${type}`}.`,
    );
  if (!statement.subject.some(({ digest }) => digest.sha256 === hex))
    throw new Rejection(
      'FILE_CHANGED',
      'subject',
      `The attestation is about other files: none of its subjects has the SHA-256 ${hex}.`,
    );
  return type;
}
