/** The parser behind {@link parseJson}: one pass over bytes, everything bounded. */
import { isArray, type Json, type JsonLimits, type JsonObject, type ParsedJson } from './json.ts';
import { Malformed } from './malformed.ts';
import type { Ticker } from './reader.ts';

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

/** Scalars, and short rows of them, beyond this many in one array are checked and not kept: vocabularies, weights. */
const MOST_FLAT = 10_000;

export class JsonParser {
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
