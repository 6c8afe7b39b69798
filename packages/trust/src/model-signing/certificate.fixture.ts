/** X.509 certificates for tests, written in DER here, so that every field can be wrong on purpose. */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface KeyPair {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

export function newKey(curve = 'P-256'): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: curve });
}

export interface CertificateFields {
  subject: string;
  issuer?: string;
  key: KeyPair;
  /** Who signs; default: the key itself. */
  signer?: KeyPair;
  notBefore?: Date;
  notAfter?: Date;
  ca?: boolean;
  pathLength?: number;
  /** Bits of the key usage: 0 digitalSignature, 5 keyCertSign; undefined: no extension. */
  keyUsage?: number[] | undefined;
  /** OIDs; undefined: no extension. */
  extendedKeyUsage?: string[] | undefined;
  email?: string;
  /** A critical extension that nobody knows. */
  unknownCritical?: boolean;
  hash?: 'sha256' | 'sha1';
}

export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
export const SERVER = '1.3.6.1.5.5.7.3.1';

/** PEM. */
export function makeCertificate(fields: CertificateFields): string {
  const { key, signer = key, hash = 'sha256' } = fields;
  const algorithm = seq(oid(hash === 'sha256' ? '1.2.840.10045.4.3.2' : '1.2.840.10045.4.1'));
  const extensions = [
    extension(
      '2.5.29.19',
      true,
      seq(
        ...(fields.ca ? [tlv(1, Buffer.of(0xff))] : []),
        ...(fields.pathLength === undefined ? [] : [integer(fields.pathLength)]),
      ),
    ),
    ...(fields.keyUsage === undefined ? [] : [extension('2.5.29.15', true, bits(fields.keyUsage))]),
    ...(fields.extendedKeyUsage === undefined
      ? []
      : [extension('2.5.29.37', false, seq(...fields.extendedKeyUsage.map(oid)))]),
    ...(fields.email === undefined
      ? []
      : [extension('2.5.29.17', false, seq(tlv(0x81, Buffer.from(fields.email))))]),
    ...(fields.unknownCritical ? [extension('1.2.3.4.5', true, tlv(5, Buffer.alloc(0)))] : []),
  ];
  const tbs = seq(
    tlv(0xa0, integer(2)),
    integer(Math.floor(Math.random() * 1e9) + 1),
    algorithm,
    name(fields.issuer ?? fields.subject),
    seq(time(fields.notBefore ?? new Date('2020-01-01')), time(fields.notAfter ?? new Date('2049-01-01'))),
    name(fields.subject),
    createPublicKey(key.publicKey.export({ type: 'spki', format: 'pem' })).export({
      type: 'spki',
      format: 'der',
    }),
    tlv(0xa3, seq(...extensions)),
  );
  const signature = sign(hash, tbs, signer.privateKey);
  const der = seq(tbs, algorithm, tlv(3, Buffer.concat([Buffer.of(0), signature])));
  const body = der.toString('base64').replace(/(.{64})(?=.)/g, '$1\n');
  return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
}

export function privatePem(key: KeyPair): string {
  return key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function publicPem(key: KeyPair): string {
  return key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

function tlv(tag: number, value: Buffer): Buffer {
  const n = value.length;
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), value]);
}

function seq(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function integer(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return tlv(2, (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let n = part >> 7; n > 0; n >>= 7) groups.unshift((n & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tlv(6, Buffer.from(bytes));
}

function name(common: string): Buffer {
  return seq(tlv(0x31, seq(oid('2.5.4.3'), tlv(0x0c, Buffer.from(common)))));
}

function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050 ? tlv(0x17, Buffer.from(text.slice(2))) : tlv(0x18, Buffer.from(text));
}

function bits(set: readonly number[]): Buffer {
  const byte = set.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  let unused = 0;
  while (unused < 7 && (byte & (1 << unused)) === 0) unused++;
  return tlv(3, Buffer.of(unused, byte));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return seq(oid(id), ...(critical ? [tlv(1, Buffer.of(0xff))] : []), tlv(4, value));
}
