/** Which column holds address, time and digest: as told, else by the names that such files use. */
import { CustosError, nearest } from '@custos/core';
import { parseDigestPrefix } from '../records/digest-text.ts';
import { fromEpoch, parseTime } from '../records/time.ts';
import type { ImportRow } from './row.ts';

export interface ColumnNames {
  readonly url?: string | undefined;
  readonly time?: string | undefined;
  readonly digest?: string | undefined;
}

const USUAL: Readonly<Record<keyof ColumnNames, readonly string[]>> = {
  url: [
    'url',
    'uri',
    'source_url',
    'page_url',
    'warc-target-uri',
    'warc_target_uri',
    'original',
    'link',
    'href',
    'source',
  ],
  time: [
    'acquired_at',
    'acquisition_time',
    'timestamp',
    'fetch_time',
    'crawl_time',
    'crawl_timestamp',
    'crawl_date',
    'warc-date',
    'warc_date',
    'retrieved_at',
    'accessed_at',
    'download_date',
    'date',
    'time',
  ],
  digest: ['sha256', 'content_digest', 'content_sha256', 'digest', 'checksum', 'sha1', 'md5', 'hash'],
};

/** Columns by their names in a file. A column that is not there leaves its values unknown. */
export interface Columns {
  readonly url: string | undefined;
  readonly time: string | undefined;
  readonly digest: string | undefined;
}

/** @throws CustosError INPUT_COLUMN when a column that was asked for is not there */
export function chooseColumns(present: readonly string[], asked: ColumnNames, path: string): Columns {
  const choose = (kind: keyof ColumnNames): string | undefined => {
    const name = asked[kind];
    if (name === undefined)
      return USUAL[kind].flatMap(
        (usual) => present.find((column) => column.toLowerCase() === usual) ?? [],
      )[0];
    if (present.includes(name)) return name;
    const guess = nearest(name, present);
    throw new CustosError(
      'INPUT_COLUMN',
      `${path} has no column "${name}" for the ${kind}.${guess ? ` Did you mean "${guess}"?` : ''} It has: ${present.slice(0, 20).join(', ')}.`,
    );
  };
  return { url: choose('url'), time: choose('time'), digest: choose('digest') };
}

/** @param get the value of a column in this row */
export function rowOf(line: number, columns: Columns, get: (column: string) => unknown): ImportRow {
  const value = (column: string | undefined) => (column === undefined ? undefined : get(column));
  const url = value(columns.url);
  const digest = value(columns.digest);
  return {
    line,
    url: typeof url === 'string' && url.trim() !== '' ? url : undefined,
    time: timeOf(value(columns.time)) ?? 0,
    digest: typeof digest === 'string' ? (parseDigestPrefix(digest) ?? 0) : 0,
  };
}

/** Text, numbers of any epoch unit, dates. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === 'string')
    return parseTime(value) ?? (/^\d{9,19}$/.test(value) ? fromEpoch(Number(value)) : undefined);
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value === 'bigint') return fromEpoch(Number(value));
  if (value instanceof Date) return fromEpoch(value.getTime() / 1000);
  return undefined;
}
