/** Which column holds address, time and digest: as told, else by the names that such files use. */
import { CustosError, nearest } from '@custos/core';
import { fromEpoch, parseTime } from '../records/time.ts';
import { digestOf, type ImportRow } from './row.ts';

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

const KINDS = ['url', 'time', 'digest'] as const;

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
    if (name !== undefined && !present.includes(name)) throw missingColumn(kind, name, present, path);
    return name ?? usualColumn(kind, present);
  };
  return { url: choose('url'), time: choose('time'), digest: choose('digest') };
}

function usualColumn(kind: keyof ColumnNames, present: readonly string[]): string | undefined {
  return USUAL[kind].flatMap((usual) => present.find((column) => column.toLowerCase() === usual) ?? [])[0];
}

function missingColumn(kind: string, name: string, present: readonly string[], path: string): CustosError {
  const guess = nearest(name, present);
  return new CustosError(
    'INPUT_COLUMN',
    `${path} has no column "${name}" for the ${kind}.${guess ? ` Did you mean "${guess}"?` : ''} It has: ${present.slice(0, 20).join(', ')}.`,
  );
}

const MAX_SHAPES = 1000;

/** Columns of rows that do not all have the same keys: chosen anew for each set of keys. */
export class RowColumns {
  readonly #asked: ColumnNames;
  readonly #path: string;
  readonly #shapes = new Map<string, Columns>();
  readonly #missing: Set<keyof ColumnNames>;
  #first: readonly string[] = [];

  constructor(asked: ColumnNames, path: string) {
    this.#asked = asked;
    this.#path = path;
    this.#missing = new Set(KINDS.filter((kind) => asked[kind] !== undefined));
  }

  of(row: object): Columns {
    const keys = Object.keys(row);
    const shape = keys.join('\0');
    const known = this.#shapes.get(shape);
    if (known) return known;
    if (this.#shapes.size === 0) this.#first = keys;
    const choose = (kind: keyof ColumnNames): string | undefined => {
      const name = this.#asked[kind];
      if (name === undefined) return usualColumn(kind, keys);
      if (!keys.includes(name)) return undefined;
      this.#missing.delete(kind);
      return name;
    };
    const made = { url: choose('url'), time: choose('time'), digest: choose('digest') };
    if (this.#shapes.size < MAX_SHAPES) this.#shapes.set(shape, made);
    return made;
  }

  /** @throws CustosError INPUT_COLUMN when no row had a column that was asked for */
  end(): void {
    for (const kind of this.#missing)
      throw missingColumn(kind, this.#asked[kind] ?? '', this.#first, this.#path);
  }
}

/** @param get the value of a column in this row */
export function rowOf(line: number, columns: Columns, get: (column: string) => unknown): ImportRow {
  const value = (column: string | undefined) => (column === undefined ? undefined : get(column));
  const url = value(columns.url);
  return {
    line,
    url: typeof url === 'string' && url.trim() !== '' ? url : undefined,
    time: timeOf(value(columns.time)) ?? 0,
    ...digestOf(value(columns.digest)),
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
