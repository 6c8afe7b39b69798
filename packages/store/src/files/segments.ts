/**
 * Segments: append-only JSONL files `entries/<first index, 12 digits>.jsonl`. This module knows where each entry stands
 * and appends; what counts as committed is the checkpoint's business.
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest, Instant } from '@custos/core';
import { type FilesIo, syncDirectory, writeFully } from './io.ts';
import { type Glance, glance, tampered } from './line.ts';

/** A new segment begins after this many bytes, so that a git commit adds little to what is there. */
const SEGMENT_BYTES = 4 << 20;
const PIECE = 1 << 20;

interface Segment {
  readonly name: string;
  readonly first: number;
  size: number;
}

/** Where the bytes of an entry begin and end. */
interface Place {
  segment: Segment;
  offset: number;
  length: number;
}

export class Segments {
  readonly #dir: string;
  readonly #io: FilesIo;
  readonly #segments: Segment[] = [];
  readonly #places: Place[] = [];
  readonly #ids = new Map<Digest, { index: number; at: Instant }>();

  constructor(dir: string, io: FilesIo) {
    this.#dir = dir;
    this.#io = io;
  }

  get count(): number {
    return this.#places.length;
  }

  find(id: Digest): { index: number; at: Instant } | undefined {
    return this.#ids.get(id);
  }

  /**
   * Reads the first `size` entries; `onEntry` sees each. Returns the bytes beyond them, by segment.
   * @throws CustosError STORE_TAMPERED
   */
  scan(size: number, onEntry: (entry: Glance) => void): { name: string; offset: number; bytes: Buffer }[] {
    const beyond: { name: string; offset: number; bytes: Buffer }[] = [];
    for (const name of readdirSync(this.#dir)
      .filter((file) => /^\d{12}\.jsonl$/.test(file))
      .sort()) {
      const path = join(this.#dir, name);
      const segment: Segment = { name, first: this.count, size: 0 };
      const rest = readLines(path, (line, offset, length, number) => {
        if (this.count >= size) return false;
        const entry = glance(line, `entries/${name}:${number}`);
        if (entry.index !== this.count) {
          throw tampered(
            `entries/${name}:${number}`,
            `entry ${entry.index} stands where ${this.count} was expected`,
          );
        }
        onEntry(entry);
        this.#keep(entry, { segment, offset, length });
        segment.size = offset + length;
        return true;
      });
      if (segment.size > 0) this.#segments.push(segment);
      if (rest.length > 0 || segment.size === 0) beyond.push({ name, offset: segment.size, bytes: rest });
    }
    return beyond;
  }

  #keep(entry: { index: number; at: Instant; id: Digest | undefined }, place: Place): void {
    this.#places.push(place);
    if (entry.id !== undefined) this.#ids.set(entry.id, { index: entry.index, at: entry.at });
  }

  read(index: number): { text: string; where: string } | undefined {
    const place = this.#places[index];
    if (place === undefined) return undefined;
    const fd = openSync(join(this.#dir, place.segment.name), 'r');
    try {
      return this.#readAt(fd, place, index);
    } finally {
      closeSync(fd);
    }
  }

  /** Entries from ≤ index < to; each segment is opened once. */
  *readRange(from: number, to: number): Iterable<{ text: string; where: string }> {
    let open: { name: string; fd: number } | undefined;
    try {
      for (let index = from; index < Math.min(to, this.count); index++) {
        const place = this.#places[index];
        if (place === undefined) return;
        if (open?.name !== place.segment.name) {
          if (open !== undefined) closeSync(open.fd);
          open = { name: place.segment.name, fd: openSync(join(this.#dir, place.segment.name), 'r') };
        }
        yield this.#readAt(open.fd, place, index);
      }
    } finally {
      if (open !== undefined) closeSync(open.fd);
    }
  }

  #readAt(fd: number, place: Place, index: number): { text: string; where: string } {
    const bytes = Buffer.allocUnsafe(place.length);
    const read = readSync(fd, bytes, 0, place.length, place.offset);
    const where = `entries/${place.segment.name}:${index - place.segment.first + 1}`;
    if (read !== place.length) throw tampered(where, 'the file became shorter while the store was open');
    return { text: bytes.toString('utf8'), where };
  }

  /**
   * Appends and fsyncs lines. Returns what makes them part of the store and what takes them away again, one of which is
   * to be called.
   */
  async append(
    lines: readonly { entry: { index: number; at: Instant; id: Digest | undefined }; text: string }[],
  ): Promise<{
    keep(): void;
    undo(): void;
  }> {
    const { segment, isNew } = this.#segmentToWrite();
    const before = segment.size;
    const buffers = lines.map(({ text }) => Buffer.from(text));
    const fd = openSync(join(this.#dir, segment.name), isNew ? 'wx' : 'r+', 0o644);
    const undo = (): void => this.#truncate(segment, before);
    try {
      if (fstatSync(fd).size !== before)
        throw tampered(`entries/${segment.name}`, 'the file was changed while the store was open');
      writeFully(this.#io, fd, Buffer.concat(buffers), before);
      await this.#io.sync(fd);
      // Also where an earlier write left the file behind empty: its name was never synced.
      if (before === 0) await syncDirectory(this.#io, this.#dir);
    } catch (error) {
      if (fstatSync(fd).size > before) undo();
      throw error;
    } finally {
      closeSync(fd);
    }
    const keep = (): void => {
      if (!this.#segments.includes(segment)) this.#segments.push(segment);
      let offset = before;
      for (const [i, buffer] of buffers.entries()) {
        const line = lines[i];
        if (line !== undefined) this.#keep(line.entry, { segment, offset, length: buffer.length });
        offset += buffer.length;
      }
      segment.size = offset;
    };
    return { keep, undo };
  }

  #segmentToWrite(): { segment: Segment; isNew: boolean } {
    const last = this.#segments.at(-1);
    if (last !== undefined && last.size < SEGMENT_BYTES) return { segment: last, isNew: false };
    const name = `${String(this.count).padStart(12, '0')}.jsonl`;
    const left = readdirSync(this.#dir).includes(name);
    return { segment: { name, first: this.count, size: 0 }, isNew: !left };
  }

  #truncate(segment: Segment, size: number): void {
    const fd = openSync(join(this.#dir, segment.name), 'r+');
    try {
      this.#io.truncate(fd, size);
    } finally {
      closeSync(fd);
    }
  }
}

/**
 * Calls `onLine` for each complete line until it says stop. Returns the bytes from there on, or those of a last line
 * without its newline.
 */
function readLines(
  path: string,
  onLine: (line: string, offset: number, length: number, number: number) => boolean,
): Buffer {
  const fd = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(PIECE);
    let pending: Buffer = Buffer.alloc(0);
    let offset = 0;
    let number = 1;
    let stopped = false;
    for (;;) {
      const read = readSync(fd, piece, 0, PIECE, null);
      if (read === 0) return pending;
      let chunk: Buffer = Buffer.concat([pending, piece.subarray(0, read)]);
      while (!stopped) {
        const end = chunk.indexOf(10);
        if (end < 0) break;
        stopped = !onLine(chunk.toString('utf8', 0, end), offset, end + 1, number);
        if (stopped) break;
        chunk = chunk.subarray(end + 1);
        offset += end + 1;
        number++;
      }
      pending = chunk;
    }
  } finally {
    closeSync(fd);
  }
}
