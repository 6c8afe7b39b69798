/** Unpacked bytes on disk, in a directory of their own that is removed at the end. */
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';

/** Below this nothing is called a bomb. Bytes. */
const FREE = 64 * 1024 * 1024;
/** Unpacked bytes for each packed one, above which content only exists to fill memory. */
const MAX_RATIO = 200;

export interface UnpackLimits {
  /** All that may be unpacked, in bytes. */
  readonly maxBytes: number;
  /** Members or files. */
  readonly maxEntries: number;
}

export const DEFAULT_LIMITS: UnpackLimits = { maxBytes: 8 * 1024 * 1024 * 1024, maxEntries: 500_000 };

/** Something with bytes at offsets: an open file, or a part of one. */
export interface Bytes {
  readonly size: number;
  read(offset: number, length: number): Buffer;
}

export interface Unpacked extends Bytes {
  /** `sha256:…` of the packed bytes. */
  readonly packedDigest: string;
  /** Why unpacking stopped early, if it did. */
  readonly problem?: { readonly code: string; readonly message: string };
}

export function isBomb(unpacked: number, packed: number): boolean {
  return unpacked > FREE && unpacked > MAX_RATIO * Math.max(1, packed);
}

/** Bytes of an open file from `start`; reads past the end give what is there. */
export function fileBytes(handle: number, start: number, size: number): Bytes {
  return {
    size,
    read(offset, length) {
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)));
      let filled = 0;
      while (filled < buffer.length) {
        const count = readSync(handle, buffer, filled, buffer.length - filled, start + offset + filled);
        if (count === 0) break;
        filled += count;
      }
      return buffer.subarray(0, filled);
    },
  };
}

export function sha256Of(bytes: Bytes): string {
  const hash = createHash('sha256');
  for (let offset = 0; offset < bytes.size; offset += 1 << 20) hash.update(bytes.read(offset, 1 << 20));
  return `sha256:${hash.digest('hex')}`;
}

export class Scratch {
  private directory: string | undefined;
  private readonly handles: number[] = [];
  private used = 0;

  /** Opens a file that is closed with the scratch space. */
  open(path: string): number {
    const handle = openSync(path, 'r');
    this.handles.push(handle);
    return handle;
  }

  /** Unpacks gzip (RFC 1952) within the limits; what was unpacked before a problem is kept. */
  async gunzip(packed: Bytes, limits: UnpackLimits): Promise<Unpacked> {
    this.directory ??= mkdtempSync(join(tmpdir(), 'custos-unpack-'));
    const handle = openSync(join(this.directory, String(this.handles.length)), 'w+', 0o600);
    this.handles.push(handle);
    const hash = createHash('sha256');
    const gunzip = createGunzip();
    let size = 0;
    let problem: Unpacked['problem'];
    const done = new Promise<void>((resolve) => {
      gunzip.on('data', (chunk: Buffer) => {
        if (problem !== undefined) return;
        size += chunk.length;
        this.used += chunk.length;
        if (isBomb(size, packed.size)) {
          problem = {
            code: 'archive-bomb',
            message: `More than ${MAX_RATIO} bytes for each packed one; unpacking was stopped.`,
          };
        } else if (this.used > limits.maxBytes) {
          problem = {
            code: 'too-large',
            message: `More than ${limits.maxBytes} bytes unpacked; the rest was not looked into.`,
          };
        }
        if (problem === undefined) writeSync(handle, chunk);
        else {
          size -= chunk.length;
          gunzip.destroy();
        }
      });
      gunzip.on('error', (error: Error) => {
        problem ??= { code: 'malformed', message: `Compressed data is damaged: ${error.message}.` };
        resolve();
      });
      gunzip.on('end', resolve);
      gunzip.on('close', resolve);
    });
    for (let offset = 0; offset < packed.size; offset += 1 << 20) {
      const chunk = packed.read(offset, 1 << 20);
      hash.update(chunk);
      if (problem === undefined && !gunzip.destroyed && !gunzip.write(chunk)) {
        await Promise.race([new Promise((resolve) => gunzip.once('drain', resolve)), done]);
      }
    }
    gunzip.end();
    await done;
    return {
      ...fileBytes(handle, 0, size),
      packedDigest: `sha256:${hash.digest('hex')}`,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  close(): void {
    for (const handle of this.handles.splice(0)) closeSync(handle);
    if (this.directory !== undefined) rmSync(this.directory, { recursive: true, force: true });
    this.directory = undefined;
  }
}
