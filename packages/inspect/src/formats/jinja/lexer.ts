/** Jinja's tokens: text outside of tags, and names, numbers, strings and operators within. */
import { Malformed } from '../../bytes/malformed.ts';

export type TokenKind =
  | 'text'
  | 'statement'
  | 'output'
  | 'end'
  | 'name'
  | 'string'
  | 'number'
  | 'operator'
  | 'eof';

export interface Token {
  readonly kind: TokenKind;
  /** A string's value, a number's digits, the text of anything else. */
  readonly value: string;
  readonly offset: number;
}

const OPEN = /\{\{|\{%|\{#/g;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][-+]?\d+)?)/y;
const OPERATOR = /\/\/|\*\*|==|!=|<=|>=|[-+*/%~|.,:;()[\]{}<>=]/y;
const MOST_TOKENS = 500_000;

/**
 * @throws Malformed where a tag, comment or string does not end, or a character can not be
 * @example tokens('{{ a }}').map(({ kind }) => kind) // ['output', 'name', 'end', 'eof']
 */
export function tokens(template: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  const push = (kind: TokenKind, value: string, offset: number): void => {
    if (found.length >= MOST_TOKENS) throw new Malformed(`more than ${MOST_TOKENS} tokens`, offset);
    found.push({ kind, value, offset });
  };
  while (at < template.length) {
    OPEN.lastIndex = at;
    const open = OPEN.exec(template);
    const start = open?.index ?? template.length;
    if (start > at) push('text', template.slice(at, start), at);
    if (open === null) break;
    if (open[0] === '{#') {
      const end = template.indexOf('#}', start + 2);
      if (end < 0) throw new Malformed('a comment does not end', start);
      at = end + 2;
      continue;
    }
    const raw = open[0] === '{%' ? rawBlock(template, start) : undefined;
    if (raw !== undefined) {
      push('text', raw.text, start);
      at = raw.end;
      continue;
    }
    push(open[0] === '{%' ? 'statement' : 'output', open[0], start);
    at = insideTag(template, start + 2, open[0] === '{%' ? '%}' : '}}', push);
  }
  push('eof', '', template.length);
  return found;
}

function rawBlock(template: string, start: number): { text: string; end: number } | undefined {
  const open = /\{%[-+]?\s*raw\s*[-+]?%\}/y;
  open.lastIndex = start;
  if (!open.test(template)) return undefined;
  const close = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;
  close.lastIndex = open.lastIndex;
  const end = close.exec(template);
  if (end === null) throw new Malformed('a raw block does not end', start);
  return { text: template.slice(open.lastIndex, end.index), end: close.lastIndex };
}

type Push = (kind: TokenKind, value: string, offset: number) => void;

/** Tokens up to the end of a tag; returns where the text goes on. */
function insideTag(template: string, from: number, close: string, push: Push): number {
  let at = from;
  let braces = 0;
  if (template[at] === '-' || template[at] === '+') at += 1;
  for (;;) {
    const character = template[at];
    if (character === undefined) throw new Malformed('a tag does not end', from);
    if (/\s/.test(character)) {
      at += 1;
      continue;
    }
    // `}}` may also close a dictionary within a dictionary.
    if (braces === 0) {
      const trimmed = character === '-' || character === '+' ? 1 : 0;
      if (template.startsWith(close, at + trimmed)) {
        push('end', close, at);
        return at + trimmed + 2;
      }
    }
    if (character === '"' || character === "'") {
      const { value, end } = stringAt(template, at);
      push('string', value, at);
      at = end;
      continue;
    }
    const kind = matchAt(NUMBER, template, at)
      ? 'number'
      : matchAt(WORD, template, at)
        ? 'name'
        : matchAt(OPERATOR, template, at)
          ? 'operator'
          : undefined;
    if (kind === undefined) throw new Malformed(`the character ${JSON.stringify(character)} in a tag`, at);
    const pattern = kind === 'number' ? NUMBER : kind === 'name' ? WORD : OPERATOR;
    const value = template.slice(at, pattern.lastIndex);
    if (value === '{') braces += 1;
    else if (value === '}') braces -= 1;
    push(kind, value, at);
    at = pattern.lastIndex;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\u0007',
  '\n': '',
};

/** A string literal with Python's escapes: what an attacker writes as `\x5f` is read as `_`. */
function stringAt(template: string, start: number): { value: string; end: number } {
  const quote = template[start];
  let end = start + 1;
  for (; ; end += 1) {
    const character = template[end];
    if (character === undefined) throw new Malformed('a string does not end', start);
    if (character === '\\') end += 1;
    else if (character === quote) break;
  }
  const value = template
    .slice(start + 1, end)
    .replace(
      /\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3}|[\s\S])/g,
      (whole: string, escaped: string) => {
        if (escaped.length > 1 && /^[xuU]/.test(escaped))
          return character(Number.parseInt(escaped.slice(1), 16));
        if (/^[0-7]/.test(escaped)) return character(Number.parseInt(escaped, 8));
        if (escaped in SIMPLE) return SIMPLE[escaped] ?? '';
        return /['"\\]/.test(escaped) ? escaped : whole;
      },
    );
  return { value, end: end + 1 };
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
