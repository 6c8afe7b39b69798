/** Reading blocks: everything is checked before anything is believed, and numbers are unpacked only when asked for. */
import { crc32, inflateRawSync } from 'node:zlib';
import { bitsAt } from './bits.ts';
import { BLOCK_RECORDS, DIGEST_BYTES, HEADER, MAX_TEXT } from './block.ts';
import { damaged } from './damage.ts';

interface Layout {
  readonly count: number;
  /** Per record: bytes that its key repeats of the one before, and bytes that follow them. */
  readonly commons: Uint16Array;
  readonly lengths: Uint16Array;
  /** Suffixes, end to end. */
  readonly suffixes: Buffer;
  readonly packedAt: number;
  readonly digestAt: number;
  readonly timeWidth: number;
  readonly sourceWidth: number;
  readonly distinct: number;
}

export class Block {
  readonly count: number;
  readonly commons: Uint16Array;
  readonly lengths: Uint16Array;
  readonly suffixes: Buffer;
  readonly #bytes: Buffer;
  readonly #layout: Layout;

  constructor(bytes: Buffer, layout: Layout) {
    this.#bytes = bytes;
    this.#layout = layout;
    this.count = layout.count;
    this.commons = layout.commons;
    this.lengths = layout.lengths;
    this.suffixes = layout.suffixes;
  }

  #place(record: number): number {
    const { packedAt, sourceWidth, distinct } = this.#layout;
    if (sourceWidth === 0) return HEADER;
    const place = bitsAt(this.#bytes, packedAt * 8 + record * sourceWidth, sourceWidth);
    if (place >= distinct) throw damaged('a block', 'a record names a source that the block lacks');
    return HEADER + place * 8;
  }

  /** Source number × 4 + scheme. */
  sourceAt(record: number): number {
    return this.#bytes.readUInt32LE(this.#place(record));
  }

  /** Seconds since 1970; 0 is unknown. */
  timeAt(record: number): number {
    const { packedAt, sourceWidth, timeWidth, count } = this.#layout;
    if (timeWidth === 0) return 0;
    const above = bitsAt(this.#bytes, packedAt * 8 + count * sourceWidth + record * timeWidth, timeWidth);
    return above === 0 ? 0 : this.#bytes.readUInt32LE(this.#place(record) + 4) + above - 1;
  }

  /** The first 48 bits of the digest; 0 is unknown. */
  digestAt(record: number): number {
    const at = this.#layout.digestAt;
    if (at < 0) return 0;
    const from = at + record * DIGEST_BYTES;
    return this.#bytes.readUInt32LE(from) * 65536 + this.#bytes.readUInt16LE(from + 4);
  }
}

/** The size that a block says it has; 0 when there are too few bytes to say. */
export function blockSize(bytes: Buffer): number {
  return bytes.length < HEADER ? 0 : bytes.readUInt32LE(4);
}

/**
 * @param where names file and offset in errors
 * @throws CustosError INDEX_DAMAGED when the checksum or any length is wrong: never records that were not written
 */
export function decodeBlock(bytes: Buffer, where: string): Block {
  if (bytes.length < HEADER || blockSize(bytes) !== bytes.length)
    throw damaged(where, 'a block has a wrong size');
  if (crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0))
    throw damaged(where, 'the checksum of a block is wrong');
  const count = bytes.readUInt16LE(8);
  const distinct = bytes.readUInt16LE(24);
  const textSize = bytes.readUInt32LE(16);
  const plainSize = bytes.readUInt32LE(20);
  const digestSize = bytes[26] === 1 ? count * DIGEST_BYTES : 0;
  const textAt = bytes.length - textSize;
  const digestAt = textAt - digestSize;
  const packedAt = HEADER + distinct * 8;
  const timeWidth = bytes[10] ?? 0;
  const sourceWidth = bytes[11] ?? 0;
  if (
    count === 0 ||
    count > BLOCK_RECORDS ||
    plainSize > MAX_TEXT ||
    distinct === 0 ||
    packedAt > digestAt ||
    timeWidth > 32 ||
    sourceWidth > 16 ||
    packedAt + Math.ceil((count * (timeWidth + sourceWidth)) / 8) !== digestAt
  )
    throw damaged(where, 'a block contradicts itself');
  const plain = inflate(bytes.subarray(textAt), plainSize, where);
  const commons = new Uint16Array(count);
  const lengths = new Uint16Array(count);
  let at = takeLengths(plain, 0, commons);
  at = takeLengths(plain, at, lengths);
  let total = 0;
  let last = 0;
  for (let i = 0; i < count; i++) {
    const common = commons[i] ?? 0;
    if (common > last) throw damaged(where, 'a key repeats more than there is');
    last = common + (lengths[i] ?? 0);
    total += lengths[i] ?? 0;
  }
  if (at + total !== plain.length) throw damaged(where, 'the text of a block has a wrong size');
  return new Block(bytes, {
    count,
    commons,
    lengths,
    suffixes: plain.subarray(at),
    packedAt,
    digestAt: digestSize === 0 ? -1 : digestAt,
    timeWidth,
    sourceWidth,
    distinct,
  });
}

function inflate(packed: Buffer, size: number, where: string): Buffer {
  let plain: Buffer;
  try {
    plain = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    throw damaged(where, 'the text of a block can not be unpacked', cause);
  }
  if (plain.length !== size) throw damaged(where, 'the text of a block has a wrong size');
  return plain;
}

function takeLengths(text: Buffer, from: number, out: Uint16Array): number {
  let at = from;
  for (let i = 0; i < out.length; i++) {
    const byte = text[at] ?? 0;
    if (byte < 255) {
      out[i] = byte;
      at++;
    } else {
      out[i] = (text[at + 1] ?? 0) | ((text[at + 2] ?? 0) << 8);
      at += 3;
    }
  }
  return at;
}
