/**
 * Comma- and tab-separated values (RFC 4180) with a line of names. A quote may hold line breaks, so one that never closes
 * would swallow every row up to the next quote. Where that shows, the line that opened it is refused and reading goes on
 * at the line after it: each line ends up in a row, or is counted as one that could not be read.
 */
import { CustosError } from '@custos/core';
import { type Line, lines, MAX_LINE } from './bytes.ts';
import { type ColumnNames, type Columns, chooseColumns, rowOf } from './columns.ts';
import { type ImportRow, ROW_PROBLEMS, type RowProblem, type Rows, refusedRow } from './row.ts';

type Delimiter = ',' | '\t';

/** @throws CustosError INPUT_CSV for a line of names that can't be read, INPUT_COLUMN */
export async function* separated(path: string, asked: ColumnNames, delimiter: Delimiter): Rows {
  const reader = new SeparatedReader(path, asked, delimiter);
  for await (const batch of lines(path)) {
    const rows: ImportRow[] = [];
    for (const line of batch) reader.read(line, rows);
    if (rows.length > 0) yield rows;
  }
  const rows: ImportRow[] = [];
  reader.end(rows);
  yield rows;
}

interface Header {
  readonly columns: Columns;
  readonly places: ReadonlyMap<string, number>;
  readonly width: number;
  /** Place of the address. */
  readonly address: number | undefined;
}

class SeparatedReader {
  readonly #path: string;
  readonly #asked: ColumnNames;
  readonly #delimiter: Delimiter;
  #header: Header | undefined;
  /** Lines of a record whose quote is open, what was read of it, and its length in characters. */
  #pending: Line[] = [];
  #cells: string[] = [];
  #open: string | undefined;
  #held = 0;
  /** The line in which the address of the record ended. */
  #addressLine = 0;

  constructor(path: string, asked: ColumnNames, delimiter: Delimiter) {
    this.#path = path;
    this.#asked = asked;
    this.#delimiter = delimiter;
  }

  /** @param alone the record must end with its line */
  read(line: Line, rows: ImportRow[], alone = false): void {
    if (line.text === undefined) {
      this.end(rows);
      this.#refuse(line, line.problem ?? 'not_utf8', rows);
      return;
    }
    const begun = this.#pending.length > 0;
    if (!begun && line.text === '') return;
    const address = this.#header?.address ?? -1;
    const before = this.#cells.length;
    const split = splitLine(line.text, this.#delimiter, this.#cells, this.#open);
    if (before <= address && address < this.#cells.length) this.#addressLine = line.number;
    this.#pending.push(line);
    this.#held += line.text.length;
    this.#open = split.open;
    const endless = split.open !== undefined && (alone || this.#held > MAX_LINE);
    if (split.misplaced || endless || (split.open === undefined && begun && this.#addressIsBroken()))
      this.#giveUp(rows);
    else if (split.open === undefined) this.#take(rows);
  }

  /** Nothing closes a quote that is open now. */
  end(rows: ImportRow[]): void {
    while (this.#pending.length > 0) this.#giveUp(rows);
  }

  /** No address has a line break, so the quote before it was not meant to hold what it holds. */
  #addressIsBroken(): boolean {
    const { address } = this.#header ?? {};
    return address !== undefined && (this.#cells[address]?.includes('\n') ?? false);
  }

  /** Refuses the line that opened the quote, and reads the others anew: all but the last as one record each, for bounded work. */
  #giveUp(rows: ImportRow[]): void {
    const [first, ...rest] = this.#pending;
    this.#clear();
    if (first) this.#refuse(first, 'quote_open', rows);
    for (const [i, line] of rest.entries()) this.read(line, rows, i < rest.length - 1);
  }

  #take(rows: ImportRow[]): void {
    const cells = this.#cells;
    const addressLine = this.#addressLine;
    const [first, ...more] = this.#pending;
    this.#clear();
    if (!first) return;
    const header = this.#header;
    if (!header) {
      this.#header = headerOf(cells, this.#asked, this.#path);
      return;
    }
    if (cells.length !== header.width) rows.push(refusedRow(first.number, 'bad_columns'));
    else if (/^"|"$/.test(cells[header.address ?? -1] ?? ''))
      rows.push(refusedRow(first.number, 'quote_open'));
    else rows.push(rowOf(first.number, header.columns, (name) => cells[header.places.get(name) ?? -1]));
    if (more.length === 0) return;
    for (const line of [first, ...more])
      if (line.number !== addressLine && this.#looksLikeRow(line, header))
        rows.push(refusedRow(line.number, 'quote_open'));
  }

  /** Text between quotes may hold anything, also what would be a whole row: then it can't be told which it is. */
  #looksLikeRow({ text }: Line, { width, address }: Header): boolean {
    if (text === undefined || address === undefined) return false;
    const cells = text.replaceAll('"', '').split(this.#delimiter);
    return cells.length === width && /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(cells[address] ?? '');
  }

  #refuse({ number }: Line, why: RowProblem, rows: ImportRow[]): void {
    if (!this.#header)
      throw new CustosError(
        'INPUT_CSV',
        `${this.#path} line ${number}: ${ROW_PROBLEMS[why]}, so the names of the columns are not known. Check the quotes, the delimiter and the encoding.`,
      );
    rows.push(refusedRow(number, why));
  }

  #clear(): void {
    this.#pending = [];
    this.#cells = [];
    this.#open = undefined;
    this.#held = 0;
    this.#addressLine = 0;
  }
}

function headerOf(names: readonly string[], asked: ColumnNames, path: string): Header {
  const columns = chooseColumns(names, asked, path);
  const address = columns.url === undefined ? undefined : names.indexOf(columns.url);
  // Of two columns with one name the first counts.
  const places = new Map([...names.entries()].reverse().map(([place, name]) => [name, place]));
  return { columns, places, width: names.length, address };
}

/**
 * Splits one line into cells.
 * @param cells gets the cells that end here
 * @param open what earlier lines put into a quoted cell that is still open
 * @returns the cell that is open at the end, or that a quote from an earlier line closes in the middle of a cell
 */
function splitLine(
  text: string,
  delimiter: Delimiter,
  cells: string[],
  open: string | undefined,
): { open?: string; misplaced?: boolean } {
  let inherited = open !== undefined;
  let cell = open ?? '';
  let begin = 0;
  let at = 0;
  for (;;) {
    if (!inherited && at === begin) {
      if (text[at] !== '"') {
        const end = text.indexOf(delimiter, at);
        cells.push(text.slice(at, end < 0 ? undefined : end));
        if (end < 0) return {};
        begin = at = end + 1;
        continue;
      }
      cell = '';
      at++;
    }
    const end = text.indexOf('"', at);
    if (end < 0) return { open: `${cell}${text.slice(at)}\n` };
    cell += text.slice(at, end);
    const next = text[end + 1];
    if (next === '"') {
      cell += '"';
      at = end + 2;
      continue;
    }
    if (next !== undefined && next !== delimiter) {
      if (inherited) return { misplaced: true };
      // On one line it is clear what was meant: the quotes are part of the text.
      const stop = text.indexOf(delimiter, end);
      cells.push(text.slice(begin, stop < 0 ? undefined : stop));
      if (stop < 0) return {};
      begin = at = stop + 1;
      continue;
    }
    cells.push(cell);
    if (next === undefined) return {};
    inherited = false;
    begin = at = end + 2;
  }
}
