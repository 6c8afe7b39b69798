/** Writes sorted records as one segment. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { BlockBuilder } from './block.ts';
import type { Cursor } from './cursor.ts';
import { DigestEntries, hashBitsFor } from './digest-pages.ts';
import { writeAll } from './run-file.ts';
import {
  BLOCK_ENTRY,
  END_MAGIC,
  FOOTER_BYTES,
  HEADER_BYTES,
  MAGIC,
  PAGE_ENTRY,
  type SegmentInfo,
  VERSION,
} from './segment-format.ts';

interface BlockFacts {
  offset: number;
  key: Uint8Array;
  minTime: number;
  maxTime: number;
  count: number;
  unknownTimes: number;
}

/** Fast enough to keep up with sorting, and 2 % larger than the best. */
export const DEFLATE_LEVEL = 5;
const PIECE = 1 << 20;

/** A record, and the bytes that its key shares with the one before. */
export interface Sorted {
  readonly current: Cursor;
  readonly common: number;
  next(): boolean;
}

/**
 * @param draft the file to write, on disk when this returns; removed on errors
 * @returns undefined when there is no record, and no file then
 */
export function writeSegment(draft: string, records: Sorted, level = DEFLATE_LEVEL): SegmentInfo | undefined {
  const fd = openSync(draft, 'wx', 0o644);
  let kept = false;
  try {
    const writer = new SegmentWriter(fd, level);
    const facts = writer.writeAll(records);
    if (!facts) return undefined;
    fsyncSync(fd);
    kept = true;
    return facts;
  } finally {
    closeSync(fd);
    if (!kept) rmSync(draft, { force: true });
  }
}

class SegmentWriter {
  readonly #fd: number;
  readonly #hash = createHash('sha256');
  readonly #blocks: BlockFacts[] = [];
  readonly #digests = new DigestEntries();
  readonly #builder: BlockBuilder;
  readonly #piece = Buffer.alloc(PIECE);
  #held = 0;
  #offset = 0;
  #records = 0;

  constructor(fd: number, level: number) {
    this.#fd = fd;
    this.#builder = new BlockBuilder(level);
  }

  writeAll(records: Sorted): SegmentInfo | undefined {
    const header = Buffer.alloc(HEADER_BYTES);
    MAGIC.copy(header);
    header.writeUInt32LE(VERSION, 8);
    this.#write(header);
    const builder = this.#builder;
    while (records.next()) {
      builder.add(records.current, records.common);
      if (builder.full) this.#closeBlock();
    }
    this.#closeBlock();
    if (this.#records === 0) return undefined;
    const lastKey = Buffer.from(builder.lastKey.subarray(0, builder.lastLength)).toString('latin1');
    const pagesAt = this.#offset;
    const pages: { offset: number; firstHash: number }[] = [];
    for (const page of this.#digests.pages(this.#blocks.length)) {
      pages.push({ offset: this.#offset, firstHash: page.firstHash });
      this.#write(page.bytes);
    }
    const directoryAt = this.#offset;
    const directory = this.#directory(pages);
    this.#write(directory);
    this.#write(this.#footer(pagesAt, directoryAt, pages.length, directory));
    this.#flush();
    return { ...this.#totals(), digest: this.#hash.digest('hex'), bytes: this.#offset, lastKey };
  }

  #closeBlock(): void {
    const builder = this.#builder;
    if (builder.count === 0) return;
    const number = this.#blocks.length;
    for (let i = 0; i < builder.count; i++) {
      const high = builder.digestHigh[i] ?? 0;
      if (high !== 0 || builder.digestLow[i] !== 0) this.#digests.add(high, number);
    }
    const { firstKey, minTime, maxTime, count, unknownTimes } = builder;
    this.#blocks.push({ offset: this.#offset, key: firstKey, minTime, maxTime, count, unknownTimes });
    this.#records += count;
    this.#write(builder.encode());
    builder.clear();
  }

  #totals(): Omit<SegmentInfo, 'digest' | 'bytes' | 'lastKey'> {
    let minTime = 0;
    let maxTime = 0;
    let unknownTimes = 0;
    for (const block of this.#blocks) {
      if (block.minTime !== 0 && (minTime === 0 || block.minTime < minTime)) minTime = block.minTime;
      maxTime = Math.max(maxTime, block.maxTime);
      unknownTimes += block.unknownTimes;
    }
    return {
      records: this.#records,
      digests: this.#digests.count,
      firstKey: Buffer.from(this.#blocks[0]?.key ?? []).toString('latin1'),
      minTime,
      maxTime,
      unknownTimes,
    };
  }

  #directory(pages: readonly { offset: number; firstHash: number }[]): Buffer {
    const keyBytes = this.#blocks.reduce((sum, { key }) => sum + key.length, 0);
    const made = Buffer.alloc(this.#blocks.length * BLOCK_ENTRY + pages.length * PAGE_ENTRY + keyBytes);
    let at = 0;
    let keyEnd = 0;
    for (const block of this.#blocks) {
      keyEnd += block.key.length;
      made.writeDoubleLE(block.offset, at);
      made.writeUInt32LE(keyEnd, at + 8);
      made.writeUInt32LE(block.minTime, at + 12);
      made.writeUInt32LE(block.maxTime, at + 16);
      made.writeUInt32LE(block.count, at + 20);
      made.writeUInt32LE(block.unknownTimes, at + 24);
      at += BLOCK_ENTRY;
    }
    for (const page of pages) {
      made.writeDoubleLE(page.offset, at);
      made.writeUInt32LE(page.firstHash, at + 8);
      at += PAGE_ENTRY;
    }
    for (const { key } of this.#blocks) {
      made.set(key, at);
      at += key.length;
    }
    return made;
  }

  #footer(pagesAt: number, directoryAt: number, pages: number, directory: Buffer): Buffer {
    const made = Buffer.alloc(FOOTER_BYTES);
    made.writeDoubleLE(pagesAt, 0);
    made.writeDoubleLE(directoryAt, 8);
    made.writeDoubleLE(this.#records, 16);
    made.writeUInt32LE(this.#digests.count, 24);
    made.writeUInt32LE(this.#blocks.length, 28);
    made.writeUInt32LE(pages, 32);
    made.writeUInt32LE(hashBitsFor(this.#digests.count), 36);
    made.writeUInt32LE(crc32(directory), 40);
    made.writeUInt32LE(directory.length, 44);
    made.writeUInt32LE(crc32(made.subarray(0, 48)), 48);
    END_MAGIC.copy(made, 52);
    return made;
  }

  #write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#offset += bytes.length;
    if (this.#held + bytes.length > PIECE) this.#flush();
    if (bytes.length > PIECE) writeAll(this.#fd, bytes);
    else {
      this.#piece.set(bytes, this.#held);
      this.#held += bytes.length;
    }
  }

  #flush(): void {
    writeAll(this.#fd, this.#piece.subarray(0, this.#held));
    this.#held = 0;
  }
}
