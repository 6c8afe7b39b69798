/** Jupyter notebooks: code cells joined and read as one Python program; outputs and Markdown are left out. */
import { needsParsing } from '../../code/prefilter.ts';
import { pythonFacts } from '../../code/python.ts';
import { judgeCode } from '../../code/rules.ts';
import { isTable } from '../../data-file.ts';
import { extensionOf } from '../../paths.ts';
import { emptyResult, type FileResult, type Scanner } from '../../types.ts';
import { agentsIn } from '../agent-code/index.ts';

interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
}

export const notebooks: Scanner = {
  name: 'notebooks',
  wants: (path) => extensionOf(path) === '.ipynb',
  scan(file) {
    if (file.text === undefined) return emptyResult();
    let content: unknown;
    try {
      content = JSON.parse(file.text);
    } catch {
      return unreadable(file.path, 'Not valid JSON.');
    }
    const cells = isTable(content) ? content.cells : undefined;
    const kernel = kernelOf(content);
    if (!(Array.isArray(cells) && cells.every(isCell)) || kernel === undefined)
      return unreadable(file.path, 'No notebook of format 4 (cells with cell_type and source).');
    const { language } = kernel;
    if (language !== undefined && !/^(?:i?python|coconut|sage)/i.test(language)) {
      return unreadable(file.path, `Cells in ${language} are not read.`);
    }
    const lines: string[] = [];
    for (const { cell_type: type, source } of cells) {
      if (type !== 'code') continue;
      const text = typeof source === 'string' ? source : source.join('');
      lines.push(...withoutMagics(text.split('\n')));
    }
    const program = lines.join('\n');
    if (!/\bimport\b/.test(program) && !needsParsing(program, file.path)) return emptyResult();
    const result = judgeCode('notebooks', file.path, pythonFacts(program), 'python');
    const more = agentsIn('notebooks', file.path, program, true);
    result.assets.push(...more.assets);
    result.edges.push(...more.edges);
    result.findings.push(...more.findings);
    placeLines(result, lines, file.text);
    return result;
  },
};

/** By hand, because a validation library is most of what a thread would have to load, and copies all outputs. */
function isCell(value: unknown): value is Cell {
  if (!isTable(value) || typeof value.cell_type !== 'string') return false;
  const { source } = value;
  return (
    typeof source === 'string' || (Array.isArray(source) && source.every((one) => typeof one === 'string'))
  );
}

/** What the notebook says of its kernel, which may be nothing; undefined where it says it in another form. */
function kernelOf(notebook: unknown): { language?: string } | undefined {
  const { metadata = {} } = isTable(notebook) ? notebook : {};
  const { kernelspec = {} } = isTable(metadata) ? metadata : { kernelspec: null };
  if (!isTable(kernelspec)) return undefined;
  const { language } = kernelspec;
  if (language === undefined) return {};
  return typeof language === 'string' ? { language } : undefined;
}

function unreadable(path: string, message: string): FileResult {
  return {
    ...emptyResult(),
    unknowns: [{ scanner: 'notebooks', code: 'malformed', message, location: { path } }],
  };
}

/** `!pip`, `%magic` are blanked; a cell magic other than timing makes the whole cell another language. */
function withoutMagics(lines: readonly string[]): string[] {
  if (/^%%(?!time|timeit|capture)/.test(lines[0] ?? '')) return lines.map(() => '');
  return lines.map((line) => (/^\s*[!%?]/.test(line) ? '' : line));
}

/** Lines of the joined program → lines of the `.ipynb` file, found by their JSON text in order. */
function placeLines(result: FileResult, lines: readonly string[], text: string): void {
  const places = [
    ...result.assets.flatMap((one) => one.locations),
    ...result.findings.map((one) => one.location),
  ];
  const last = Math.max(0, ...places.map((one) => one.line ?? 0));
  const found: number[] = [];
  let at = 0;
  let fileLine = 1;
  for (const line of lines.slice(0, last)) {
    const literal = JSON.stringify(line).slice(1, -1);
    const next = literal.trim() === '' ? -1 : text.indexOf(literal, at);
    if (next >= 0) {
      fileLine += count(text, at, next);
      at = next;
    }
    found.push(fileLine);
  }
  for (const place of places) if (place.line !== undefined) place.line = found[place.line - 1] ?? 1;
}

/** Line ends between two places. */
function count(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
