/** Calls and imports of Python source, by dotted name: `os.system(…)`, `from os import system`. */
import { type PythonToken, pythonTokens } from './tokens.ts';

export interface Call {
  /** Dotted name with imported names put in full; empty for a call of a call's result. */
  readonly name: string;
  readonly offset: number;
  /** Not within a function: runs when the file is imported. */
  readonly onImport: boolean;
  /** Names that are called within its parentheses. */
  readonly within: readonly string[];
  /** The first argument, where it is a text. */
  readonly text: string | undefined;
}

export interface PythonFacts {
  readonly calls: readonly Call[];
  /** Modules that are imported, with the offset. */
  readonly imports: readonly { readonly module: string; readonly offset: number }[];
  /** Names that are assigned, defined or taken as parameters. */
  readonly defined: ReadonlySet<string>;
}

const KEYWORDS = new Set(
  'if elif else while for in not and or is return yield await async def class lambda with as assert del print except raise from import global nonlocal pass break continue try finally match case'.split(
    ' ',
  ),
);

export function pythonFacts(source: string): PythonFacts {
  const tokens = pythonTokens(source);
  const aliases = new Map<string, string>();
  const imports: { module: string; offset: number }[] = [];
  const defined = new Set<string>();
  const calls: (Omit<Call, 'within'> & { within: string[]; depth: number })[] = [];
  const open: (typeof calls)[number][] = [];
  /** Indents of the functions around, so that a line further left ends them. */
  const functions: number[] = [];
  let parentheses = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (parentheses === 0 && token.kind !== 'newline')
      while (functions.length > 0 && token.indent <= (functions.at(-1) ?? 0) && startsLine(tokens, at))
        functions.pop();
    if (token.kind === 'operator') {
      if ('([{'.includes(token.text)) parentheses += 1;
      if (')]}'.includes(token.text)) {
        parentheses = Math.max(0, parentheses - 1);
        while (open.length > 0 && (open.at(-1)?.depth ?? 0) > parentheses) open.pop();
      }
      continue;
    }
    if (token.kind !== 'name') continue;
    if (token.text === 'import' || token.text === 'from') {
      if (startsLine(tokens, at) || tokens[at - 1]?.text === ';' || tokens[at - 1]?.text === ':')
        at = readImport(tokens, at, aliases, imports);
      continue;
    }
    if (token.text === 'def' || token.text === 'class') {
      const name = tokens[at + 1];
      if (name?.kind === 'name') defined.add(name.text);
      if (token.text === 'def') functions.push(token.indent);
      at += 1;
      continue;
    }
    if (KEYWORDS.has(token.text) && tokens[at + 1]?.text !== '(') continue;
    if (tokens[at - 1]?.text === '.') continue;
    const { name, end } = dotted(tokens, at);
    if (tokens[end]?.text === '=' && tokens[end + 1]?.text !== '=') defined.add(name);
    if (tokens[end]?.text === ':' || tokens[end]?.text === ',' || tokens[end]?.text === ')')
      defined.add(name);
    if (tokens[end]?.text === '(' && !(KEYWORDS.has(name) && name !== 'print')) {
      const full = resolved(name, aliases);
      const first = tokens[end + 1];
      const call = {
        name: full,
        offset: token.offset,
        onImport: functions.length === 0,
        within: [],
        text: first?.kind === 'string' ? first.text : undefined,
        depth: parentheses + 1,
      };
      for (const outer of open.slice(-8)) outer.within.push(full);
      calls.push(call);
      open.push(call);
    }
    at = end - 1;
  }
  return { calls, imports, defined };
}

function startsLine(tokens: readonly PythonToken[], at: number): boolean {
  return at === 0 || tokens[at - 1]?.kind === 'newline';
}

/** `a.b.c` from a name on; `end` is the token behind it. */
function dotted(tokens: readonly PythonToken[], at: number): { name: string; end: number } {
  let name = tokens[at]?.text ?? '';
  let end = at + 1;
  while (tokens[end]?.text === '.' && tokens[end + 1]?.kind === 'name') {
    name += `.${tokens[end + 1]?.text ?? ''}`;
    end += 2;
  }
  return { name, end };
}

function resolved(name: string, aliases: ReadonlyMap<string, string>): string {
  const [first = '', ...rest] = name.split('.');
  const full = aliases.get(first);
  return full === undefined ? name : [full, ...rest].join('.');
}

/** `import a.b as c, d` and `from a import (b as c, d)`; returns the last token that belongs to it. */
function readImport(
  tokens: readonly PythonToken[],
  from: number,
  aliases: Map<string, string>,
  imports: { module: string; offset: number }[],
): number {
  const start = tokens[from];
  let at = from + 1;
  let module = '';
  if (start?.text === 'from') {
    while (tokens[at]?.text === '.') {
      module += '.';
      at += 1;
    }
    if (tokens[at]?.kind === 'name' && tokens[at]?.text !== 'import') {
      const found = dotted(tokens, at);
      module += found.name;
      at = found.end;
    }
    imports.push({ module, offset: start.offset });
    if (tokens[at]?.text === 'import') at += 1;
  }
  let parentheses = 0;
  for (; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.text === '(') parentheses += 1;
    else if (token.text === ')') parentheses -= 1;
    else if ((token.kind === 'newline' || token.text === ';') && parentheses === 0) break;
    else if (token.kind === 'name') {
      const { name, end } = dotted(tokens, at);
      const alias = tokens[end]?.text === 'as' ? tokens[end + 1]?.text : undefined;
      if (start?.text === 'import') {
        imports.push({ module: name, offset: token.offset });
        if (alias !== undefined) aliases.set(alias, name);
      } else aliases.set(alias ?? name, `${module}.${name}`);
      at = alias === undefined ? end - 1 : end + 1;
    }
  }
  return at;
}
