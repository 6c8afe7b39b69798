/** JSON (with the comments editors allow), YAML and TOML read into plain data, for scanners that look at structure. */
import { parse as parseToml } from 'smol-toml';
import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import { lineAt } from './paths.ts';

/** More aliases than this is an attempt to exhaust memory ("billion laughs"). */
const MAX_ALIASES = 100;

/** Larger YAML is data, not configuration. Characters. */
const MAX_YAML = 1024 * 1024;
/** No person opens so many collections in a row; the parser's stack ends there. */
const TOO_DEEP = /(?:[[{(-][ \t]{0,8}){200}/;

/** Why a parser gave up, in its words without those of the file: they may hold keys. */
export function reasonOf(error: unknown): string {
  const said = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'failed';
  return said.replace(/,? ?(?:\.{3})?(["'`])[^\n]*\1(?:\.{3})?/g, ' …').slice(0, 200);
}

export type Table = Record<string, unknown>;

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asTable(value: unknown): Table {
  return isTable(value) ? value : {};
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * Every document of a file. Templates of Helm and Jinja inside YAML are blanked.
 * @param extension with its dot, lower case; `.jsonl` and others are read as YAML
 * @throws the parser's error when the text is not what the extension says
 */
export function parseDocuments(text: string, extension: string): unknown[] {
  if (extension === '.json' || extension === '.jsonc' || extension === '.code-workspace')
    return [parseJson(text)];
  if (extension === '.toml') return [parseToml(text)];
  return readYaml(text).documents.map((one) => one.toJS({ maxAliasCount: MAX_ALIASES }) as unknown);
}

export interface YamlText {
  readonly documents: readonly Document[];
  readonly lines: LineCounter;
}

let last: { readonly text: string; readonly read: YamlText | Error } | undefined;

/**
 * The documents of a YAML text. The scanners look at a file one after the other and share one parse.
 * @throws the parser's first error
 */
export function readYaml(text: string): YamlText {
  if (last?.text !== text) last = { text, read: yamlOrError(text) };
  if (last.read instanceof Error) throw last.read;
  return last.read;
}

function yamlOrError(text: string): YamlText | Error {
  try {
    refuseHostileYaml(text);
    const lines = new LineCounter();
    const documents = parseAllDocuments(withoutTemplates(text), {
      lineCounter: lines,
      logLevel: 'silent',
      uniqueKeys: false,
      // Telling where each of a thousand mistakes stands takes longer than parsing.
      prettyErrors: false,
    });
    return documents.flatMap((one) => one.errors)[0] ?? { documents, lines };
  } catch (error) {
    return error instanceof Error ? error : new Error('not readable');
  }
}

/** @throws Error for YAML that would exhaust the parser's time or stack */
function refuseHostileYaml(text: string): void {
  if (text.length > MAX_YAML) throw new Error(`more than ${MAX_YAML} characters of YAML`);
  if (TOO_DEEP.test(text)) throw new Error('nested too deeply');
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(stripComments(text));
  }
}

/**
 * Comments and trailing commas as editors allow them; strings stay whole, lines keep their numbers. Behind a string or
 * comment without an end nothing is changed: no parser will take it. Each character is looked at twice at most.
 */
function stripComments(text: string): string {
  let plain = '';
  let copied = 0;
  const blank = (from: number, to: number): void => {
    plain +=
      text.slice(copied, from) + text.slice(from, to).replace(/[^\n]+/g, (line) => ' '.repeat(line.length));
    copied = to;
  };
  for (let at = 0; at < text.length; ) {
    const char = text[at];
    if (char === '"') at = stringEnd(text, at);
    else if (char === '/') {
      const end = commentEnd(text, at);
      if (end > at && end <= text.length) blank(at, end);
      at = Math.max(at + 1, end);
    } else {
      const next = char === ',' ? text[pastBlanks(text, at + 1)] : undefined;
      if (next === '}' || next === ']') blank(at, at + 1);
      at += 1;
    }
  }
  return plain + text.slice(copied);
}

/** Where the string that begins at `start` ends; behind the text when it does not. */
function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text[before] === '\\') before -= 1;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
  return text.length + 1;
}

/** Where the comment that begins at `start` ends, behind the text when it does not, `start` where none begins. */
function commentEnd(text: string, start: number): number {
  const second = text[start + 1];
  if (second !== '/' && second !== '*') return start;
  const end = second === '/' ? text.indexOf('\n', start) : text.indexOf('*/', start + 2);
  if (second === '/') return end < 0 ? text.length : end;
  return end < 0 ? text.length + 1 : end + 2;
}

/** The first place from `start` on that is neither blank nor comment. */
function pastBlanks(text: string, start: number): number {
  for (let at = start; ; ) {
    while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
    const end = text[at] === '/' ? commentEnd(text, at) : at;
    if (end === at) return at;
    at = end;
  }
}

/** Templates of Helm, Jinja and cookiecutter are no YAML until they are filled in. */
function withoutTemplates(text: string): string {
  return /\{\{-?|\{%/.test(text)
    ? text.replace(/\{[{%][^\n]{0,500}?[}%]\}/g, (all) => '_'.repeat(all.length))
    : text;
}

/** Parsed data has no lines any more: they are found again by words, each after the one before. */
export class LineFinder {
  private readonly text: string;
  private readonly from = new Map<string, number>();

  constructor(text: string) {
    this.text = text;
  }

  /** Line of the next place where `word` stands as a key or value of its own; 1 where it does not. */
  line(word: string): number {
    const spellings = [`"${JSON.stringify(word).slice(1, -1)}"`, word];
    for (const one of spellings) {
      const at = this.text.indexOf(one, this.from.get(word) ?? 0);
      if (at < 0) continue;
      this.from.set(word, at + one.length);
      return lineAt(this.text, at);
    }
    return 1;
  }
}

/** YAML front matter between `---` lines at the head of a Markdown or prompt file. */
export function frontMatter(text: string): { data: Table; lines: number } | undefined {
  const match = /^\uFEFF?---[ \t]*\r?\n([\s\S]{0,65536}?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text);
  if (match?.[1] === undefined) return undefined;
  const [first] = parseDocuments(match[1], '.yaml');
  return isTable(first) ? { data: first, lines: match[0].split('\n').length } : undefined;
}
