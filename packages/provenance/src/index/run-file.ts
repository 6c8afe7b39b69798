/**
 * Sorted runs on disk, between sorting and merging. They live for one build, in its own folder, and are never read by
 * another. Every {@link RESTART} records a key is written whole, so that a reader can begin in the middle.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { MAX_KEY } from '../url/url-key.ts';
import { type Cursor, commonPrefix, compareKeys } from './cursor.ts';
import type { RunColumns } from './run-buffer.ts';
import { sortKeys } from './sort-keys.ts';

const RESTART = 1024;
const PIECE = 1 << 20;
const READ_PIECE = 1 << 18;
/** Most bytes that one record takes. */
const MAX_RECORD = MAX_KEY + 32;

/** A place where reading can begin, and the key there. */
export interface Restart {
  readonly key: Uint8Array;
  readonly offset: number;
}

export interface RunInfo {
  readonly path: string;
  readonly records: number;
  readonly bytes: number;
  readonly restarts: readonly Restart[];
}

/** Sorts a buffer of records and writes it as a run. @throws the system's error when the disk is full */
export function writeRun(path: string, columns: RunColumns): RunInfo {
  const { keys, offsets, lengths, times, digestHigh, digestLow, sources, count } = columns;
  const order = sortKeys(columns, count);
  const out = new Uint8Array(PIECE + MAX_RECORD);
  const view = new DataView(out.buffer);
  const restarts: Restart[] = [];
  const fd = openSync(path, 'wx', 0o600);
  let at = 0;
  let written = 0;
  let before = 0;
  let beforeLength = 0;
  try {
    for (let i = 0; i < count; i++) {
      const record = order[i] ?? 0;
      const from = offsets[record] ?? 0;
      const length = lengths[record] ?? 0;
      let common = 0;
      if (i % RESTART === 0) restarts.push({ key: keys.slice(from, from + length), offset: written + at });
      else {
        const end = Math.min(length, beforeLength);
        while (common < end && keys[before + common] === keys[from + common]) common++;
      }
      at = putVarint(out, at, common);
      at = putVarint(out, at, length - common);
      for (let k = from + common; k < from + length; k++) out[at++] = keys[k] ?? 0;
      view.setUint32(at, times[record] ?? 0, true);
      view.setUint32(at + 4, digestHigh[record] ?? 0, true);
      view.setUint16(at + 8, digestLow[record] ?? 0, true);
      at = putVarint(out, at + 10, sources[record] ?? 0);
      before = from;
      beforeLength = length;
      if (at >= PIECE) {
        writeAll(fd, out.subarray(0, at));
        written += at;
        at = 0;
      }
    }
    writeAll(fd, out.subarray(0, at));
  } finally {
    closeSync(fd);
  }
  return { path, records: count, bytes: written + at, restarts };
}

/** Writes all of it: a system call may take less than it was given. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, null);
}

function putVarint(out: Uint8Array, at: number, value: number): number {
  let to = at;
  let left = value;
  while (left > 127) {
    out[to++] = (left & 127) | 128;
    left >>>= 7;
  }
  out[to++] = left;
  return to;
}

/** Reads the records of a run from the first key that is not before `from`, up to before `to`. */
export class RunCursor implements Cursor {
  readonly key = new Uint8Array(MAX_KEY);
  length = 0;
  common = 0;
  time = 0;
  digestHigh = 0;
  digestLow = 0;
  source = 0;
  readonly #fd: number;
  readonly #buffer = new Uint8Array(READ_PIECE + MAX_RECORD);
  readonly #view = new DataView(this.#buffer.buffer);
  readonly #to: Uint8Array | undefined;
  #at = 0;
  #end = 0;
  #file: number;
  readonly #size: number;
  #waiting: boolean;
  #done = false;
  /** Bytes that the current key shares with the end of the range. */
  #sharedWithEnd = 0;

  constructor(run: RunInfo, from: Uint8Array | undefined, to: Uint8Array | undefined) {
    this.#to = to;
    this.#size = run.bytes;
    this.#file = from === undefined ? 0 : restartBefore(run.restarts, from);
    this.#fd = openSync(run.path, 'r');
    this.#waiting = from !== undefined;
    if (from === undefined) return;
    while (this.#read() && compareKeys(this.key, this.length, from, from.length) < 0);
    this.common = 0;
  }

  next(): boolean {
    if (this.#waiting) this.#waiting = false;
    else if (!this.#done) this.#read();
    if (this.#done) return false;
    if (this.#to && this.common <= this.#sharedWithEnd) this.#done = this.#passed(this.#to);
    return !this.#done;
  }

  /** Whether the key has reached the end; asked only when it shares no more with the key before than the end does. */
  #passed(to: Uint8Array): boolean {
    const shared = commonPrefix(this.key, this.length, to, to.length, this.common);
    this.#sharedWithEnd = shared;
    if (shared === this.length || shared === to.length) return shared === to.length;
    return (this.key[shared] ?? 0) > (to[shared] ?? 0);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #read(): boolean {
    if (this.#at + MAX_RECORD > this.#end && this.#file < this.#size) this.#fill();
    if (this.#at >= this.#end) {
      this.#done = true;
      return false;
    }
    const bytes = this.#buffer;
    const { key } = this;
    let common = this.#varint();
    const rest = this.#varint();
    let at = this.#at;
    const length = common + rest;
    // A key written whole may still repeat the one before; merging needs to know exactly how much.
    if (common === 0)
      while (common < length && common < this.length && key[common] === bytes[at + common]) common++;
    if (common > 0 && rest === length) at += common;
    for (let k = common; k < length; k++) key[k] = bytes[at++] ?? 0;
    this.common = common;
    this.length = length;
    this.time = this.#view.getUint32(at, true);
    this.digestHigh = this.#view.getUint32(at + 4, true);
    this.digestLow = this.#view.getUint16(at + 8, true);
    this.#at = at + 10;
    this.source = this.#varint();
    return true;
  }

  #varint(): number {
    let byte = this.#buffer[this.#at++] ?? 0;
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let shift = 7; byte >= 128; shift += 7) {
      byte = this.#buffer[this.#at++] ?? 0;
      value |= (byte & 127) << shift;
    }
    return value >>> 0;
  }

  #fill(): void {
    this.#buffer.copyWithin(0, this.#at, this.#end);
    this.#end -= this.#at;
    this.#at = 0;
    while (this.#file < this.#size && this.#end < this.#buffer.length) {
      const read = readSync(this.#fd, this.#buffer, this.#end, this.#buffer.length - this.#end, this.#file);
      if (read === 0) throw new Error(`a run ended before its time at ${this.#file} of ${this.#size} bytes`);
      this.#file += read;
      this.#end += read;
    }
  }
}

function restartBefore(restarts: readonly Restart[], key: Uint8Array): number {
  let lo = 0;
  let hi = restarts.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    const at = restarts[mid];
    if (at && compareKeys(at.key, at.key.length, key, key.length) < 0) lo = mid + 1;
    else hi = mid;
  }
  return restarts[Math.max(0, lo - 1)]?.offset ?? 0;
}
