/**
 * bzip2, block by block. The libraries for it want the whole output in memory or warn on every start. Checksums are not
 * verified. Source: the format as written down by Joe Tsai, 2016.
 */
import { Malformed } from '../bytes/malformed.ts';
import type { Input, Output } from './codec.ts';

const BLOCK = 0x314159265359;
const END = 0x177245385090;
const GROUP = 50;
const LONGEST_CODE = 20;
const STEP = 65_536;

class Bits {
  private readonly input: Input;
  private held = 0;
  private count = 0;

  constructor(input: Input) {
    this.input = input;
  }

  /** Up to 24 bits. */
  read(width: number): number {
    while (this.count < width) {
      this.held = ((this.held << 8) | this.input.byte()) >>> 0;
      this.count += 8;
    }
    this.count -= width;
    const value = (this.held >>> this.count) & (2 ** width - 1);
    this.held &= 2 ** this.count - 1;
    return value;
  }

  wide(width: number): number {
    const high = this.read(width - 24);
    return high * 2 ** 24 + this.read(24);
  }

  /** Drops what is left of the byte. */
  align(): void {
    this.count = 0;
    this.held = 0;
  }
}

/** Streams one after the other. */
export function bzip2(input: Input, output: Output): void {
  do {
    const head = input.take(4);
    const level = (head[3] ?? 0) - 0x30;
    if (head[0] !== 0x42 || head[1] !== 0x5a || head[2] !== 0x68 || level < 1 || level > 9)
      throw new Malformed('a bzip2 stream that does not begin like one', input.offset - 4);
    stream(new Bits(input), level * 100_000, output);
  } while (input.left > 0);
}

function stream(bits: Bits, size: number, output: Output): void {
  const block = new Uint32Array(size);
  for (;;) {
    const magic = bits.wide(48);
    bits.wide(32);
    if (magic === END) break;
    if (magic !== BLOCK) throw new Malformed('a bzip2 block that does not begin like one');
    if (bits.read(1) === 1) throw new Malformed('a bzip2 block of the old, randomised kind');
    const start = bits.read(24);
    const length = symbols(bits, block);
    if (start >= length) throw new Malformed('a bzip2 block that begins outside of itself');
    write(block, length, start, output);
  }
  bits.align();
}

interface Code {
  /** For each length, the largest code, and what to subtract to get an index. */
  readonly limits: Int32Array;
  readonly offsets: Int32Array;
  readonly order: Uint16Array;
}

/** Fills the block with bytes before they are sorted back. @returns how many */
function symbols(bits: Bits, block: Uint32Array): number {
  const used = usedBytes(bits);
  const alphabet = used.length + 2;
  const tables = bits.read(3);
  const selectorCount = bits.read(15);
  if (tables < 2 || tables > 6 || selectorCount < 1 || used.length === 0)
    throw new Malformed('a bzip2 block without codes');
  const selectors = new Uint8Array(selectorCount);
  const recent = Array.from({ length: tables }, (_, index) => index);
  for (let index = 0; index < selectorCount; index++) {
    let at = 0;
    while (bits.read(1) === 1)
      if (++at >= tables) throw new Malformed('a bzip2 selector that does not exist');
    const [table = 0] = recent.splice(at, 1);
    recent.unshift(table);
    selectors[index] = table;
  }
  const codes = Array.from({ length: tables }, () => readCode(bits, alphabet));
  return decode(bits, block, used, selectors, codes);
}

function usedBytes(bits: Bits): Uint8Array {
  const groups = bits.read(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if ((groups & (0x8000 >> group)) === 0) continue;
    const members = bits.read(16);
    for (let index = 0; index < 16; index++)
      if ((members & (0x8000 >> index)) !== 0) used.push(group * 16 + index);
  }
  return Uint8Array.from(used);
}

function readCode(bits: Bits, alphabet: number): Code {
  const lengths = new Uint8Array(alphabet);
  let length = bits.read(5);
  for (let symbol = 0; symbol < alphabet; symbol++) {
    for (;;) {
      if (length < 1 || length > LONGEST_CODE) throw new Malformed('a bzip2 code of an impossible length');
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  const limits = new Int32Array(LONGEST_CODE + 2).fill(-1);
  const offsets = new Int32Array(LONGEST_CODE + 2);
  const order = new Uint16Array(alphabet);
  let code = 0;
  let placed = 0;
  for (let width = 1; width <= LONGEST_CODE; width++) {
    offsets[width] = code - placed;
    for (let symbol = 0; symbol < alphabet; symbol++)
      if (lengths[symbol] === width) {
        order[placed++] = symbol;
        code++;
      }
    limits[width] = code - 1;
    code <<= 1;
  }
  return { limits, offsets, order };
}

function decode(
  bits: Bits,
  block: Uint32Array,
  used: Uint8Array,
  selectors: Uint8Array,
  codes: readonly Code[],
): number {
  const end = used.length + 1;
  const front = Uint8Array.from(used);
  let count = 0;
  let run = 0;
  let weight = 1;
  for (let group = 0; ; group++) {
    const code = codes[selectors[group] ?? 255];
    if (code === undefined) throw new Malformed('a bzip2 block with too few selectors');
    for (let left = GROUP; left > 0; left--) {
      const symbol = readSymbol(bits, code);
      if (symbol < 2) {
        // Runs of the byte in front, in a number system of ones and twos.
        run += weight * (symbol + 1);
        weight *= 2;
        if (run > block.length) throw new Malformed('a bzip2 run that is longer than its block');
        continue;
      }
      if (run > 0) {
        if (count + run > block.length) throw new Malformed('a bzip2 block that is longer than it may be');
        block.fill(front[0] ?? 0, count, count + run);
        count += run;
        run = 0;
        weight = 1;
      }
      if (symbol === end) return count;
      const at = symbol - 1;
      const byte = front[at] ?? 0;
      front.copyWithin(1, 0, at);
      front[0] = byte;
      if (count >= block.length) throw new Malformed('a bzip2 block that is longer than it may be');
      block[count++] = byte;
    }
  }
}

function readSymbol(bits: Bits, { limits, offsets, order }: Code): number {
  let code = 0;
  for (let width = 1; width <= LONGEST_CODE; width++) {
    code = (code << 1) | bits.read(1);
    if (code <= (limits[width] ?? -1)) {
      const symbol = order[code - (offsets[width] ?? 0)];
      if (symbol !== undefined) return symbol;
    }
  }
  throw new Malformed('a bzip2 code that does not exist');
}

/** Sorts the block back, and opens runs of four and more. */
function write(block: Uint32Array, length: number, start: number, output: Output): void {
  const places = new Uint32Array(256);
  for (let index = 0; index < length; index++) {
    const byte = (block[index] ?? 0) & 255;
    places[byte] = (places[byte] ?? 0) + 1;
  }
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    const count = places[byte] ?? 0;
    places[byte] = sum;
    sum += count;
  }
  // The byte stays in the low bits, the place of the next one goes above.
  for (let index = 0; index < length; index++) {
    const byte = (block[index] ?? 0) & 255;
    const place = places[byte] ?? 0;
    places[byte] = place + 1;
    block[place] = ((block[place] ?? 0) & 255) | (index << 8);
  }
  const buffer = new Uint8Array(STEP + 256);
  let filled = 0;
  let at = (block[start] ?? 0) >>> 8;
  let last = -1;
  let same = 0;
  for (let left = length; left > 0; left--) {
    const entry = block[at] ?? 0;
    const byte = entry & 255;
    at = entry >>> 8;
    if (same === 4) {
      buffer.fill(last, filled, filled + byte);
      filled += byte;
      same = 0;
      last = -1;
    } else {
      same = byte === last ? same + 1 : 1;
      last = byte;
      buffer[filled++] = byte;
    }
    if (filled >= STEP) {
      output.write(buffer.subarray(0, filled));
      filled = 0;
    }
  }
  output.write(buffer.subarray(0, filled));
}
