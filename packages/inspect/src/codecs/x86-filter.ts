/**
 * The filter that 7z puts before LZMA for programs: absolute targets of x86 calls become relative again.
 * Source: the BCJ filter of the LZMA SDK, in the public domain.
 */
import type { Output } from './codec.ts';

/** An instruction has five bytes, so the last four wait for what follows. */
const HELD = 4;
const ALLOWED = [true, true, true, false, true, false, false, false];
const BIT_NUMBER = [0, 1, 2, 2, 3, 3, 3, 3];

export function withX86Filter(output: Output, decode: (to: Output) => void): void {
  let waiting = new Uint8Array(0);
  let position = 0;
  const state: State = { mask: 0, last: -1 };
  decode({
    write(chunk) {
      const bytes = new Uint8Array(waiting.length + chunk.length);
      bytes.set(waiting);
      bytes.set(chunk, waiting.length);
      const done = filter(bytes, position, state);
      output.write(bytes.subarray(0, done));
      waiting = bytes.slice(done);
      position += done;
    },
  });
  output.write(waiting);
}

interface State {
  /** Which of the last bytes looked like an opcode. */
  mask: number;
  /** Where the last one stood, from the beginning of the piece. */
  last: number;
}

/** Works in place. @returns how many bytes are final */
function filter(bytes: Uint8Array, position: number, state: State): number {
  if (bytes.length <= HELD) return 0;
  const end = bytes.length - HELD;
  let { mask, last } = state;
  let at = 0;
  for (; at < end; at++) {
    if (((bytes[at] ?? 0) & 0xfe) !== 0xe8) continue;
    const distance = at - last;
    last = at;
    if (distance > 3) mask = 0;
    else {
      mask = (mask << (distance - 1)) & 7;
      const shifted = bytes[at + 4 - (BIT_NUMBER[mask] ?? 0)] ?? 0;
      if (mask !== 0 && (!(ALLOWED[mask] ?? false) || isEdge(shifted))) {
        mask = (mask << 1) | 1;
        continue;
      }
    }
    if (!isEdge(bytes[at + 4] ?? 0)) {
      mask = (mask << 1) | 1;
      continue;
    }
    let source =
      ((bytes[at + 1] ?? 0) |
        ((bytes[at + 2] ?? 0) << 8) |
        ((bytes[at + 3] ?? 0) << 16) |
        ((bytes[at + 4] ?? 0) << 24)) >>>
      0;
    let target: number;
    for (;;) {
      target = (source - (position + at + 5)) >>> 0;
      if (mask === 0) break;
      const shift = (BIT_NUMBER[mask] ?? 0) * 8;
      if (!isEdge((target >>> (24 - shift)) & 255)) break;
      source = (target ^ (2 ** (32 - shift) - 1)) >>> 0;
    }
    bytes[at + 1] = target & 255;
    bytes[at + 2] = (target >>> 8) & 255;
    bytes[at + 3] = (target >>> 16) & 255;
    bytes[at + 4] = (target >>> 24) & 1 ? 255 : 0;
    at += 4;
  }
  const done = Math.min(Math.max(at, end), bytes.length);
  state.mask = mask;
  state.last = last - done;
  return done;
}

function isEdge(byte: number): boolean {
  return byte === 0 || byte === 255;
}
