/**
 * RFC 8785 (JSON Canonicalization Scheme). One value, one byte sequence: ids and signatures are made over this form, so
 * anything JSON could not carry without loss is refused instead of being quietly changed.
 */
import { CustosError } from '@custos/core';

const MAX_DEPTH = 1000;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** What JSON writes as it is: printable ASCII but quote and backslash. Most strings are, and need no second look. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * The RFC 8785 form of a JSON value. Members are sorted by UTF-16 code units, numbers are written as ECMAScript does.
 * @throws CustosError NOT_CANONICAL with the JSON path for NaN, Infinity, lone surrogates, undefined, functions,
 * bigint, symbols, objects that are no plain data (Date, Map, …), and nesting beyond 1000 levels (cycles among them).
 * @example canonicalize({ b: 1e21, a: 'é' }) // '{"a":"é","b":1e+21}'
 */
export function canonicalize(value: unknown): string {
  return write(value, [], 0);
}

type Path = (string | number)[];

function write(value: unknown, path: Path, depth: number): string {
  if (depth > MAX_DEPTH)
    throw refusal(path.slice(0, 8), `nests deeper than ${MAX_DEPTH} levels or contains itself`);
  switch (typeof value) {
    case 'string':
      return writeString(value, path);
    case 'number':
      if (!Number.isFinite(value)) throw refusal(path, `is ${value}`);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writeArray(value, path, depth) : writeObject(value, path, depth);
    default:
      throw refusal(path, `is ${typeof value}`);
  }
}

function writeString(text: string, path: Path): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (LONE_SURROGATE.test(text)) throw refusal(path, 'has a lone surrogate (half of a UTF-16 pair)');
  return JSON.stringify(text);
}

function writeArray(items: readonly unknown[], path: Path, depth: number): string {
  let out = '[';
  for (let i = 0; i < items.length; i++) {
    path.push(i);
    out += (i === 0 ? '' : ',') + write(items[i], path, depth + 1);
    path.pop();
  }
  return `${out}]`;
}

function writeObject(object: object, path: Path, depth: number): string {
  if (!isPlain(object)) throw refusal(path, 'is an object that is not plain data');
  let out = '{';
  for (const key of Object.keys(object).sort()) {
    path.push(key);
    out += `${out === '{' ? '' : ','}${writeString(key, path)}:${write(object[key], path, depth + 1)}`;
    path.pop();
  }
  return `${out}}`;
}

function isPlain(object: object): object is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}

function refusal(path: Path, what: string): CustosError {
  const where = path.length === 0 ? 'The value' : `The value at /${path.join('/')}`;
  return new CustosError(
    'NOT_CANONICAL',
    `${where} ${what}: JSON cannot carry that. Record a string or a finite number.`,
  );
}
