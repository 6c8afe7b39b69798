/** Content digests as sources write them: `sha256:…`, `sha1:` in base32 (WARC, CDX), bare hex. Only their first 48 bits are kept. */

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BY_HEX_LENGTH = [
  [32, 'md5'],
  [40, 'sha1'],
  [56, 'sha224'],
  [64, 'sha256'],
  [96, 'sha384'],
  [128, 'sha512'],
] as const;
const LENGTHS = new Map<number, (typeof BY_HEX_LENGTH)[number][1]>(BY_HEX_LENGTH);
const ALGORITHMS = new Set<DigestAlgorithm>(LENGTHS.values());

/** `other` is any algorithm whose name is not one of these. */
export type DigestAlgorithm = (typeof BY_HEX_LENGTH)[number][1] | 'blake2b' | 'blake3' | 'other';

export interface DigestPrefix {
  /** The first 48 bits. */
  readonly prefix: number;
  /** As the text names it, else what digests of its length usually are. */
  readonly algorithm: DigestAlgorithm;
}

/**
 * @returns undefined for what is no digest, and for one whose length is not that of the algorithm it names
 * @example parseDigestPrefix('md5:d41d8cd98f00b204e9800998ecf8427e') // { prefix: 0xd41d8cd98f00, algorithm: 'md5' }
 */
export function parseDigestPrefix(text: string): DigestPrefix | undefined {
  const word = text.trim();
  if (word.length > 200) return undefined;
  const colon = word.lastIndexOf(':');
  const body = word.slice(colon + 1);
  const usual = LENGTHS.get(body.length);
  let value: number | undefined;
  let made = usual;
  if (usual && /^[0-9a-fA-F]+$/.test(body)) value = Number.parseInt(body.slice(0, 12), 16);
  else if (body.length === 32 && /^[A-Z2-7]+$/i.test(body)) {
    value = fromBase32(body.toUpperCase());
    made = 'sha1';
  }
  // 0 stands for "unknown"; a digest that begins with 48 zero bits is one in 3 × 10¹⁴.
  if (!value || !made) return undefined;
  const named = colon < 0 ? undefined : algorithmNamed(word.slice(0, colon));
  if (named !== undefined && ALGORITHMS.has(named) && named !== made) return undefined;
  return { prefix: value, algorithm: named ?? made };
}

/** @param scheme what stands before the last colon, such as `sha-256` or `urn:sha1` */
function algorithmNamed(scheme: string): DigestAlgorithm {
  const name = scheme
    .slice(scheme.lastIndexOf(':') + 1)
    .toLowerCase()
    .replace(/[-_]/g, '');
  for (const known of [...ALGORITHMS, 'blake2b', 'blake3'] as const) if (name === known) return known;
  return 'other';
}

function fromBase32(text: string): number {
  let value = 0;
  for (const character of text.slice(0, 10)) value = value * 32 + BASE32.indexOf(character);
  return Math.floor(value / 4);
}

/** The kept bits as 12 hex digits; empty when the digest is unknown. */
export function formatDigestPrefix(prefix: number): string {
  return prefix === 0 ? '' : prefix.toString(16).padStart(12, '0');
}
