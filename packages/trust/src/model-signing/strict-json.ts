/**
 * JSON in which two readers can not see two different things: UTF-8 without faults, no member twice in an object, and
 * no nesting that exhausts a reader (RFC 8259, sections 4 and 9).
 */
import { Rejection } from './problem.ts';

const MAX_DEPTH = 64;

/**
 * @param what names the text in messages: `the bundle`
 * @throws Rejection BUNDLE_UNREADABLE
 * @example parseStrictJson(Buffer.from('{"a":1,"a":2}'), 'the bundle') // throws: names "a" twice
 */
export function parseStrictJson(bytes: Uint8Array, what: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Rejection('BUNDLE_UNREADABLE', what, `${what} is no UTF-8 text.`, { cause });
  }
  if (text.trim() === '') throw new Rejection('BUNDLE_UNREADABLE', what, `${what} is empty.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Rejection('BUNDLE_UNREADABLE', what, `${what} is no JSON${position(cause)}.`, { cause });
  }
  refuseDoubleMembers(text, what);
  return value;
}

/** Walks over a text that is known to be JSON; only what stands outside of strings has structure. */
function refuseDoubleMembers(text: string, what: string): void {
  /** The names met in each open object; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let start = 0;
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      start = at;
      at = end = endOfString(text, at);
    } else if (char === '{' || char === '[') {
      open.push(char === '{' ? new Set() : undefined);
      if (open.length > MAX_DEPTH)
        throw new Rejection('BUNDLE_UNREADABLE', what, `${what} nests deeper than ${MAX_DEPTH} levels.`);
    } else if (char === '}' || char === ']') open.pop();
    else if (char === ':') {
      const name = String(JSON.parse(text.slice(start, end + 1)));
      const names = open.at(-1);
      if (names?.has(name))
        throw new Rejection('BUNDLE_UNREADABLE', name, `${what} names the member "${name}" twice.`);
      names?.add(name);
    }
  }
}

/** Index of the quote that closes the string which begins at `at`. */
function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

function position(cause: unknown): string {
  const match = cause instanceof Error ? /position (\d+)/.exec(cause.message) : null;
  return match ? ` (it breaks at character ${match[1]})` : '';
}
