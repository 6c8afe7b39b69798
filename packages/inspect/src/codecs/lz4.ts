/**
 * LZ4 frames, decoded block by block. Source: the LZ4 frame and block formats. The one library for it wants the whole
 * output in memory. Checksums are not verified.
 */
import { Malformed } from '../bytes/malformed.ts';
import type { Input, Output } from './codec.ts';

export const LZ4_MAGIC = 0x184d2204;
const HISTORY = 65_536;
const BLOCK_SIZES = [0, 0, 0, 0, 65_536, 262_144, 1_048_576, 4_194_304];

export function lz4(input: Input, output: Output): void {
  while (input.left > 0) {
    const magic = input.u32();
    if (magic >>> 4 === 0x184d2a5) {
      input.seek(input.offset + input.u32());
      continue;
    }
    if (magic !== LZ4_MAGIC)
      throw new Malformed('an LZ4 frame that does not begin like one', input.offset - 4);
    frame(input, output);
  }
}

function frame(input: Input, output: Output): void {
  const flags = input.byte();
  const blockSize = BLOCK_SIZES[(input.byte() >> 4) & 7] ?? 0;
  if (flags >> 6 !== 1 || blockSize === 0) throw new Malformed('an LZ4 frame of an unknown version');
  if ((flags & 8) !== 0) input.take(8);
  if ((flags & 1) !== 0) throw new Malformed('an LZ4 frame that needs a dictionary');
  input.byte();
  // Blocks may refer to the 64 KiB before them.
  const buffer = new Uint8Array(HISTORY + blockSize);
  let history = 0;
  for (;;) {
    const word = input.u32();
    if (word === 0) break;
    const size = word & 0x7fffffff;
    if (size > blockSize) throw new Malformed('an LZ4 block that is longer than the frame allows');
    const bytes = input.take(size);
    if ((flags & 16) !== 0) input.take(4);
    let end = history;
    if (word > 0x7fffffff) {
      buffer.set(bytes, history);
      end += size;
    } else end = block(bytes, buffer, history);
    output.write(buffer.subarray(history, end));
    const kept = (flags & 32) === 0 ? Math.min(end, HISTORY) : 0;
    buffer.copyWithin(0, end - kept, end);
    history = kept;
  }
  if ((flags & 4) !== 0) input.take(4);
}

/** @returns the end of the output in `out` */
function block(bytes: Uint8Array, out: Uint8Array, start: number): number {
  let from = 0;
  let to = start;
  const more = (base: number): number => {
    let length = base;
    if (base === 15)
      for (let byte = 255; byte === 255; ) {
        byte = bytes[from++] ?? 0;
        length += byte;
        if (from > bytes.length) throw new Malformed('an LZ4 block that is cut off');
      }
    return length;
  };
  while (from < bytes.length) {
    const token = bytes[from++] ?? 0;
    const literals = more(token >> 4);
    if (from + literals > bytes.length || to + literals > out.length)
      throw new Malformed('an LZ4 block that is longer than it says');
    out.set(bytes.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from >= bytes.length) break;
    const distance = (bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8);
    from += 2;
    const length = more(token & 15) + 4;
    if (distance === 0 || distance > to || to + length > out.length)
      throw new Malformed('an LZ4 block that refers outside of itself');
    for (let left = length; left > 0; left--) {
      out[to] = out[to - distance] ?? 0;
      to++;
    }
  }
  return to;
}
