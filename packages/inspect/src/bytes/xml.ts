/**
 * XML as far as inspection needs it: elements, attributes, text, and every declaration that could make a parser read
 * something else. Nothing is ever resolved: entities stay as written, a DOCTYPE is reported and passed over.
 * Source: XML 1.0 (fifth edition).
 */
import { TextDecoder } from 'node:util';
import { Malformed } from './malformed.ts';
import type { Reader } from './reader.ts';

export type XmlEvent =
  | {
      readonly kind: 'open';
      readonly name: string;
      readonly attributes: ReadonlyMap<string, string>;
      readonly offset: number;
      readonly selfClosing: boolean;
    }
  | { readonly kind: 'close'; readonly name: string; readonly offset: number }
  | {
      readonly kind: 'text' | 'cdata' | 'comment' | 'instruction' | 'doctype';
      readonly text: string;
      readonly offset: number;
    };

const LONGEST_TAG = 1024 * 1024;
const DEEPEST = 1000;
const PIECE = 256 * 1024;

/** Text of a reader in pieces, with the sequences at the edges intact. */
class Pieces {
  readonly #reader: Reader;
  readonly #decoder: TextDecoder;
  text = '';
  /** Characters that were dropped before `text`. */
  base = 0;
  constructor(reader: Reader) {
    this.#reader = reader;
    const mark = reader.remaining >= 2 ? reader.bytes(2) : new Uint8Array(0);
    reader.seek(reader.offset - mark.length);
    const utf16 =
      mark[0] === 0xff && mark[1] === 0xfe
        ? 'utf-16le'
        : mark[0] === 0xfe && mark[1] === 0xff
          ? 'utf-16be'
          : undefined;
    this.#decoder = new TextDecoder(utf16 ?? 'utf-8');
  }
  /** Drops what was read and brings more; false at the end. */
  more(from: number): boolean {
    const { remaining } = this.#reader;
    if (remaining === 0) return false;
    const bytes = this.#reader.bytes(Math.min(PIECE, remaining));
    this.text = this.text.slice(from) + this.#decoder.decode(bytes, { stream: this.#reader.remaining > 0 });
    this.base += from;
    return true;
  }
}

/**
 * @throws Malformed where a construct does not end, or is nested too deeply
 * @example for (const event of xmlEvents(new Reader(source, inspection))) if (event.kind === 'doctype') …
 */
export function* xmlEvents(reader: Reader): Generator<XmlEvent> {
  const pieces = new Pieces(reader);
  let at = 0;
  let depth = 0;
  pieces.more(0);
  /** Where `mark` stands from `from` on, reading on as needed. */
  const find = (mark: string, from: number): number => {
    let searched = from;
    for (;;) {
      const found = pieces.text.indexOf(mark, searched);
      if (found >= 0) return found;
      const length = pieces.text.length - at;
      if (length > LONGEST_TAG)
        throw new Malformed(`XML: a part of more than ${LONGEST_TAG} characters`, pieces.base + at);
      const back = Math.max(from, pieces.text.length - mark.length + 1) - at;
      const relative = from - at;
      if (!pieces.more(at)) throw new Malformed(`XML: "${mark}" is missing`, pieces.base + at);
      at = 0;
      from = relative;
      searched = Math.max(back, relative);
    }
  };
  for (;;) {
    const open = pieces.text.indexOf('<', at);
    if (open < 0) {
      if (pieces.text.length > at)
        yield { kind: 'text', text: pieces.text.slice(at), offset: pieces.base + at };
      const had = pieces.text.length;
      if (!pieces.more(had)) break;
      at = 0;
      continue;
    }
    if (open > at) yield { kind: 'text', text: pieces.text.slice(at, open), offset: pieces.base + at };
    at = open;
    const offset = pieces.base + at;
    if (pieces.text.length - at < 16) {
      if (pieces.more(at)) at = 0;
    }
    const { text } = pieces;
    if (text.startsWith('<!--', at)) {
      const end = find('-->', at + 4);
      yield { kind: 'comment', text: pieces.text.slice(at + 4, end), offset };
      at = end + 3;
    } else if (text.startsWith('<![CDATA[', at)) {
      const end = find(']]>', at + 9);
      yield { kind: 'cdata', text: pieces.text.slice(at + 9, end), offset };
      at = end + 3;
    } else if (text.startsWith('<?', at)) {
      const end = find('?>', at + 2);
      yield { kind: 'instruction', text: pieces.text.slice(at + 2, end), offset };
      at = end + 2;
    } else if (text.startsWith('<!', at)) {
      // An internal subset stands in brackets and may hold '>' of its own.
      let end = find('>', at + 2);
      const bracket = pieces.text.indexOf('[', at);
      if (bracket >= 0 && bracket < end) end = find('>', find(']', bracket));
      yield { kind: 'doctype', text: pieces.text.slice(at + 2, end), offset };
      at = end + 1;
    } else if (text.startsWith('</', at)) {
      const end = find('>', at + 2);
      depth -= 1;
      yield { kind: 'close', name: pieces.text.slice(at + 2, end).trim(), offset };
      at = end + 1;
    } else {
      let end = find('>', at + 1);
      // A '>' within quotes does not end the tag. What was looked at is not looked at again.
      let looked = at;
      for (;;) {
        const quoteAt = firstQuote(pieces.text, looked, end);
        if (quoteAt === undefined) break;
        const before = at;
        const closing = find(pieces.text[quoteAt] ?? '"', quoteAt + 1);
        // Reading on moves the text to the left.
        looked = closing + 1;
        if (looked - 1 >= end - (before - at)) end = find('>', looked);
        else end -= before - at;
      }
      const body = pieces.text.slice(at + 1, end);
      const selfClosing = body.endsWith('/');
      const name = /^[^\s/>]+/.exec(body)?.[0];
      if (name === undefined) throw new Malformed('XML: a tag without name', offset);
      if (!selfClosing) depth += 1;
      if (depth > DEEPEST) throw new Malformed(`XML: nested more than ${DEEPEST} deep`, offset);
      yield { kind: 'open', name, attributes: attributesOf(body.slice(name.length)), offset, selfClosing };
      at = end + 1;
    }
  }
  if (depth > 0) throw new Malformed('XML: ends within an element', pieces.base);
}

function firstQuote(text: string, from: number, to: number): number | undefined {
  for (let at = from; at < to; at += 1) if (text[at] === '"' || text[at] === "'") return at;
  return undefined;
}

const NAME = /[^\s=/"'<>]+/y;
const VALUE = /\s*=\s*(?:"([^"]*)"|'([^']*)')/y;

function attributesOf(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    NAME.lastIndex = at;
    const name = NAME.exec(text)?.[0];
    if (name === undefined) {
      at += 1;
      continue;
    }
    at += name.length;
    VALUE.lastIndex = at;
    const value = VALUE.exec(text);
    if (value === null) continue;
    attributes.set(name, value[1] ?? value[2] ?? '');
    at = VALUE.lastIndex;
  }
  return attributes;
}

/** The name without its namespace prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
