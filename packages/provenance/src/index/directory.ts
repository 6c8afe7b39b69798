/** The directory of an open segment: searched as bytes, never turned into objects. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { compareKeys } from './cursor.ts';
import { damaged } from './damage.ts';
import {
  BLOCK_ENTRY,
  END_MAGIC,
  FOOTER_BYTES,
  HEADER_BYTES,
  MAGIC,
  PAGE_ENTRY,
  VERSION,
} from './segment-format.ts';

export class Directory {
  readonly blocks: number;
  readonly pages: number;
  readonly hashBits: number;
  readonly pagesAt: number;
  readonly directoryAt: number;
  readonly bytes: Buffer;
  readonly #keysAt: number;

  constructor(bytes: Buffer, footer: Buffer) {
    this.bytes = bytes;
    this.pagesAt = footer.readDoubleLE(0);
    this.directoryAt = footer.readDoubleLE(8);
    this.blocks = footer.readUInt32LE(28);
    this.pages = footer.readUInt32LE(32);
    this.hashBits = footer.readUInt32LE(36);
    this.#keysAt = this.blocks * BLOCK_ENTRY + this.pages * PAGE_ENTRY;
  }

  blockOffset(block: number): number {
    return this.bytes.readDoubleLE(block * BLOCK_ENTRY);
  }

  /** Where a block ends: where the next begins, or the pages. */
  blockEnd(block: number): number {
    return block + 1 < this.blocks ? this.blockOffset(block + 1) : this.pagesAt;
  }

  firstKey(block: number): Buffer {
    const from = block === 0 ? 0 : this.bytes.readUInt32LE((block - 1) * BLOCK_ENTRY + 8);
    const to = this.bytes.readUInt32LE(block * BLOCK_ENTRY + 8);
    return this.bytes.subarray(this.#keysAt + from, this.#keysAt + to);
  }

  /** True when some record of the block may be of a time in the window: seconds, both ends belong to it. */
  mayBeWithin(block: number, from: number, to: number): boolean {
    const at = block * BLOCK_ENTRY;
    if (this.bytes.readUInt32LE(at + 24) > 0) return true;
    return this.bytes.readUInt32LE(at + 12) <= to && this.bytes.readUInt32LE(at + 16) >= from;
  }

  /** The first block whose first key is not before `key`; the number of blocks when there is none. */
  lowerBound(key: Uint8Array): number {
    let lo = 0;
    let hi = this.blocks;
    while (lo < hi) {
      const mid = (lo + hi) >>> 1;
      const first = this.firstKey(mid);
      if (compareKeys(first, first.length, key, key.length) < 0) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }

  /** The pages that may hold a hash: it may begin on the page before the first that begins with it. */
  pagesOf(hash: number): { from: number; to: number } {
    const base = this.blocks * BLOCK_ENTRY + 8;
    const bound = (wanted: number) => {
      let lo = 0;
      let hi = this.pages;
      while (lo < hi) {
        const mid = (lo + hi) >>> 1;
        if (this.bytes.readUInt32LE(base + mid * PAGE_ENTRY) < wanted) lo = mid + 1;
        else hi = mid;
      }
      return lo;
    };
    return { from: Math.max(0, bound(hash) - 1), to: bound(hash + 1) };
  }

  pageOffset(page: number): number {
    return page < this.pages
      ? this.bytes.readDoubleLE(this.blocks * BLOCK_ENTRY + page * PAGE_ENTRY)
      : this.directoryAt;
  }
}

export interface OpenFile {
  readonly fd: number;
  readonly directory: Directory;
}

/** @throws CustosError INDEX_DAMAGED for what is no segment, or not the one that was written */
export function openSegment(path: string): OpenFile {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    throw damaged(path, 'the file can not be opened', cause);
  }
  try {
    return { fd, directory: readDirectory(fd, path) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function readDirectory(fd: number, path: string): Directory {
  const size = fstatSync(fd).size;
  if (size < HEADER_BYTES + FOOTER_BYTES) throw damaged(path, 'the file is too short');
  const header = readAt(fd, 0, HEADER_BYTES, path);
  if (!header.subarray(0, 8).equals(MAGIC)) throw damaged(path, 'the file is no segment');
  if (header.readUInt32LE(8) !== VERSION)
    throw damaged(path, `the segment has version ${header.readUInt32LE(8)}, this Custos reads ${VERSION}`);
  const footer = readAt(fd, size - FOOTER_BYTES, FOOTER_BYTES, path);
  if (!footer.subarray(52).equals(END_MAGIC) || crc32(footer.subarray(0, 48)) !== footer.readUInt32LE(48))
    throw damaged(path, 'the footer is not what was written');
  const at = footer.readDoubleLE(8);
  const length = footer.readUInt32LE(44);
  if (at + length + FOOTER_BYTES !== size) throw damaged(path, 'the footer contradicts the size of the file');
  const bytes = readAt(fd, at, length, path);
  if (crc32(bytes) !== footer.readUInt32LE(40)) throw damaged(path, 'the checksum of the directory is wrong');
  return new Directory(bytes, footer);
}

/** Exactly that many bytes. @throws CustosError INDEX_DAMAGED when there are fewer */
export function readAt(fd: number, offset: number, length: number, where: string): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const read = readSync(fd, bytes, done, length - done, offset + done);
    if (read === 0) throw damaged(`${where} at byte ${offset + done}`, 'the file ends before its time');
    done += read;
  }
  return bytes;
}
