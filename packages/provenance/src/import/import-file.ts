/** One file into an index: every row is counted, and what is wrong with a row is said with its line. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { type Clock, CustosError, type Digest, millis } from '@custos/core';
import { hashFile } from '@custos/trust';
import type { IndexBuilder } from '../index/builder.ts';
import type { SourceInfo, Use } from '../index/manifest.ts';
import { urlProblemWords } from '../url/from-key.ts';
import { URL_PROBLEMS } from '../url/url-key.ts';
import { headOf } from './bytes.ts';
import { cdx, cdxj } from './cdx.ts';
import type { ColumnNames } from './columns.ts';
import { croissantRows, type Described, datasetCardRows, dvcRows, openLineageRows } from './documents.ts';
import type { ImportFormat } from './format.ts';
import { jsonLines, urlList } from './lists.ts';
import { Origins } from './origins.ts';
import { parquet } from './parquet.ts';
import { type ImportRow, ROW_PROBLEMS, type Rows } from './row.ts';
import { separated } from './separated.ts';
import { warc } from './warc.ts';

export interface ImportFileOptions {
  readonly dataset: string;
  readonly datasetDigest?: Digest | undefined;
  readonly visibility: 'public' | 'non_public';
  /** How it was obtained, 20 characters at least. */
  readonly acquisition: string;
  readonly licence?: string | undefined;
  readonly collector?: string | undefined;
  readonly usedIn: readonly Use[];
  readonly format: ImportFormat;
  readonly columns: ColumnNames;
  readonly clock: Clock;
  readonly onProgress?: ((rows: number) => void) | undefined;
}

export interface RowFault {
  readonly line: number;
  readonly reason: string;
  readonly message: string;
}

export interface ImportedFile {
  readonly source: SourceInfo;
  /** The first rows that named no usable address, or could not be read. */
  readonly faults: readonly RowFault[];
}

const SHOWN_FAULTS = 20;

/**
 * Reads a file into a builder; the index changes only when the builder finishes.
 * @throws CustosError INPUT_* for a file that can't be read as what it is; rows never throw
 */
export async function importFile(
  builder: IndexBuilder,
  path: string,
  options: ImportFileOptions,
): Promise<ImportedFile> {
  const state = stateOf(path);
  const opened = open(path, options);
  const { dataset, datasetDigest, visibility, acquisition, usedIn, format, clock } = options;
  const licence = options.licence ?? opened.licence;
  const collector = options.collector ?? opened.collector;
  const counter = new RowCounter();
  const known: SourceInfo = {
    dataset,
    ...(datasetDigest ? { datasetDigest } : {}),
    visibility,
    acquisition,
    ...(licence ? { licence } : {}),
    ...(collector ? { collector } : {}),
    file: basename(path),
    fileDigest: await hashFile(path),
    format,
    importedAt: clock.now(),
    usedIn: [...usedIn],
    ...counter.summary(),
  };
  refuseRepetition(builder, known, path);
  const number = builder.addSource(known);
  // A day of grace for clocks. What was acquired later than now was not: its time is unknown.
  const latest = millis(known.importedAt) / 1000 + 86_400;
  for await (const rows of opened.rows) {
    for (const read of rows) {
      const row = read.time > latest ? { ...read, time: 0 } : read;
      if (builder.full) await builder.drain();
      counter.count(
        row,
        row.url === undefined ? undefined : builder.add(row.url, row.time, row.digest, number),
      );
    }
    options.onProgress?.(counter.rows);
  }
  const source = { ...known, ...counter.summary() };
  if (stateOf(path) !== state)
    throw new CustosError(
      'INPUT_CHANGED',
      `${path} was changed while it was read, so its rows are not those of its digest and nothing was added. Wait until it is whole, and import it again.`,
    );
  if (source.rows === 0)
    throw new CustosError('INPUT_EMPTY', `${path} holds no rows. Check the file and its format (${format}).`);
  builder.setSource(number, source);
  return { source, faults: counter.faults };
}

/** Changes when the file does. @throws CustosError INPUT_PATH */
function stateOf(path: string): string {
  headOf(path, 0);
  const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
  return `${dev} ${ino} ${size} ${mtimeNs}`;
}

/** The same bytes for the same dataset version are rows that the index already counts. */
function refuseRepetition(builder: IndexBuilder, source: SourceInfo, path: string): void {
  const { dataset, datasetDigest, fileDigest } = source;
  const before = builder.sources.find(
    (known) =>
      known.dataset === dataset && known.datasetDigest === datasetDigest && known.fileDigest === fileDigest,
  );
  if (before)
    throw new CustosError(
      'INPUT_REPEATED',
      `${path} was imported for ${dataset} at ${before.importedAt} already, so nothing was added. Leave it out.`,
    );
}

function open(
  path: string,
  { format, columns }: ImportFileOptions,
): Omit<Described, 'rows'> & { rows: Rows } {
  switch (format) {
    case 'warc':
      return { rows: warc(path) };
    case 'cdxj':
      return { rows: cdxj(path) };
    case 'cdx':
      return { rows: cdx(path) };
    case 'parquet':
      return { rows: parquet(path, columns) };
    case 'jsonl':
      return { rows: jsonLines(path, columns) };
    case 'csv':
      return { rows: separated(path, columns, ',') };
    case 'tsv':
      return { rows: separated(path, columns, '\t') };
    case 'urls':
      return { rows: urlList(path) };
    case 'croissant':
      return described(croissantRows(path));
    case 'card':
      return described(datasetCardRows(path));
    case 'dvc':
      return described(dvcRows(path));
    case 'openlineage':
      return described(openLineageRows(path));
  }
}

function described(document: Described): Omit<Described, 'rows'> & { rows: Rows } {
  async function* rows(): Rows {
    yield document.rows;
  }
  return { ...document, rows: rows() };
}

class RowCounter {
  readonly faults: RowFault[] = [];
  readonly #refused = new Map<string, number>();
  readonly #origins = new Origins();
  rows = 0;
  #withSource = 0;
  #withTime = 0;
  readonly #digests = new Map<string, number>();
  #withDigest = 0;
  #minTime = 0;
  #maxTime = 0;

  /** @param added what adding the address gave: 0, or its problem as a negative number; undefined when there is none */
  count(row: ImportRow, added: number | undefined): void {
    this.rows++;
    if (row.time !== 0) {
      this.#withTime++;
      if (this.#minTime === 0 || row.time < this.#minTime) this.#minTime = row.time;
      if (row.time > this.#maxTime) this.#maxTime = row.time;
    }
    if (row.digest !== 0) {
      this.#withDigest++;
      const algorithm = row.algorithm ?? 'other';
      this.#digests.set(algorithm, (this.#digests.get(algorithm) ?? 0) + 1);
    }
    if (added === 0 && row.url !== undefined) {
      this.#withSource++;
      this.#origins.add(row.url, row.time);
    } else this.#refuse(row, added);
  }

  #refuse(row: ImportRow, added: number | undefined): void {
    const problem = added === undefined ? undefined : (URL_PROBLEMS[-1 - added] ?? 'no_url');
    const reason = problem ? `url_${problem}` : (row.refused ?? 'no_address');
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
    if (this.faults.length >= SHOWN_FAULTS) return;
    const message = problem
      ? `its address can't be used: ${urlProblemWords(problem)}`
      : ROW_PROBLEMS[row.refused ?? 'no_address'];
    this.faults.push({ line: row.line, reason, message });
  }

  summary() {
    return {
      rows: this.rows,
      rowsWithSource: this.#withSource,
      rowsWithTime: this.#withTime,
      rowsWithDigest: this.#withDigest,
      digests: sorted(this.#digests),
      refused: sorted(this.#refused),
      minTime: this.#minTime,
      maxTime: this.#maxTime,
      origins: this.#origins.top(),
    };
  }
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
