/** `.xz` streams and `.lzma` files. Source: the `.xz` file format 1.1.0. Checks of the content are not verified. */
import { Malformed } from '../bytes/malformed.ts';
import type { Input, Output } from './codec.ts';
import { lzma, lzma2, propertiesOf } from './lzma.ts';

const CHECK_SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
const LZMA2_FILTER = 0x21;

export function xz(input: Input, output: Output): void {
  while (input.left > 0) {
    const header = input.take(12);
    if (header[0] !== 0xfd || header[1] !== 0x37)
      throw new Malformed('an xz stream that does not begin like one');
    const check = CHECK_SIZES[(header[7] ?? 0) & 15] ?? 0;
    while (block(input, output, check));
    skipIndex(input);
    input.take(12);
    // Streams may be padded with zeros in fours.
    while (input.left >= 4 && input.source.read(input.offset, 4).every((byte) => byte === 0)) input.take(4);
  }
}

function block(input: Input, output: Output, check: number): boolean {
  const size = input.byte();
  if (size === 0) return false;
  const start = input.offset - 1;
  const flags = input.byte();
  if ((flags & 0x40) !== 0) number(input);
  if ((flags & 0x80) !== 0) number(input);
  if ((flags & 3) !== 0) throw new Malformed('an xz filter other than LZMA2');
  if (number(input) !== LZMA2_FILTER || number(input) !== 1)
    throw new Malformed('an xz filter other than LZMA2');
  const dictionary = dictionarySize(input.byte());
  input.seek(start + (size + 1) * 4);
  const from = input.offset;
  lzma2(input, output, dictionary);
  while ((input.offset - from) % 4 !== 0) input.byte();
  input.take(check);
  return true;
}

/** From the one byte of properties that LZMA2 has. */
export function dictionarySize(byte: number): number {
  if (byte > 40) throw new Malformed('an LZMA2 dictionary that can not exist');
  return byte === 40 ? 0xffffffff : (2 | (byte & 1)) * 2 ** (Math.floor(byte / 2) + 11);
}

/** The index begins with the zero that ended the blocks. */
function skipIndex(input: Input): void {
  const start = input.offset - 1;
  const records = number(input);
  for (let left = records; left > 0; left--) {
    number(input);
    number(input);
  }
  while ((input.offset - start) % 4 !== 0) input.byte();
  input.take(4);
}

function number(input: Input): number {
  let value = 0;
  for (let shift = 0; shift < 9; shift++) {
    const byte = input.byte();
    value += (byte & 127) * 2 ** (7 * shift);
    if (byte < 128) return value;
  }
  throw new Malformed('an xz number that is too long');
}

/** The older container: 5 bytes of properties, 8 of length. */
export function lzmaAlone(input: Input, output: Output): void {
  const properties = propertiesOf(input.byte());
  const dictionary = input.u32();
  const low = input.u32();
  const high = input.u32();
  const length = low === 0xffffffff && high === 0xffffffff ? Number.POSITIVE_INFINITY : low + high * 2 ** 32;
  lzma(input, output, { properties, dictionary, length });
}
