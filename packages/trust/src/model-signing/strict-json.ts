/**
 * JSON in which two readers can not see two different things: UTF-8 without faults, no member twice in an object, and
 * no nesting that exhausts a reader (RFC 8259, sections 4 and 9).
 */
import { Rejection } from './problem.ts';

const MAX_DEPTH = 64;
/** One token of a text that is known to be JSON. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

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

function refuseDoubleMembers(text: string, what: string): void {
  /** The names met in each open object; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      if (open.length > MAX_DEPTH)
        throw new Rejection('BUNDLE_UNREADABLE', what, `${what} nests deeper than ${MAX_DEPTH} levels.`);
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const name = String(JSON.parse(last));
      const names = open.at(-1);
      if (names?.has(name))
        throw new Rejection('BUNDLE_UNREADABLE', name, `${what} names the member "${name}" twice.`);
      names?.add(name);
    }
    last = token;
  }
}

function position(cause: unknown): string {
  const match = cause instanceof Error ? /position (\d+)/.exec(cause.message) : null;
  return match ? ` (it breaks at character ${match[1]})` : '';
}
