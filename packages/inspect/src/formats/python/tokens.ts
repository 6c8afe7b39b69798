/** Python source as tokens: names, numbers, strings, operators, with the column of each line. Comments are left out. */
import { Malformed } from '../../bytes/malformed.ts';

export interface PythonToken {
  readonly kind: 'name' | 'string' | 'number' | 'operator' | 'newline';
  readonly text: string;
  readonly offset: number;
  /** Spaces before the first token of the line. */
  readonly indent: number;
}

const MOST_TOKENS = 2_000_000;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /(?:0[xX][\da-fA-F_]+|\d[\d_]*\.?[\d_]*(?:[eE][-+]?\d+)?[jJ]?|\.\d+(?:[eE][-+]?\d+)?)/y;
const STRING = /[rRbBuUfFtT]{0,3}(?:"""|'''|"|')/y;

/** @throws Malformed where a string does not end */
export function pythonTokens(source: string): PythonToken[] {
  const tokens: PythonToken[] = [];
  let at = 0;
  let indent = 0;
  let lineStart = true;
  while (at < source.length) {
    const character = source[at] ?? '';
    if (lineStart) {
      const space = /[ \t\f]*/y;
      space.lastIndex = at;
      indent = space.exec(source)?.[0].replaceAll('\t', '        ').length ?? 0;
      at = space.lastIndex;
      lineStart = false;
      continue;
    }
    if (tokens.length > MOST_TOKENS) throw new Malformed(`more than ${MOST_TOKENS} tokens`, at);
    if (character === '\n') {
      tokens.push({ kind: 'newline', text: '\n', offset: at, indent });
      at += 1;
      lineStart = true;
    } else if (/\s/.test(character)) at += 1;
    else if (character === '#') {
      const end = source.indexOf('\n', at);
      at = end < 0 ? source.length : end;
    } else if (character === '\\' && source[at + 1] === '\n') at += 2;
    else {
      const token =
        stringAt(source, at) ?? match(NAME, 'name', source, at) ?? match(NUMBER, 'number', source, at);
      if (token === undefined) {
        tokens.push({ kind: 'operator', text: character, offset: at, indent });
        at += 1;
      } else {
        tokens.push({ kind: token.kind, text: token.text, offset: at, indent });
        at = token.end;
      }
    }
  }
  return tokens;
}

type Found = { kind: 'name' | 'number' | 'string'; text: string; end: number } | undefined;

function match(pattern: RegExp, kind: 'name' | 'number', source: string, at: number): Found {
  pattern.lastIndex = at;
  const found = pattern.exec(source);
  return found === null ? undefined : { kind, text: found[0], end: pattern.lastIndex };
}

/** The text of a string is what stands between its quotes, as written. */
function stringAt(source: string, at: number): Found {
  STRING.lastIndex = at;
  const open = STRING.exec(source);
  if (open === null) return undefined;
  const quote = open[0].replace(/^[a-zA-Z]+/, '');
  for (let end = STRING.lastIndex; end < source.length; end += 1) {
    if (source[end] === '\\') end += 1;
    else if (source.startsWith(quote, end))
      return { kind: 'string', text: source.slice(at + open[0].length, end), end: end + quote.length };
    else if (quote.length === 1 && source[end] === '\n') break;
  }
  throw new Malformed('a string does not end', at);
}
