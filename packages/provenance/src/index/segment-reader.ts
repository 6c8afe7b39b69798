/** Reading a segment: ranges of keys, digests, and everything in order. */
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_KEY } from '../url/url-key.ts';
import { type Cursor, compareKeys } from './cursor.ts';
import { damaged } from './damage.ts';
import { type Block, blockSize, decodeBlock } from './decode-block.ts';
import { findInPage } from './digest-pages.ts';
import { type Directory, type OpenFile, openSegment, readAt } from './directory.ts';
import { type SegmentInfo, segmentFile } from './segment-format.ts';

/** Most bytes read at once when blocks follow one another. */
const READ_AHEAD = 1 << 20;

/** Seconds since 1970, both ends included. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

export class SegmentReader {
  readonly info: SegmentInfo;
  readonly #path: string;
  readonly #file: OpenFile;

  /** @throws CustosError INDEX_DAMAGED */
  constructor(dir: string, info: SegmentInfo) {
    this.info = info;
    this.#path = join(dir, segmentFile(info.digest));
    this.#file = openSegment(this.#path);
  }

  get #directory(): Directory {
    return this.#file.directory;
  }

  /** Memory that an open segment holds, in bytes. */
  get held(): number {
    return this.#directory.bytes.length;
  }

  close(): void {
    closeSync(this.#file.fd);
  }

  /** The blocks that may hold keys of a range, decoded one by one. Without a range: all of them. */
  *blocks(from?: Uint8Array, to?: Uint8Array, window?: TimeWindow): Generator<Block> {
    const directory = this.#directory;
    const first = from ? Math.max(0, directory.lowerBound(from) - 1) : 0;
    const last = to ? directory.lowerBound(to) : directory.blocks;
    let ahead: Buffer = Buffer.alloc(0);
    let aheadAt = 0;
    for (let block = first; block < last; block++) {
      if (window && !directory.mayBeWithin(block, window.from, window.to)) continue;
      const offset = directory.blockOffset(block);
      const end = directory.blockEnd(block);
      if (offset < aheadAt || end > aheadAt + ahead.length) {
        let until = end;
        for (let next = block + 1; next < last; next++) {
          const nextEnd = directory.blockEnd(next);
          if (nextEnd - offset > READ_AHEAD) break;
          until = nextEnd;
        }
        ahead = readAt(this.#file.fd, offset, until - offset, this.#path);
        aheadAt = offset;
      }
      yield this.#decode(ahead.subarray(offset - aheadAt, end - aheadAt), offset);
    }
  }

  /** The blocks that may hold a record with a digest. @param high the first 32 bits of the digest */
  *blocksOf(high: number): Generator<Block> {
    const directory = this.#directory;
    const hash = directory.hashBits === 0 ? 0 : high >>> (32 - directory.hashBits);
    const { from, to } = directory.pagesOf(hash);
    const found = new Set<number>();
    for (let page = from; page < to; page++) {
      const offset = directory.pageOffset(page);
      const bytes = readAt(this.#file.fd, offset, directory.pageOffset(page + 1) - offset, this.#path);
      findInPage(bytes, hash, found, `${this.#path} at byte ${offset}`);
    }
    for (const block of found) {
      if (block >= directory.blocks)
        throw damaged(this.#path, 'a page of digests names a block that is not there');
      const offset = directory.blockOffset(block);
      yield this.#decode(
        readAt(this.#file.fd, offset, directory.blockEnd(block) - offset, this.#path),
        offset,
      );
    }
  }

  #decode(bytes: Buffer, offset: number): Block {
    const where = `${this.#path} at byte ${offset}`;
    if (blockSize(bytes) !== bytes.length) throw damaged(where, 'a block is not where the directory says');
    return decodeBlock(bytes, where);
  }

  /** First keys of the blocks, with the records that each stands for. */
  samples(): { key: Uint8Array; records: number }[] {
    const { blocks } = this.#directory;
    return Array.from({ length: blocks }, (_, block) => ({
      key: Uint8Array.from(this.#directory.firstKey(block)),
      records: this.info.records / blocks,
    }));
  }

  /** Everything from one key up to another in order, for merging. */
  cursor(from?: Uint8Array, to?: Uint8Array): Cursor {
    return new SegmentCursor(this.blocks(from, to), from, to);
  }
}

class SegmentCursor implements Cursor {
  readonly key = new Uint8Array(MAX_KEY);
  length = 0;
  common = 0;
  time = 0;
  digestHigh = 0;
  digestLow = 0;
  source = 0;
  readonly #blocks: Iterator<Block>;
  readonly #from: Uint8Array | undefined;
  readonly #to: Uint8Array | undefined;
  #block: Block | undefined;
  #at = 0;
  #suffix = 0;
  #started = false;

  constructor(blocks: Iterator<Block>, from: Uint8Array | undefined, to: Uint8Array | undefined) {
    this.#blocks = blocks;
    this.#from = from;
    this.#to = to;
  }

  next(): boolean {
    do if (!this.#advance()) return false;
    while (
      this.#from &&
      !this.#started &&
      compareKeys(this.key, this.length, this.#from, this.#from.length) < 0
    );
    this.#started = true;
    return !this.#to || compareKeys(this.key, this.length, this.#to, this.#to.length) < 0;
  }

  close(): void {
    this.#blocks.return?.();
  }

  #advance(): boolean {
    if (!this.#block || this.#at === this.#block.count) {
      const next = this.#blocks.next();
      if (next.done) return false;
      this.#block = next.value;
      this.#at = 0;
      this.#suffix = 0;
    }
    const block = this.#block;
    const at = this.#at++;
    const { key } = this;
    const { suffixes } = block;
    let common = block.commons[at] ?? 0;
    const length = common + (block.lengths[at] ?? 0);
    const from = this.#suffix - common;
    // The first key of a block is whole, but merging needs to know what it repeats.
    if (at === 0)
      while (common < length && common < this.length && key[common] === suffixes[common]) common++;
    for (let i = common; i < length; i++) key[i] = suffixes[from + i] ?? 0;
    this.#suffix += block.lengths[at] ?? 0;
    this.common = common;
    this.length = length;
    this.time = block.timeAt(at);
    this.source = block.sourceAt(at);
    const digest = block.digestAt(at);
    this.digestHigh = Math.floor(digest / 65536);
    this.digestLow = digest % 65536;
    return true;
  }
}
