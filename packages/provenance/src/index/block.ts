/**
 * A block: up to {@link BLOCK_RECORDS} consecutive records, each column by itself.
 *
 *     0  u32  CRC-32 of everything after it        16  u32  packed size of the text
 *     4  u32  size of the block                    20  u32  plain size of the text
 *     8  u16  records                              24  u16  distinct sources
 *    10  u8   bits of a time                       26  u8   1: there are digests
 *    11  u8   bits of a source                     27  u8   0
 *    12  u32  0                                    28       columns
 *
 * Columns: the distinct sources (u32 number × 4 + scheme, u32 its earliest time) and, per record, which of them in as few
 * bits as will do; times as bits above the earliest of the source (0: unknown); digests in 48 bits; text: raw deflate of common-prefix lengths, suffix lengths
 * (255 and a u16 for 255 and above) and suffixes. Integers are little-endian.
 */
import { crc32, deflateRawSync } from 'node:zlib';
import { MAX_KEY } from '../url/url-key.ts';
import { BitWriter, widthOf } from './bits.ts';
import type { Cursor } from './cursor.ts';

export const BLOCK_RECORDS = 2048;
const BLOCK_TEXT = 64 * 1024;
export const HEADER = 28;
export const DIGEST_BYTES = 6;
/** Text of one block can't be larger: two lengths and a suffix per record, the last suffix of full length. */
export const MAX_TEXT = BLOCK_TEXT + 8192 + BLOCK_RECORDS * 6;

export class BlockBuilder {
  count = 0;
  firstKey = new Uint8Array(0);
  /** The key added last, in its first `lastLength` bytes. */
  readonly lastKey = new Uint8Array(MAX_KEY);
  lastLength = 0;
  minTime = 0;
  maxTime = 0;
  unknownTimes = 0;
  readonly digestHigh = new Uint32Array(BLOCK_RECORDS);
  readonly digestLow = new Uint16Array(BLOCK_RECORDS);
  readonly #commons = new Uint16Array(BLOCK_RECORDS);
  readonly #lengths = new Uint16Array(BLOCK_RECORDS);
  readonly #times = new Uint32Array(BLOCK_RECORDS);
  readonly #sources = new Uint32Array(BLOCK_RECORDS);
  readonly #suffixes = new Uint8Array(BLOCK_TEXT + 8192);
  readonly #text = Buffer.alloc(MAX_TEXT);
  readonly #bits = new BitWriter(BLOCK_RECORDS * 4);
  readonly #level: number;
  #used = 0;

  /** @param level of deflate, 1 … 9 */
  constructor(level: number) {
    this.#level = level;
  }

  get full(): boolean {
    return this.count === BLOCK_RECORDS || this.#used >= BLOCK_TEXT;
  }

  /**
   * Adds the record that a cursor stands on; keys must ascend.
   * @param shared bytes that its key has in common with the one added before
   */
  add(record: Cursor, shared: number): void {
    const { key, length } = record;
    const common = this.count === 0 ? 0 : shared;
    if (this.count === 0) this.firstKey = key.slice(0, length);
    else if (common === length && length === this.lastLength && this.#repeats(record)) return;
    const at = this.count++;
    this.lastLength = length;
    this.#commons[at] = common;
    this.#lengths[at] = length - common;
    let used = this.#used;
    for (let i = common; i < length; i++) {
      const byte = key[i] ?? 0;
      this.#suffixes[used++] = byte;
      this.lastKey[i] = byte;
    }
    this.#used = used;
    const { time } = record;
    this.#times[at] = time;
    if (time === 0) this.unknownTimes++;
    else {
      if (this.minTime === 0 || time < this.minTime) this.minTime = time;
      if (time > this.maxTime) this.maxTime = time;
    }
    this.digestHigh[at] = record.digestHigh;
    this.digestLow[at] = record.digestLow;
    this.#sources[at] = record.source;
  }

  /** The same address, time, source and digest again, in this block: it is kept once. */
  #repeats(record: Cursor): boolean {
    for (let i = this.count - 1; ; i--) {
      if (
        this.#times[i] === record.time &&
        this.#sources[i] === record.source &&
        this.digestHigh[i] === record.digestHigh &&
        this.digestLow[i] === record.digestLow
      )
        return true;
      if (i === 0 || this.#lengths[i] !== 0) return false;
    }
  }

  /** The bytes of the block, which is empty again afterwards except for what describes it; call {@link clear} then. */
  encode(): Uint8Array {
    const { count } = this;
    const bits = this.#bits;
    bits.reset();
    const { distinct, places, earliest, timeWidth } = this.#bySource();
    const sourceWidth = widthOf(distinct.length - 1);
    if (sourceWidth > 0) for (let i = 0; i < count; i++) bits.write(places[i] ?? 0, sourceWidth);
    if (timeWidth > 0)
      for (let i = 0; i < count; i++) {
        const time = this.#times[i] ?? 0;
        bits.write(time === 0 ? 0 : time - (earliest[places[i] ?? 0] ?? 0) + 1, timeWidth);
      }
    const packed = bits.finish();
    const plain = this.#plainText();
    const text = deflateRawSync(plain, { level: this.#level });
    const digests = this.#hasDigests();
    const size =
      HEADER + distinct.length * 8 + packed.length + (digests ? count * DIGEST_BYTES : 0) + text.length;
    const block = Buffer.alloc(size);
    block.writeUInt32LE(size, 4);
    block.writeUInt16LE(count, 8);
    block[10] = timeWidth;
    block[11] = sourceWidth;
    block.writeUInt32LE(text.length, 16);
    block.writeUInt32LE(plain.length, 20);
    block.writeUInt16LE(distinct.length, 24);
    block[26] = digests ? 1 : 0;
    let at = HEADER;
    for (const [i, source] of distinct.entries()) {
      at = block.writeUInt32LE(source, at);
      at = block.writeUInt32LE(earliest[i] ?? 0, at);
    }
    block.set(packed, at);
    at += packed.length;
    if (digests)
      for (let i = 0; i < count; i++) {
        at = block.writeUInt32LE(this.digestHigh[i] ?? 0, at);
        at = block.writeUInt16LE(this.digestLow[i] ?? 0, at);
      }
    block.set(text, at);
    block.writeUInt32LE(crc32(block.subarray(4)), 0);
    return block;
  }

  clear(): void {
    this.count = 0;
    this.#used = 0;
    this.minTime = 0;
    this.maxTime = 0;
    this.unknownTimes = 0;
  }

  /** Records of one source were mostly gathered together: their times need fewer bits above their own earliest. */
  #bySource(): { distinct: number[]; places: Uint16Array; earliest: number[]; timeWidth: number } {
    const { count } = this;
    const distinct = [...new Set(this.#sources.subarray(0, count))].sort((a, b) => a - b);
    const place = new Map(distinct.map((source, i) => [source, i]));
    const places = new Uint16Array(count);
    const earliest = distinct.map(() => 0);
    for (let i = 0; i < count; i++) {
      const at = place.get(this.#sources[i] ?? 0) ?? 0;
      places[i] = at;
      const time = this.#times[i] ?? 0;
      const known = earliest[at] ?? 0;
      if (time !== 0 && (known === 0 || time < known)) earliest[at] = time;
    }
    let widest = 0;
    for (let i = 0; i < count; i++) {
      const time = this.#times[i] ?? 0;
      if (time !== 0) widest = Math.max(widest, time - (earliest[places[i] ?? 0] ?? 0) + 1);
    }
    return { distinct, places, earliest, timeWidth: widthOf(widest) };
  }

  #plainText(): Buffer {
    const text = this.#text;
    let at = putLengths(text, 0, this.#commons, this.count);
    at = putLengths(text, at, this.#lengths, this.count);
    text.set(this.#suffixes.subarray(0, this.#used), at);
    return text.subarray(0, at + this.#used);
  }

  #hasDigests(): boolean {
    for (let i = 0; i < this.count; i++) if (this.digestHigh[i] !== 0 || this.digestLow[i] !== 0) return true;
    return false;
  }
}

function putLengths(out: Uint8Array, from: number, lengths: Uint16Array, count: number): number {
  let at = from;
  for (let i = 0; i < count; i++) {
    const length = lengths[i] ?? 0;
    if (length < 255) out[at++] = length;
    else {
      out[at] = 255;
      out[at + 1] = length & 255;
      out[at + 2] = length >> 8;
      at += 3;
    }
  }
  return at;
}
