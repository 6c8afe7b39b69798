/** Parquet lists of addresses, one row group at a time and only the columns that are needed. */
import { CustosError } from '@custos/core';
import { type AsyncBuffer, parquetMetadataAsync } from 'hyparquet';
import { isObject } from '../records/json.ts';
import { type ColumnNames, chooseColumns, rowOf } from './columns.ts';
import { checkPages } from './parquet-pages.ts';
import { ParquetThread } from './parquet-thread.ts';
import { openRandomAccess } from './random-access.ts';
import { type ImportRow, type Rows, refusedRow } from './row.ts';

const BATCH = 4096;
/** A row group that claims more rows, or more bytes in the columns that are read, is not read. */
const MAX_GROUP_ROWS = 20_000_000;
const MAX_GROUP_BYTES = 2 ** 31;

/**
 * @param patience milliseconds for the smallest row group
 * @throws CustosError INPUT_PARQUET for what is no whole Parquet file, INPUT_COLUMN
 */
export async function* parquet(path: string, asked: ColumnNames, patience?: number): Rows {
  const source = openRandomAccess(path);
  let thread: ParquetThread | undefined;
  try {
    thread = new ParquetThread(path, patience);
    yield* rowsOf(source.buffer, thread, path, asked);
  } catch (cause) {
    if (cause instanceof CustosError) throw cause;
    throw new CustosError(
      'INPUT_PARQUET',
      `${path} is no Parquet file that can be read: ${cause instanceof Error ? cause.message.slice(0, 160) : 'unknown reason'}. Get it again, or export it anew.`,
      { cause },
    );
  } finally {
    await thread?.close();
    source.close();
  }
}

async function* rowsOf(file: AsyncBuffer, thread: ParquetThread, path: string, asked: ColumnNames): Rows {
  const metadata = await parquetMetadataAsync(file);
  // Top-level columns only: an address inside a list or a map belongs to no row alone.
  const names = metadata.schema.slice(1).flatMap(({ name, num_children }) => (num_children ? [] : [name]));
  const columns = chooseColumns(names, asked, path);
  const wanted = [...new Set(Object.values(columns))].filter((name): name is string => name !== undefined);
  let start = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    if (!(rows >= 0 && rows <= MAX_GROUP_ROWS) || groupBytes(group, wanted) > MAX_GROUP_BYTES)
      throw new Error(`a row group claims ${rows} rows`);
    for (const { meta_data: meta } of group.columns)
      if (meta && wanted.includes(meta.path_in_schema[0] ?? '')) {
        const from = Number(meta.dictionary_page_offset || meta.data_page_offset);
        const chunk = await file.slice(from, from + Number(meta.total_compressed_size));
        checkPages(new Uint8Array(chunk), rows);
      }
    const end = start + rows;
    const found: unknown[] =
      wanted.length === 0 || rows === 0
        ? Array.from({ length: rows }, () => ({}))
        : await thread.read(wanted, start, end);
    for (let from = 0; from < found.length; from += BATCH)
      yield found.slice(from, from + BATCH).map((row, i): ImportRow => {
        const line = start + from + i + 1;
        return isObject(row) ? rowOf(line, columns, (column) => row[column]) : refusedRow(line, 'bad_record');
      });
    for (let lost = found.length; lost < rows; lost++) yield [refusedRow(start + lost + 1, 'truncated')];
    start = end;
  }
}

function groupBytes(
  group: { columns: { meta_data?: { path_in_schema: string[]; total_uncompressed_size: bigint } }[] },
  wanted: readonly string[],
): number {
  return group.columns.reduce((sum, { meta_data: meta }) => {
    const reads = meta !== undefined && wanted.includes(meta.path_in_schema[0] ?? '');
    return reads ? sum + Number(meta.total_uncompressed_size) : sum;
  }, 0);
}
