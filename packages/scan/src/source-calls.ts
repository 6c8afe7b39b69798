/**
 * Calls in program text without a syntax tree: enough for rules about a few well-known names, at the speed of a search.
 * Comments and documentation strings are blanked first; an argument is read only where it is a plain string.
 */
import { lineAt } from './paths.ts';

/** A call is looked at only so far. Characters. */
const MAX_CALL = 4_000;
/** No person writes more calls of one kind into a file. */
const MAX_CALLS = 1_000;

export interface SourceCall {
  readonly name: string;
  /** Text between the parentheses, comments blanked. */
  readonly body: string;
  readonly line: number;
  /** Name of the function that it stands in, where there is one. */
  readonly within?: string;
  /** Variable or field that the call is assigned to, where it is. */
  readonly target?: string;
}

/** Blanks comments (keeping lines) and, in Python, strings that stand alone as statements. */
export function blankComments(text: string, python: boolean): string {
  const blank = (all: string): string => all.replace(/[^\n]/g, ' ');
  if (!python)
    return text.replace(
      /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (all, string: string | undefined) => string ?? blank(all),
    );
  return text.replace(
    /(^[ \t]*(?:[rR]?"""[\s\S]*?"""|[rR]?'''[\s\S]*?''')[ \t]*$)|("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|#[^\n]*/gm,
    (all, statement: string | undefined, string: string | undefined) =>
      statement !== undefined || string === undefined ? blank(all) : string,
  );
}

const patterns = new Map<string, RegExp>();
/** What stands before a call on its line when its value is kept. */
const TARGET = /([\w$.]+)\s*(?::[^=\n]{1,60})?=\s*(?:await\s+)?(?:new\s+)?(?:[\w$]+\.)*$/;

/**
 * Every call of one of the names (`new` or not), in order. `names` is an alternation without groups.
 * @throws Error for a file with more calls than anybody writes
 */
export function callsOf(text: string, names: string): SourceCall[] {
  let pattern = patterns.get(names);
  if (pattern === undefined) {
    pattern = new RegExp(`(?<![\\w$])(?:${names})(?:[<[][\\w\\s,.]{1,80}[>\\]])?\\(`, 'g');
    patterns.set(names, pattern);
  }
  const found: SourceCall[] = [];
  for (const match of text.matchAll(pattern)) {
    if (found.length >= MAX_CALLS)
      throw new Error(`more than ${MAX_CALLS} calls of ${match[0].slice(0, 40)}`);
    const { index: at } = match;
    const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
    if (/(?:def|class|function|interface)\s+$/.test(before) || insideString(before)) continue;
    const target = TARGET.exec(before)?.[1];
    const name = target?.slice(target.lastIndexOf('.') + 1);
    found.push({
      name: match[0].replace(/[<[(].*$/s, ''),
      body: bodyFrom(text, at + match[0].length),
      line: lineAt(text, at),
      ...enclosing(text, at),
      ...(name === undefined || name === '' ? {} : { target: name }),
    });
  }
  return found;
}

/** Objects that are given to a key or variable and name a command: `"files": { command: … }`. */
export function entriesOf(text: string): SourceCall[] {
  const found: SourceCall[] = [];
  for (const match of text.matchAll(
    /["']?\b([A-Za-z][\w.-]{0,60})["']?\s*[:=]\s*\{\s*(?:["']?(?:type|transport|name)["']?\s*:\s*["'][\w -]*["']\s*,\s*)?["']?command["']?\s*:/g,
  )) {
    if (found.length >= MAX_CALLS) throw new Error(`more than ${MAX_CALLS} servers`);
    const open = text.indexOf('{', match.index);
    found.push({ name: match[1] ?? '', body: bodyFrom(text, open + 1), line: lineAt(text, match.index) });
  }
  return found;
}

/** The function whose head stands nearest above, with less indentation. */
function enclosing(text: string, at: number): { within?: string } {
  const indent = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1))?.[0].length ?? 0;
  const lines = text.slice(Math.max(0, at - MAX_CALL), at).split('\n');
  for (const line of lines.reverse()) {
    const head = /^([ \t]*)(?:async\s+)?(?:export\s+)?(?:def|function)\s+(\w+)\s*\(/.exec(line);
    if (head?.[2] !== undefined && (head[1] ?? '').length < indent) return { within: head[2] };
  }
  return {};
}

/** Whether an odd number of quotes stands before it on its line. */
function insideString(line: string): boolean {
  return (line.split('"').length - 1) % 2 === 1 || (line.split("'").length - 1) % 2 === 1;
}

function bodyFrom(text: string, start: number): string {
  let depth = 1;
  let quote = '';
  const end = Math.min(text.length, start + MAX_CALL);
  for (let at = start; at < end; at++) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (text.startsWith(quote, at)) {
        at += quote.length - 1;
        quote = '';
      }
    } else if (char === '"' || char === "'" || char === '`') {
      quote = text.startsWith(char.repeat(3), at) && char !== '`' ? char.repeat(3) : char;
      at += quote.length - 1;
    } else if (char === '(' || char === '[' || char === '{') depth += 1;
    else if (char === ')' || char === ']' || char === '}') {
      depth -= 1;
      if (depth === 0) return text.slice(start, at);
    }
  }
  return text.slice(start, end);
}

/** The plain string given to `key=` or `key:`, or undefined. */
export function stringArgument(body: string, key: string): string | undefined {
  const match = new RegExp(
    `(?:^|[\\s,({])["']?${key}["']?\\s*[=:]\\s*(?:"([^"\\n]*)"|'([^'\\n]*)'|\`([^\`$]*)\`)`,
  ).exec(body);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

/** The first argument where it is a plain string. */
export function firstString(body: string): string | undefined {
  const match = /^\s*(?:"([^"\n]*)"|'([^'\n]*)'|`([^`$]*)`)\s*(?:[,)]|$)/.exec(body);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

/** The plain strings of a list given to `key=` or `key:`; computed items are left out. */
export function listArgument(body: string, key: string): string[] {
  const match = new RegExp(`(?:^|[\\s,({])["']?${key}["']?\\s*[=:]\\s*\\[([^\\]]{0,2000})\\]`).exec(body);
  return [...(match?.[1] ?? '').matchAll(/"([^"\n]*)"|'([^'\n]*)'/g)].map((one) => one[1] ?? one[2] ?? '');
}
