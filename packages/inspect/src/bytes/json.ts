/**
 * JSON (RFC 8259) that comes from an attacker: bounded depth and number of values, no prototypes, and duplicate keys kept
 * in sight, because two readers that disagree about them disagree about what the file says.
 */
import { Malformed } from './malformed.ts';
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

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

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

/** Scalars, and short rows of them, beyond this many in one array are checked and not kept: vocabularies, weights. */
const MOST_FLAT = 10_000;

class JsonParser {
  readonly #bytes: Buffer;
  readonly #ticker: Ticker;
  readonly #depthLimit: number;
  readonly #valueLimit: number;
  readonly #containerLimit: number;
  readonly #pythonNumbers: boolean;
  readonly #duplicates: { key: string; offset: number }[] = [];
  #at = 0;
  #values = 0;
  #containers = 0;

  constructor(bytes: Uint8Array, ticker: Ticker, limits: JsonLimits) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#ticker = ticker;
    this.#depthLimit = limits.depth ?? 200;
    this.#valueLimit = limits.values ?? 8_000_000;
    this.#containerLimit = limits.containers ?? 1_000_000;
    this.#pythonNumbers = limits.pythonNumbers ?? true;
  }

  document(): ParsedJson {
    if (this.#bytes[0] === 0xef && this.#bytes[1] === 0xbb && this.#bytes[2] === 0xbf) this.#at = 3;
    const value = this.#value(0);
    this.#space();
    return { value, duplicates: this.#duplicates, trailing: this.#at < this.#bytes.length };
  }

  #fail(why: string): never {
    throw new Malformed(`JSON: ${why}`, this.#at);
  }

  #space(): void {
    const bytes = this.#bytes;
    for (;;) {
      const byte = bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at += 1;
    }
  }

  #value(depth: number): Json {
    if (depth > this.#depthLimit) this.#fail(`nested more than ${this.#depthLimit} deep`);
    this.#values += 1;
    if (this.#values > this.#valueLimit) this.#fail(`more than ${this.#valueLimit} values`);
    if ((this.#values & 0xfff) === 0) this.#ticker.tick();
    this.#space();
    const byte = this.#bytes[this.#at];
    switch (byte) {
      case QUOTE:
        return this.#string();
      case 0x7b:
      case 0x5b:
        this.#containers += 1;
        if (this.#containers > this.#containerLimit)
          this.#fail(`more than ${this.#containerLimit} arrays and objects`);
        return byte === 0x7b ? this.#object(depth) : this.#array(depth);
      case 0x74:
        return this.#word('true', true);
      case 0x66:
        return this.#word('false', false);
      case 0x6e:
        return this.#word('null', null);
      case undefined:
        return this.#fail('ends early');
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonObject {
    const object = new Map<string, Json>();
    this.#at += 1;
    this.#space();
    if (this.#bytes[this.#at] === 0x7d) {
      this.#at += 1;
      return object;
    }
    for (;;) {
      this.#space();
      if (this.#bytes[this.#at] !== QUOTE) this.#fail('a key is missing');
      const keyAt = this.#at;
      const key = this.#string();
      if (object.has(key) && this.#duplicates.length < 100) this.#duplicates.push({ key, offset: keyAt });
      this.#space();
      if (this.#bytes[this.#at] !== 0x3a) this.#fail('a colon is missing');
      this.#at += 1;
      object.set(key, this.#value(depth + 1));
      this.#space();
      const byte = this.#bytes[this.#at];
      if (byte !== 0x2c && byte !== 0x7d) this.#fail('a comma or brace is missing');
      this.#at += 1;
      if (byte === 0x7d) return object;
    }
  }

  #array(depth: number): readonly Json[] {
    const array: Json[] = [];
    let flat = 0;
    this.#at += 1;
    this.#space();
    if (this.#bytes[this.#at] === 0x5d) {
      this.#at += 1;
      return array;
    }
    for (;;) {
      const item = this.#value(depth + 1);
      if (isFlat(item)) flat += 1;
      if (flat <= MOST_FLAT || !isFlat(item)) array.push(item);
      else if (isArray(item)) this.#containers -= 1;
      this.#space();
      const byte = this.#bytes[this.#at];
      if (byte !== 0x2c && byte !== 0x5d) this.#fail('a comma or bracket is missing');
      this.#at += 1;
      if (byte === 0x5d) return array;
    }
  }

  #string(): string {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    let end = start;
    let escaped = false;
    let high = 0;
    for (; ; end += 1) {
      const byte = bytes[end];
      if (byte === undefined) this.#fail('a string does not end');
      if (byte === QUOTE) break;
      high |= byte;
      if (byte === BACKSLASH) {
        escaped = true;
        end += 1;
      }
    }
    if (end > bytes.length) this.#fail('a string does not end');
    this.#at = end + 1;
    const raw = bytes.toString(high < 0x80 && !escaped ? 'latin1' : 'utf8', start, end);
    return escaped ? this.#unescaped(raw) : raw;
  }

  #unescaped(raw: string): string {
    return raw.replace(/\\(u[0-9a-fA-F]{4}|.|$)/gs, (_, escaped: string) => {
      if (escaped.length === 5) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
      return ESCAPES[escaped] ?? this.#fail(`the escape \\${escaped}`);
    });
  }

  #word<T extends Json>(word: string, value: T): T {
    for (let index = 0; index < word.length; index += 1)
      if (this.#bytes[this.#at + index] !== word.charCodeAt(index)) this.#fail('an unknown word');
    this.#at += word.length;
    return value;
  }

  #number(): number {
    const start = this.#at;
    const bytes = this.#bytes;
    for (;;) {
      const byte = bytes[this.#at];
      if (byte === undefined || !isNumberByte(byte)) break;
      this.#at += 1;
      if (this.#at - start > 1000) this.#fail('a number of more than 1,000 characters');
    }
    const text = String.fromCharCode(...bytes.subarray(start, this.#at));
    if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text)) return Number(text);
    if (this.#pythonNumbers && /^(NaN|-?Infinity)$/.test(text)) return Number(text);
    this.#at = start;
    return this.#fail('not a value');
  }
}

function isNumberByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    // Letters: exponents, NaN, Infinity.
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a)
  );
}

/** A scalar, or a short array of scalars: nothing that a rule could look into. */
function isFlat(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return (
    isArray(value) && value.length <= 8 && value.every((item) => typeof item !== 'object' || item === null)
  );
}
