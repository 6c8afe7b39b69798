/**
 * Reading an OpenSSF Model Signing bundle: a Sigstore bundle with a DSSE envelope (specification v1.0, sections 4 and 8.1).
 * Nothing is believed here; this only settles which method was used and which bytes were signed.
 */
import { z } from 'zod';
import { PAYLOAD_TYPE } from '../envelope.ts';
import { requireBase64, requireFields } from './fields.ts';
import { type Problem, Rejection } from './problem.ts';
import { parseStrictJson } from './strict-json.ts';

/** Room for about 300,000 files. Bytes. */
export const MAX_BUNDLE_BYTES = 64 * 1024 * 1024;
export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
/** As sigstore_bundle.proto lists them; the last is of the current version. */
const MEDIA_TYPES: readonly string[] = [
  'application/vnd.dev.sigstore.bundle+json;version=0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
  BUNDLE_MEDIA_TYPE,
];
const METHOD_FIELDS = ['publicKey', 'x509CertificateChain', 'certificate'] as const;
const MATERIAL_FIELDS = new Set<string>([...METHOD_FIELDS, 'tlogEntries', 'timestampVerificationData']);
const MAX_CERTIFICATES = 16;

const Certificate = z.looseObject({ rawBytes: z.string().min(1) });
const Material = z.looseObject({
  publicKey: z.looseObject({ hint: z.string().nullish(), rawBytes: z.string().nullish() }).optional(),
  x509CertificateChain: z
    .looseObject({ certificates: z.array(Certificate).min(1).max(MAX_CERTIFICATES) })
    .optional(),
  certificate: Certificate.optional(),
  tlogEntries: z.array(z.looseObject({})).optional(),
  timestampVerificationData: z.looseObject({}).nullish(),
});
const DsseEnvelope = z.strictObject({
  payload: z.string().min(1),
  payloadType: z.string(),
  /** A Sigstore bundle carries exactly one. Key ids are not used. */
  signatures: z
    .array(z.strictObject({ sig: z.string().min(1), keyid: z.string().nullish() }))
    .min(1)
    .max(1),
});
const Bundle = z.strictObject({
  mediaType: z.string(),
  verificationMaterial: Material,
  dsseEnvelope: DsseEnvelope,
});
/** What others sign: a statement of any type, or the digest of a file (`cosign sign-blob`). */
const FileBundle = z.strictObject({
  mediaType: z.string(),
  verificationMaterial: Material,
  dsseEnvelope: DsseEnvelope.optional(),
  messageSignature: z
    .strictObject({
      messageDigest: z.strictObject({ algorithm: z.string(), digest: z.string() }).optional(),
      signature: z.string().min(1),
    })
    .optional(),
});

export type SigningMethod = 'key' | 'certificate' | 'sigstore';

export type VerificationMaterial =
  | { method: 'key'; hint: string | undefined; publicKey: Buffer | undefined }
  | { method: 'certificate'; chain: Buffer[] }
  | { method: 'sigstore'; certificate: Buffer };

export interface ModelBundle {
  material: VerificationMaterial;
  payload: Buffer;
  signature: Buffer;
  warnings: Problem[];
  /** The whole document, for the Sigstore library. */
  json: object;
}

/**
 * @throws Rejection BUNDLE_UNREADABLE, FIELD_MISSING, FIELD_UNKNOWN, FIELD_INVALID
 * @example parseBundle(readFileSync('model.sig')).material.method // 'key'
 */
export function parseBundle(bytes: Uint8Array): ModelBundle {
  if (bytes.length > MAX_BUNDLE_BYTES)
    throw new Rejection(
      'BUNDLE_UNREADABLE',
      '',
      `The bundle is larger than ${MAX_BUNDLE_BYTES >> 20} MiB; sign with shards or split the model.`,
    );
  const json = parseStrictJson(bytes, 'The bundle');
  const bundle = requireFields(Bundle, json, '', 'The bundle');
  requireMediaType(bundle.mediaType);
  const { payload, payloadType, signatures } = bundle.dsseEnvelope;
  requirePayloadType(payloadType);
  return {
    material: readMaterial(bundle.verificationMaterial),
    payload: requireBase64(payload, 'dsseEnvelope.payload', 'The bundle'),
    signature: requireBase64(signatures[0]?.sig ?? '', 'dsseEnvelope.signatures[0].sig', 'The bundle'),
    warnings: Object.keys(bundle.verificationMaterial)
      .filter((name) => !MATERIAL_FIELDS.has(name))
      .map((name) => ({
        code: 'FIELD_UNKNOWN' as const,
        where: `verificationMaterial.${name}`,
        message: `The bundle has a field that is not used: verificationMaterial.${name}.`,
      })),
    json: json as object,
  };
}

/** A Sigstore bundle over a file: the signed digest, or a statement that may name the file. */
export interface FileSignature {
  material: VerificationMaterial;
  signature: Buffer;
  /** The signed statement; undefined where the file itself is signed. */
  payload: Buffer | undefined;
  /** What the bundle says was signed; for messages only. */
  digest: { algorithm: string; value: Buffer } | undefined;
  json: object;
}

/** @throws Rejection as `parseBundle` */
export function parseFileBundle(bytes: Uint8Array): FileSignature {
  const json = parseStrictJson(bytes, 'The bundle');
  const { mediaType, verificationMaterial, dsseEnvelope, messageSignature } = requireFields(
    FileBundle,
    json,
    '',
    'The bundle',
  );
  requireMediaType(mediaType);
  const rest = { material: readMaterial(verificationMaterial), json: json as object };
  if (dsseEnvelope !== undefined && messageSignature !== undefined)
    throw new Rejection('FIELD_UNKNOWN', 'messageSignature', 'The bundle signs two things at once.');
  if (dsseEnvelope !== undefined) {
    requirePayloadType(dsseEnvelope.payloadType);
    const [one] = dsseEnvelope.signatures;
    const signature = requireBase64(one?.sig ?? '', 'dsseEnvelope.signatures[0].sig', 'The bundle');
    const payload = requireBase64(dsseEnvelope.payload, 'dsseEnvelope.payload', 'The bundle');
    return { ...rest, signature, payload, digest: undefined };
  }
  if (messageSignature === undefined)
    throw new Rejection('FIELD_MISSING', 'messageSignature', 'The bundle signs nothing.');
  const { messageDigest } = messageSignature;
  const at = 'messageSignature';
  return {
    ...rest,
    signature: requireBase64(messageSignature.signature, `${at}.signature`, 'The bundle'),
    payload: undefined,
    digest: messageDigest && {
      algorithm: messageDigest.algorithm,
      value: requireBase64(messageDigest.digest, `${at}.messageDigest.digest`, 'The bundle'),
    },
  };
}

function requireMediaType(mediaType: string): void {
  if (!MEDIA_TYPES.includes(mediaType))
    throw new Rejection(
      'FIELD_INVALID',
      'mediaType',
      `The bundle's mediaType is "${mediaType.slice(0, 100)}"; ${BUNDLE_MEDIA_TYPE} is expected.`,
    );
}

function requirePayloadType(payloadType: string): void {
  if (payloadType !== PAYLOAD_TYPE)
    throw new Rejection(
      'FIELD_INVALID',
      'dsseEnvelope.payloadType',
      `The signed payload is of type "${payloadType.slice(0, 100)}", not ${PAYLOAD_TYPE}.`,
    );
}

function readMaterial(material: z.infer<typeof Material>): VerificationMaterial {
  const at = 'verificationMaterial';
  const present = METHOD_FIELDS.filter((name) => material[name] !== undefined);
  if (present.length > 1)
    throw new Rejection(
      'FIELD_UNKNOWN',
      `${at}.${present[1]}`,
      `The bundle names more than one way to verify it: ${present.join(' and ')}.`,
    );
  const { publicKey, x509CertificateChain, certificate, tlogEntries = [] } = material;
  if (publicKey) {
    const raw = publicKey.rawBytes ?? '';
    if (!publicKey.hint && raw === '')
      throw new Rejection(
        'FIELD_MISSING',
        `${at}.publicKey.hint`,
        'The bundle names no key: publicKey.hint is missing.',
      );
    return {
      method: 'key',
      hint: publicKey.hint || undefined,
      publicKey: raw === '' ? undefined : requireBase64(raw, `${at}.publicKey.rawBytes`, 'The bundle'),
    };
  }
  if (x509CertificateChain) {
    const field = `${at}.x509CertificateChain.certificates`;
    const chain = x509CertificateChain.certificates.map(({ rawBytes }, i) =>
      requireBase64(rawBytes, `${field}[${i}].rawBytes`, 'The bundle'),
    );
    return { method: 'certificate', chain };
  }
  if (certificate) {
    if (tlogEntries.length === 0)
      throw new Rejection(
        'FIELD_MISSING',
        `${at}.tlogEntries`,
        'The bundle has a Sigstore certificate, but no entry of a transparency log (tlogEntries).',
      );
    const raw = requireBase64(certificate.rawBytes, `${at}.certificate.rawBytes`, 'The bundle');
    return { method: 'sigstore', certificate: raw };
  }
  throw new Rejection(
    'FIELD_MISSING',
    `${at}.publicKey`,
    `The bundle has none of ${METHOD_FIELDS.join(', ')} in verificationMaterial.`,
  );
}
