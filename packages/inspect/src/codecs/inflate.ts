/** Deflate, with and without its wrappers, and zstd: libraries, fed piece by piece, so that a bomb can be stopped. */
import { Gunzip, Inflate } from 'fflate';
import { Decompress } from 'fzstd';
import { Malformed } from '../bytes/malformed.ts';
import { LimitReached } from '../limits.ts';
import { Bomb } from '../spool.ts';
import type { ByteSource } from '../types.ts';
import type { Input, Output } from './codec.ts';
import { crc32 } from './crc32.ts';

const STEP = 32_768;

/** Raw deflate. The input is left where a reader of what follows cannot know it: its length must be known. */
export function inflateRaw(input: Input, output: Output): void {
  let ended = false;
  const stream = new Inflate((chunk, final) => {
    ended ||= final;
    if (chunk.length > 0) output.write(chunk);
  });
  guarded('deflate', () => {
    while (!ended) {
      const bytes = input.some(STEP);
      stream.push(bytes, input.left === 0);
      if (bytes.length === 0) break;
    }
  });
}

/**
 * Members of gzip one after the other. The library does not miss a trailer, so checksum and length in the last one are
 * compared: what is cut off, damaged, or has something behind it differs.
 */
export function gzip(input: Input, output: Output): void {
  let bytes = 0;
  let crc = 0;
  const stream = new Gunzip((chunk) => {
    if (chunk.length === 0) return;
    bytes += chunk.length;
    crc = crc32(chunk, crc);
    output.write(chunk);
  });
  stream.onmember = () => {
    bytes = 0;
    crc = 0;
  };
  guarded('gzip', () => {
    for (let piece = input.some(STEP); piece.length > 0; piece = input.some(STEP))
      stream.push(piece, input.left === 0);
  });
  const { source } = input;
  if (source.size < 18 || told(source, 4) !== bytes % 2 ** 32 || told(source, 8) !== crc)
    throw new Malformed(
      'gzip data that is cut off, or does not have the checksum that it gives',
      source.size,
    );
}

/** The number of 32 bits that stands so many bytes before the end. */
function told(source: ByteSource, before: number, littleEndian = true): number {
  const bytes = source.read(source.size - before, 4).slice();
  return bytes.length < 4 ? -1 : new DataView(bytes.buffer).getUint32(0, littleEndian);
}

/** As gzip, but for one stream and Adler's checksum. */
export function zlib(input: Input, output: Output): void {
  input.take(2);
  let low = 1;
  let high = 0;
  const summing: Output = {
    write(chunk) {
      for (let at = 0; at < chunk.length; ) {
        // As many as the sums have room for.
        for (const end = Math.min(at + 3_800, chunk.length); at < end; at++) {
          low += chunk[at] ?? 0;
          high += low;
        }
        low %= 65_521;
        high %= 65_521;
      }
      output.write(chunk);
    },
  };
  inflateRaw(input, summing);
  if (told(input.source, 4, false) !== high * 65_536 + low)
    throw new Malformed('zlib data that is cut off, or does not have the checksum that it gives');
}

/** What decoders are told to accept without being asked; the library would take up to 2 GiB. */
const MAX_WINDOW = 128 * 2 ** 20;

export function zstd(input: Input, output: Output): void {
  const window = zstdWindow(input.source.read(input.offset, 18));
  if (window > MAX_WINDOW) throw new Malformed(`zstd wants a window of ${window} bytes`);
  const stream = new Decompress((chunk) => {
    if (chunk.length > 0) output.write(chunk);
  });
  guarded('zstd', () => {
    for (;;) {
      const bytes = input.some(STEP);
      stream.push(bytes, input.left === 0);
      if (input.left === 0) break;
    }
  });
}

/** Errors of a library are about the data; limits pass through. */
function guarded(what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof LimitReached || error instanceof Bomb || error instanceof Malformed) throw error;
    throw new Malformed(
      `${what} data that is broken: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Bytes that the first frame wants to refer back to, by its header. Source: RFC 8878, 3.1.1.1. */
function zstdWindow(head: Uint8Array): number {
  const descriptor = head[4] ?? 0;
  if ((descriptor & 0x20) === 0) {
    const byte = head[5] ?? 0;
    return 2 ** (10 + (byte >> 3)) * (1 + (byte & 7) / 8);
  }
  // The content is the window; its size stands behind the id of the dictionary.
  const at = 5 + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  const length = [1, 2, 4, 8][descriptor >> 6] ?? 1;
  const size = head.slice(at, at + length).reduceRight((value, byte) => value * 256 + byte, 0);
  return length === 2 ? size + 256 : size;
}
