/** CRC-32 as zip has it. Node's own (`zlib.crc32`) exists from 22 on. */
import type { ByteSource } from '../types.ts';

const WAYS = 8;
const tables = makeTables();

function makeTables(): Int32Array[] {
  const all = Array.from({ length: WAYS }, () => new Int32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    (all[0] ?? new Int32Array(0))[byte] = value;
  }
  for (let way = 1; way < WAYS; way++)
    for (let byte = 0; byte < 256; byte++) {
      const before = all[way - 1]?.[byte] ?? 0;
      (all[way] ?? new Int32Array(0))[byte] = (before >>> 8) ^ (all[0]?.[before & 255] ?? 0);
    }
  return all;
}

const NONE = new Int32Array(256);
const [t0 = NONE, t1 = NONE, t2 = NONE, t3 = NONE, t4 = NONE, t5 = NONE, t6 = NONE, t7 = NONE] = tables;

/** Continues `crc` (0 to begin) over more bytes: slicing by eight. */
export function crc32(bytes: Uint8Array, crc = 0): number {
  let value = ~crc;
  let at = 0;
  const eights = bytes.length - 7;
  for (; at < eights; at += 8) {
    const low =
      value ^
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24));
    value =
      (t7[low & 255] as number) ^
      (t6[(low >>> 8) & 255] as number) ^
      (t5[(low >>> 16) & 255] as number) ^
      (t4[low >>> 24] as number) ^
      (t3[bytes[at + 4] as number] as number) ^
      (t2[bytes[at + 5] as number] as number) ^
      (t1[bytes[at + 6] as number] as number) ^
      (t0[bytes[at + 7] as number] as number);
  }
  for (; at < bytes.length; at++)
    value = (value >>> 8) ^ (t0[(value ^ (bytes[at] as number)) & 255] as number);
  return ~value >>> 0;
}

/** CRC of a whole source. */
export function crc32Of(source: ByteSource, tick: (bytes: number) => void): number {
  let crc = 0;
  for (let at = 0; at < source.size; ) {
    const part = source.read(at, 1 << 20);
    if (part.length === 0) break;
    crc = crc32(part, crc);
    at += part.length;
    tick(part.length);
  }
  return crc;
}
