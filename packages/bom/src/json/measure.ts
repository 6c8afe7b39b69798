/**
 * Looks over JSON text before it is parsed: how deep, how much, how many keys. A parser that is given hostile text can be
 * made to use twenty times its size in memory; counting first costs one pass over the bytes and no memory.
 */
import { CustosError } from '@custos/core';

export interface JsonMeasure {
  /** Deepest nesting. */
  readonly depth: number;
  /** Values, about: containers and separators. */
  readonly values: number;
  /** Keys of all objects, those written twice counted twice. */
  readonly keys: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MAX_EXACT_DIGITS = 15;

/** @throws CustosError BOM_NUMBER for a number that could not be written again as it was read */
export function measureJson(bytes: Uint8Array, name: string): JsonMeasure {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  let keys = 0;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at];
    switch (byte) {
      case QUOTE:
        at = endOfString(bytes, at);
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        values += 1;
        if (depth > deepest) deepest = depth;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
        break;
      case 0x2c: // ,
        values += 1;
        break;
      case 0x3a: // :
        keys += 1;
        break;
      default:
        if (byte !== undefined && (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)))
          at = endOfNumber(bytes, at, name);
    }
    at += 1;
  }
  return { depth: deepest, values, keys };
}

/** Position of the closing quote, or the end of the text. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return at;
}

function endOfNumber(bytes: Uint8Array, start: number, name: string): number {
  let end = start + 1;
  while (isOfNumber(bytes[end])) end += 1;
  const number = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, 400)).toString(
    'latin1',
  );
  const value = Number(number);
  const exact = number.length <= MAX_EXACT_DIGITS || !/^-?\d+$/.test(number) || Number.isSafeInteger(value);
  if (!Number.isFinite(value) || !exact)
    throw new CustosError(
      'BOM_NUMBER',
      `${name}: the number ${number.slice(0, 60)} at byte ${start} can't be kept exactly. Write it as a string.`,
    );
  return end - 1;
}

function isOfNumber(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const digit = byte >= 0x30 && byte <= 0x39;
  return digit || byte === 0x2e || byte === 0x2d || byte === 0x2b || byte === 0x65 || byte === 0x45;
}
