/** Content digests as sources write them: `sha256:…`, `sha1:` in base32 (WARC, CDX), bare hex. Only their first 48 bits are kept. */

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const HEX_LENGTHS = new Set([32, 40, 56, 64, 96, 128]);

/**
 * @returns the first 48 bits as a number, or undefined for what is no digest
 * @example parseDigestPrefix('md5:d41d8cd98f00b204e9800998ecf8427e') // 0xd41d8cd98f00
 */
export function parseDigestPrefix(text: string): number | undefined {
  const word = text.trim();
  if (word.length > 200) return undefined;
  const colon = word.lastIndexOf(':');
  const body = colon < 0 ? word : word.slice(colon + 1);
  if (HEX_LENGTHS.has(body.length) && /^[0-9a-fA-F]+$/.test(body))
    return nonZero(Number.parseInt(body.slice(0, 12), 16));
  if (body.length === 32 && /^[A-Z2-7]+$/i.test(body)) return nonZero(fromBase32(body.toUpperCase()));
  return undefined;
}

/** 0 stands for "unknown"; a digest that begins with 48 zero bits is one in 3 × 10¹⁴. */
function nonZero(value: number): number | undefined {
  return value === 0 ? undefined : value;
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
