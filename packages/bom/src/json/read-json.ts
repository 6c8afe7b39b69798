/** Bounded reading of JSON by strangers: every way in which parsing would lose something, or eat the machine, is an error. */
import { isUtf8 } from 'node:buffer';
import { getHeapStatistics } from 'node:v8';
import { CustosError } from '@custos/core';
import { findDuplicateKey } from './duplicate-key.ts';
import type { JsonValue } from './json.ts';
import { measureJson } from './measure.ts';

export interface ReadLimits {
  /** Bytes of the text. */
  readonly maxBytes: number;
  /** Nesting of objects and lists. */
  readonly maxDepth: number;
  /** Bytes of memory that the parsed text may need, about. Default: what the process has left, divided by `headroom`. */
  readonly maxMemory?: number;
  /** How many times the memory of the parsed text the work on it takes, reading included. Default 2. */
  readonly headroom?: number;
}

export const DEFAULT_LIMITS: ReadLimits = { maxBytes: 400 * 1024 * 1024, maxDepth: 200 };

/** Measured on Node 20 to 24: an empty object in a list takes about 36 bytes, a short string in an object about 40. */
const BYTES_PER_VALUE = 48;

/**
 * Parses JSON (RFC 8259) in UTF-8, with or without byte order mark.
 * @param name as it should be called in messages
 * @throws CustosError BOM_TOO_LARGE, BOM_ENCODING, BOM_TOO_DEEP, BOM_NUMBER, BOM_JSON, BOM_DUPLICATE_KEY, BOM_KEY
 * @example readJson(await readFile('bom.json'), 'bom.json')
 */
export function readJson(bytes: Uint8Array, name: string, limits: ReadLimits = DEFAULT_LIMITS): JsonValue {
  refuseTooLarge(bytes.length, name, limits);
  if (!isUtf8(bytes))
    throw new CustosError(
      'BOM_ENCODING',
      `${name} is no UTF-8 text. Bills of materials are read as JSON in UTF-8.`,
    );
  const body = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  const measure = measureJson(body, name);
  if (measure.depth > limits.maxDepth)
    throw new CustosError(
      'BOM_TOO_DEEP',
      `${name} nests ${measure.depth} levels deep; at most ${limits.maxDepth} are read.`,
    );
  refuseTooMuch(measure.values * BYTES_PER_VALUE + 2 * body.length, name, limits);
  const json = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  let value: JsonValue;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    const why =
      cause instanceof Error ? cause.message.replace(/, ?"[\s\S]*$/, '').slice(0, 200) : 'it does not parse';
    throw new CustosError(
      'BOM_JSON',
      `${name} is no JSON: ${why}. The file may be cut off; fetch it again.`,
      { cause },
    );
  }
  if (countKeys(value, name) !== measure.keys)
    throw new CustosError(
      'BOM_DUPLICATE_KEY',
      `${name}: the key ${findDuplicateKey(json) ?? '(unknown)'} is there twice, and readers differ in which one they take. Remove one.`,
    );
  return value;
}

/** Before reading: a file that is too large is not even opened. */
export function refuseTooLarge(bytes: number, name: string, limits: ReadLimits = DEFAULT_LIMITS): void {
  if (bytes <= limits.maxBytes) return;
  throw new CustosError(
    'BOM_TOO_LARGE',
    `${name} has ${mebibytes(bytes)} MiB; at most ${mebibytes(limits.maxBytes)} MiB are read. Split it into one bill for each product.`,
  );
}

function refuseTooMuch(needed: number, name: string, limits: ReadLimits): void {
  const headroom = limits.headroom ?? 2;
  const heap = getHeapStatistics();
  const allowed = limits.maxMemory ?? (heap.heap_size_limit - heap.used_heap_size) / headroom;
  if (needed <= allowed) return;
  throw new CustosError(
    'BOM_TOO_LARGE',
    `${name} would take about ${mebibytes(needed)} MiB of memory and ${mebibytes(allowed)} MiB may be used. Give Node more (NODE_OPTIONS=--max-old-space-size=${mebibytes(needed * (headroom + 1))}), or split the file.`,
  );
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / (1024 * 1024));
}

/** Keys of all objects. `__proto__` is refused: copying it would change the copy's prototype. */
function countKeys(root: JsonValue, name: string): number {
  let keys = 0;
  const rest: (JsonValue | undefined)[] = [root];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (typeof item === 'object' && item !== null) rest.push(item);
      continue;
    }
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__')
        throw new CustosError(
          'BOM_KEY',
          `${name} has a key "__proto__", which no bill of materials needs. It is not read.`,
        );
      keys += 1;
      if (typeof item === 'object' && item !== null) rest.push(item);
    }
  }
  return keys;
}
