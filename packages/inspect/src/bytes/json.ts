/**
 * JSON (RFC 8259) that comes from an attacker: bounded depth and number of values, no prototypes, and duplicate keys kept
 * in sight, because two readers that disagree about them disagree about what the file says.
 */
import { JsonParser } from './json-parser.ts';
import { BLOCK_LIMIT, type Reader, type Ticker } from './reader.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

export interface ParsedJson {
  readonly value: Json;
  /** Keys that stand twice in one object, with the place of the second; the last value is kept. At most 100. */
  readonly duplicates: readonly { readonly key: string; readonly offset: number }[];
  /** Bytes after the value that are not white space. */
  readonly trailing: boolean;
}

export interface JsonLimits {
  /** Default 200. */
  readonly depth?: number;
  /** Values of all kinds. Default 8 million. */
  readonly values?: number;
  /** Arrays and objects, which take far more memory than their bytes. Default a million. */
  readonly containers?: number;
  /** `NaN`, `Infinity` and `-Infinity`, as Python writes them. Default true. */
  readonly pythonNumbers?: boolean;
}

/**
 * Arrays keep their first 10,000 scalars and short rows of scalars; all of them are checked.
 * @throws Malformed with the byte offset
 * @example parseJson(new TextEncoder().encode('{"a":1}'), inspection).value // Map { 'a' → 1 }
 */
export function parseJson(bytes: Uint8Array, ticker: Ticker, limits: JsonLimits = {}): ParsedJson {
  const parser = new JsonParser(bytes, ticker, limits);
  return parser.document();
}

/** Reads the rest of a source as JSON. */
export function readJson(reader: Reader, limit = BLOCK_LIMIT, limits: JsonLimits = {}): ParsedJson {
  const bytes = reader.bytes(reader.remaining, limit);
  const encoding = wideEncoding(bytes);
  if (encoding === undefined) return parseJson(bytes, reader, limits);
  return parseJson(new TextEncoder().encode(new TextDecoder(encoding).decode(bytes)), reader, limits);
}

/** UTF-16 by its mark or by its zeros: Python's reader takes it, so it must not hide anything. */
export function wideEncoding(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0) return 'utf-16le';
  return first === 0 && second !== 0 && second !== undefined ? 'utf-16be' : undefined;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map;
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value at a path of keys, where there is one. */
export function at(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  let current = value;
  for (const key of keys) current = isObject(current) ? current.get(key) : undefined;
  return current;
}

export function stringAt(value: Json | undefined, ...keys: readonly string[]): string | undefined {
  const found = at(value, ...keys);
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(value: Json | undefined, ...keys: readonly string[]): number | undefined {
  const found = at(value, ...keys);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/**
 * Every value in it with its path, parents first. Numbers, truth values and nulls in arrays are left out: rows of them
 * are most of a large file and say nothing.
 */
export function* everyValue(value: Json, path = '$'): Generator<{ value: Json; path: string; key: string }> {
  yield { value, path, key: '' };
  // One iterator for each level: the walk takes no memory for what it has not reached.
  const levels = [childrenOf(value, path)];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const next = level.next();
    if (next.done === true) {
      levels.pop();
      continue;
    }
    yield next.value;
    if (typeof next.value.value === 'object' && next.value.value !== null)
      levels.push(childrenOf(next.value.value, next.value.path));
  }
}

function* childrenOf(value: Json, path: string): Generator<{ value: Json; path: string; key: string }> {
  if (isArray(value)) {
    let index = 0;
    for (const item of value) {
      if (typeof item === 'string' || (typeof item === 'object' && item !== null))
        yield { value: item, path: `${path}[${index}]`, key: '' };
      index += 1;
    }
  } else if (isObject(value))
    for (const [key, item] of value) yield { value: item, path: `${path}.${key.slice(0, 80)}`, key };
}
