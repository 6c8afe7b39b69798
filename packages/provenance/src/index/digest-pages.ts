/**
 * From digests to blocks. Entries are sorted by the first bits of the digest – as many as tell about eight times as many
 * digests apart as a segment holds – and say in which block a record with such a digest lies. A page holds
 * {@link PAGE_ENTRIES} of them: ascending hashes as Golomb–Rice gaps, block numbers in as few bits as will do. A page
 * that names a block wrongly costs one look into that block, where the 48 bits of each record decide.
 *
 *     0  u32 CRC-32 of everything after it    8  u16 entries    11  u8  bits of a Rice remainder
 *     4  u32 size of the page                10  u8  bits of a block number    12  u32 first hash
 */
import { crc32 } from 'node:zlib';
import { BitReader, BitWriter, widthOf } from './bits.ts';
import { damaged } from './damage.ts';

const PAGE_ENTRIES = 1024;
const HEADER = 16;
/** More bits than are needed to count the entries: one in 2³ look-ups of an absent digest opens a block in vain. */
const EXTRA_BITS = 3;
const RICE_BITS = 2;

/** Bits of hash that a segment with so many digests keeps. */
export function hashBitsFor(entries: number): number {
  return Math.min(32, widthOf(entries) + EXTRA_BITS);
}

export interface PageEntry {
  readonly bytes: Uint8Array;
  readonly firstHash: number;
}

/** Pairs of hash and block number that grow. */
export class DigestEntries {
  count = 0;
  #high = new Uint32Array(1 << 16);
  #blocks = new Uint32Array(1 << 16);

  add(digestHigh: number, block: number): void {
    if (this.count === this.#high.length) {
      this.#high = larger(this.#high);
      this.#blocks = larger(this.#blocks);
    }
    this.#high[this.count] = digestHigh;
    this.#blocks[this.count++] = block;
  }

  /** The pages in order of their hashes. @param blocks how many there are */
  *pages(blocks: number): Generator<PageEntry> {
    const shift = 32 - hashBitsFor(this.count);
    const { high, numbers } = this.#sorted();
    const width = widthOf(Math.max(0, blocks - 1));
    const bits = new BitWriter(PAGE_ENTRIES * 4);
    for (let from = 0; from < this.count; from += PAGE_ENTRIES) {
      const to = Math.min(this.count, from + PAGE_ENTRIES);
      bits.reset();
      const firstHash = (high[from] ?? 0) >>> shift;
      let last = firstHash;
      for (let i = from; i < to; i++) {
        const hash = (high[i] ?? 0) >>> shift;
        bits.writeRice(hash - last, RICE_BITS);
        bits.write(numbers[i] ?? 0, width);
        last = hash;
      }
      const body = bits.finish();
      const page = Buffer.alloc(HEADER + body.length);
      page.writeUInt32LE(page.length, 4);
      page.writeUInt16LE(to - from, 8);
      page[10] = width;
      page[11] = RICE_BITS;
      page.writeUInt32LE(firstHash, 12);
      page.set(body, HEADER);
      page.writeUInt32LE(crc32(page.subarray(4)), 0);
      yield { bytes: page, firstHash };
    }
  }

  /** Radix sort by the 32 bits, least significant first; entries with the same hash stay in order of their blocks. */
  #sorted(): { high: Uint32Array; numbers: Uint32Array } {
    let high = this.#high.subarray(0, this.count);
    let numbers = this.#blocks.subarray(0, this.count);
    let otherHigh = new Uint32Array(this.count);
    let otherNumbers = new Uint32Array(this.count);
    for (const shift of [0, 11, 22]) {
      const places = new Uint32Array(2049);
      for (let i = 0; i < high.length; i++) {
        const digit = ((high[i] ?? 0) >>> shift) & 2047;
        places[digit + 1] = (places[digit + 1] ?? 0) + 1;
      }
      for (let i = 0; i < 2048; i++) places[i + 1] = (places[i + 1] ?? 0) + (places[i] ?? 0);
      for (let i = 0; i < high.length; i++) {
        const value = high[i] ?? 0;
        const digit = (value >>> shift) & 2047;
        const to = places[digit] ?? 0;
        places[digit] = to + 1;
        otherHigh[to] = value;
        otherNumbers[to] = numbers[i] ?? 0;
      }
      [high, otherHigh] = [otherHigh, high];
      [numbers, otherNumbers] = [otherNumbers, numbers];
    }
    return { high, numbers };
  }
}

function larger(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const made = new Uint32Array(array.length * 2);
  made.set(array);
  return made;
}

/**
 * Adds to `blocks` those that may hold a record whose digest begins with `hash`.
 * @throws CustosError INDEX_DAMAGED
 */
export function findInPage(page: Buffer, hash: number, blocks: Set<number>, where: string): void {
  if (page.length < HEADER || page.readUInt32LE(4) !== page.length)
    throw damaged(where, 'a page of digests has a wrong size');
  if (crc32(page.subarray(4)) !== page.readUInt32LE(0))
    throw damaged(where, 'the checksum of a page of digests is wrong');
  const count = page.readUInt16LE(8);
  const width = page[10] ?? 0;
  const rice = page[11] ?? 0;
  if (width > 32 || rice > 32) throw damaged(where, 'a page of digests contradicts itself');
  const bits = new BitReader(page.subarray(HEADER));
  let at = page.readUInt32LE(12);
  for (let i = 0; i < count && at <= hash; i++) {
    at += bits.readRice(rice);
    const block = bits.read(width);
    if (at === hash) blocks.add(block);
  }
}
