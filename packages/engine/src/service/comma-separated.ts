/**
 * Comma-separated values (RFC 4180), as people and learning systems exchange them. Reading names the line of every value;
 * writing makes sure that no spreadsheet takes a value for a formula.
 */
import { CustosError } from '@custos/core';

export interface CsvRow {
  /** Line on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What a spreadsheet reads as the beginning of a formula or command, also in full width. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * Rows that are not blank. Takes `,` or `;` between the cells, whichever the first line has more of.
 * @throws CustosError INVALID naming the line where quotes are open or stand inside a bare value
 */
export function readCsv(text: string): CsvRow[] {
  const source = text.replace(/^\uFEFF/, '');
  const separator = separatorOf(source);
  const rows: CsvRow[] = [];
  let line = 1;
  let begin = 1;
  let cells: string[] = [];
  let at = 0;
  const endRow = () => {
    if (cells.some((cell) => cell.trim() !== '')) rows.push({ line: begin, cells });
    cells = [];
    begin = line;
  };
  while (at < source.length) {
    const cell = source[at] === '"' ? quoted(source, at, line) : bare(source, at, separator, line);
    cells.push(unguarded(cell.value));
    line += cell.lines;
    at = cell.end;
    if (source[at] === separator) {
      at++;
      if (at === source.length) cells.push('');
      continue;
    }
    if (at < source.length) {
      at += source.startsWith('\r\n', at) ? 2 : 1;
      line++;
    }
    endRow();
  }
  if (cells.length > 0) endRow();
  return rows;
}

interface Cell {
  readonly value: string;
  /** Index after it. */
  readonly end: number;
  /** Line ends within it. */
  readonly lines: number;
}

function quoted(source: string, from: number, line: number): Cell {
  let value = '';
  let at = from + 1;
  for (;;) {
    const quote = source.indexOf('"', at);
    if (quote < 0)
      throw new CustosError('INVALID', `Line ${line}: a quoted value has no end. Close it with a quote (").`);
    value += source.slice(at, quote);
    at = quote + 1;
    if (source[at] !== '"') break;
    value += '"';
    at++;
  }
  if (at < source.length && !/[,;\r\n]/.test(source[at] ?? ''))
    throw new CustosError(
      'INVALID',
      `Line ${line}: text follows a quoted value. Put the whole value into quotes, and double the quotes inside.`,
    );
  return { value, end: at, lines: value.split('\n').length - 1 };
}

function bare(source: string, from: number, separator: string, line: number): Cell {
  let end = from;
  while (end < source.length && source[end] !== separator && source[end] !== '\n' && source[end] !== '\r')
    end++;
  const value = source.slice(from, end);
  if (value.includes('"'))
    throw new CustosError(
      'INVALID',
      `Line ${line}: a quote stands inside a value. Put the whole value into quotes, and double the quotes inside.`,
    );
  return { value: value.trim(), end, lines: 0 };
}

function separatorOf(source: string): ',' | ';' {
  const first = source.slice(0, source.search(/[\r\n]|$/));
  return first.split(';').length > first.split(',').length ? ';' : ',';
}

/** Takes away the mark that `writeCsv` puts before what would be a formula. */
function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}

/** @example writeCsv(['person'], [['=1+1']]) // "person\r\n'=1+1\r\n" */
export function writeCsv(header: readonly string[], rows: Iterable<readonly string[]>): string {
  const lines = [header, ...rows].map((cells) => cells.map(guarded).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function guarded(cell: string): string {
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
