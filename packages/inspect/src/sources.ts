/** The bytes that formats read: a file, a buffer, a part of either. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from './types.ts';

const WINDOW = 1 << 20;
/** What a read far away brings in. */
const GLANCE = 1 << 15;

/**
 * An open file, read with positional reads into one buffer that is used again: 1 MiB of memory whatever the file's size.
 * Reads that follow one another fill the whole buffer, others a part of it.
 */
export class DescriptorSource implements ByteSource {
  readonly path: string;
  readonly size: number;
  private readonly descriptor: number;
  /** No Buffer: its `slice` would not copy. */
  private buffer: Uint8Array;
  private start = 0;
  private end = 0;

  constructor(descriptor: number, size: number, path: string) {
    this.path = path;
    this.descriptor = descriptor;
    this.size = size;
    this.buffer = new Uint8Array(Math.min(WINDOW, Math.max(this.size, 1)));
  }

  read(offset: number, length: number): Uint8Array {
    if (!(offset >= 0) || offset >= this.size || !(length > 0)) return this.buffer.subarray(0, 0);
    const wanted = Math.min(length, this.size - offset);
    if (offset < this.start || offset + wanted > this.end) this.fill(offset, wanted);
    const from = offset - this.start;
    return this.buffer.subarray(from, Math.min(from + wanted, this.end - this.start));
  }

  private fill(offset: number, wanted: number): void {
    // A long read gets a buffer of its own, so that the window does not stay large.
    if (wanted > this.buffer.length) this.buffer = new Uint8Array(wanted);
    else if (this.buffer.length > WINDOW && wanted <= WINDOW) this.buffer = new Uint8Array(WINDOW);
    const follows = offset >= this.start && offset <= this.end;
    const reach = follows ? this.buffer.length : Math.min(this.buffer.length, Math.max(GLANCE, wanted));
    const ask = Math.min(reach, this.size - offset);
    let got = 0;
    while (got < ask) {
      const count = readSync(this.descriptor, this.buffer, got, ask - got, offset + got);
      if (count === 0) break;
      got += count;
    }
    this.start = offset;
    this.end = offset + got;
  }
}

/** A file on disk. What is no regular file has no bytes. */
export class FileSource extends DescriptorSource {
  private readonly open: number;

  /** @param shown what messages call it; the path where it lies by default */
  constructor(path: string, shown = path) {
    const descriptor = openSync(path, 'r');
    const status = fstatSync(descriptor);
    super(descriptor, status.isFile() ? status.size : 0, shown);
    this.open = descriptor;
  }

  close(): void {
    closeSync(this.open);
  }
}

export class BytesSource implements ByteSource {
  readonly path: string;
  readonly size: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, path: string) {
    // A Buffer's `slice` does not copy, and readers rely on copies.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.path = path;
    this.size = bytes.length;
  }

  read(offset: number, length: number): Uint8Array {
    if (!(offset >= 0) || !(length > 0)) return this.bytes.subarray(0, 0);
    return this.bytes.subarray(offset, Math.min(offset + length, this.size));
  }
}

/** A part of a source; cut where the source ends. */
export class SliceSource implements ByteSource {
  readonly path: string;
  readonly size: number;
  private readonly inner: ByteSource;
  private readonly from: number;

  constructor(inner: ByteSource, from: number, size: number, path = inner.path) {
    this.inner = inner;
    this.from = Math.min(Math.max(from, 0), inner.size);
    this.size = Math.min(Math.max(size, 0), inner.size - this.from);
    this.path = path;
  }

  read(offset: number, length: number): Uint8Array {
    if (!(offset >= 0) || !(length > 0)) return this.inner.read(0, 0);
    return this.inner.read(this.from + offset, Math.min(length, this.size - offset));
  }
}

/** Name of a member as messages show it: `model.pt!archive/data.pkl`. */
export function memberPath(source: ByteSource, member: string): string {
  return `${source.path}!${member}`;
}
