/** Jupyter notebooks: code cells joined and read as one Python program; outputs and Markdown are left out. */
import { z } from 'zod';
import { needsParsing } from '../../code/prefilter.ts';
import { pythonFacts } from '../../code/python.ts';
import { judgeCode } from '../../code/rules.ts';
import { extensionOf } from '../../paths.ts';
import { emptyResult, type FileResult, type Scanner } from '../../types.ts';
import { agentsIn } from '../agent-code/index.ts';

const Notebook = z.looseObject({
  cells: z.array(
    z.looseObject({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]) }),
  ),
  metadata: z
    .looseObject({ kernelspec: z.looseObject({ language: z.string().optional() }).optional() })
    .optional(),
});

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
    const notebook = Notebook.safeParse(content);
    if (!notebook.success)
      return unreadable(file.path, 'No notebook of format 4 (cells with cell_type and source).');
    const language = notebook.data.metadata?.kernelspec?.language;
    if (language !== undefined && !/^(?:i?python|coconut|sage)/i.test(language)) {
      return unreadable(file.path, `Cells in ${language} are not read.`);
    }
    const lines: string[] = [];
    for (const cell of notebook.data.cells) {
      if (cell.cell_type !== 'code') continue;
      const source = typeof cell.source === 'string' ? cell.source : cell.source.join('');
      lines.push(...withoutMagics(source.split('\n')));
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
