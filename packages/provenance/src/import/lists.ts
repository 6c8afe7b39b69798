/** Lists: JSON Lines, CSV and TSV, and plain lists of addresses. */
import { Transform } from 'node:stream';
import { CustosError } from '@custos/core';
import { parse } from 'csv-parse';
import { depthOf, isObject } from '../records/json.ts';
import { lines, MAX_LINE, pieces } from './bytes.ts';
import { type ColumnNames, type Columns, chooseColumns, RowColumns, rowOf } from './columns.ts';
import { type ImportRow, type Rows, refusedRow } from './row.ts';

const MAX_DEPTH = 64;
const BATCH = 1024;

/** One JSON object a line; they need not all have the same keys. */
export async function* jsonLines(path: string, asked: ColumnNames): Rows {
  const columns = new RowColumns(asked, path);
  for await (const batch of lines(path)) {
    const rows: ImportRow[] = [];
    for (const { number, text, problem } of batch) {
      if (text === undefined) rows.push(refusedRow(number, problem ?? 'not_utf8'));
      else if (text.trim() !== '') {
        const value = parseObject(text);
        if (!value) rows.push(refusedRow(number, 'not_json'));
        else rows.push(rowOf(number, columns.of(value), (column) => value[column]));
      }
    }
    yield rows;
  }
  columns.end();
}

export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && depthOf(value, MAX_DEPTH) < MAX_DEPTH ? value : undefined;
  } catch {
    return undefined;
  }
}

/** One address a line; empty lines and lines that begin with `#` are none. */
export async function* urlList(path: string): Rows {
  for await (const batch of lines(path))
    yield batch.flatMap(({ number, text, problem }): ImportRow[] => {
      if (text === undefined) return [refusedRow(number, problem ?? 'not_utf8')];
      const url = text.trim();
      return url === '' || url.startsWith('#') ? [] : [{ line: number, url, time: 0, digest: 0 }];
    });
}

/** Comma- or tab-separated values (RFC 4180) with a line of names. */
export async function* separated(path: string, asked: ColumnNames, delimiter: ',' | '\t'): Rows {
  const refused: ImportRow[] = [];
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    relax_quotes: true,
    max_record_size: MAX_LINE,
    on_skip: (error) => {
      refused.push(
        refusedRow(
          Number(error?.lines ?? 0),
          error?.code === 'CSV_MAX_RECORD_SIZE' ? 'line_too_long' : 'bad_columns',
        ),
      );
      return undefined;
    },
  });
  const source = Transform.from(pieces(path));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let names: string[] | undefined;
  let columns: Columns | undefined;
  let rows: ImportRow[] = [];
  try {
    for await (const item of parser) {
      const { record, line } = recordOf(item);
      if (!names || !columns) {
        names = record;
        columns = chooseColumns(names, asked, path);
        continue;
      }
      const known = names;
      if (record.some((cell) => cell.includes('\uFFFD'))) rows.push(refusedRow(line, 'not_utf8'));
      else rows.push(rowOf(line, columns, (column) => record[known.indexOf(column)]));
      if (rows.length >= BATCH || refused.length > 0) {
        yield [...rows, ...refused.splice(0)];
        rows = [];
      }
    }
  } catch (cause) {
    if (cause instanceof CustosError) throw cause;
    throw new CustosError(
      'INPUT_CSV',
      `${path}: ${cause instanceof Error ? cause.message : 'it can not be read as CSV'}. Check the delimiter and the quotes.`,
      { cause },
    );
  } finally {
    source.destroy();
    parser.destroy();
  }
  yield [...rows, ...refused];
}

function recordOf(item: unknown): { record: string[]; line: number } {
  if (!isObject(item) || !Array.isArray(item.record) || !isObject(item.info)) return { record: [], line: 0 };
  return { record: item.record.map(String), line: Number(item.info.lines) };
}
