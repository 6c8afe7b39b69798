/** Lists: JSON Lines, and plain lists of addresses. */
import { depthOf, isObject } from '../records/json.ts';
import { lines } from './bytes.ts';
import { type ColumnNames, RowColumns, rowOf } from './columns.ts';
import { type ImportRow, type Rows, refusedRow } from './row.ts';

const MAX_DEPTH = 64;

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
