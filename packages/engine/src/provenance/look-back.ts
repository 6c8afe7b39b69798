/** The question of an emergency: these addresses were poisoned – which data, models, releases and live systems did it reach? */
import type { Clock, Digest, Evidence } from '@custos/core';
import {
  type FoundRecord,
  formatDigestPrefix,
  formatTime,
  type IndexReader,
  type RecordFilter,
  urlRange,
} from '@custos/provenance';
import { type LookBackQuestion, parseQuestion } from './query.ts';
import { type TouchedDataset, type Trace, trace } from './trace.ts';

export interface SourceHits {
  readonly dataset: string;
  readonly file: string;
  /** Records of a known time, in the window when one was asked for. */
  readonly records: number;
  /** Records of unknown time: they may be touched. */
  readonly unknownTime: number;
}

export interface LookBackRecord {
  readonly url: string;
  /** RFC 3339, or `unknown`. */
  readonly time: string;
  /** First 48 bits in hex; empty when unknown. */
  readonly digest: string;
  readonly dataset: string;
  readonly file: string;
}

export interface LookBackAnswer extends Trace {
  readonly asked: readonly string[];
  readonly answeredAt: string;
  readonly minutes: number;
  readonly records: number;
  readonly unknownTime: number;
  readonly sources: readonly SourceHits[];
  readonly datasets: readonly { readonly dataset: string; readonly digests: readonly Digest[] }[];
  /** The first records; all of them go to `onRecords`. */
  readonly sample: readonly LookBackRecord[];
  readonly limits: readonly string[];
}

const SAMPLE = 100;

export interface LookBackOptions {
  readonly index: IndexReader;
  readonly evidence: readonly Evidence[];
  readonly clock: Clock;
  /** Milliseconds that pass, for the length of the answer. */
  readonly elapsed: () => number;
  /** Gets every record, batch by batch. */
  readonly onRecords?: (records: readonly LookBackRecord[]) => void | Promise<void>;
}

/** @throws CustosError for a question that can't be asked, INDEX_DAMAGED for an index that can't answer */
export async function lookBack(
  question: LookBackQuestion,
  options: LookBackOptions,
): Promise<LookBackAnswer> {
  const started = options.elapsed();
  const { asked, filters } = parseQuestion(question);
  const hits = new Map<number, { known: number; unknown: number }>();
  const sample: LookBackRecord[] = [];
  for (const [i, filter] of filters.entries())
    for (const found of options.index.records(filter)) {
      // What two questions find is counted once.
      const batch =
        i === 0 ? found : found.filter((record) => !filters.slice(0, i).some((f) => matches(f, record)));
      for (const record of batch) count(hits, record);
      if (sample.length < SAMPLE)
        sample.push(...shown(options.index, batch.slice(0, SAMPLE - sample.length)));
      if (options.onRecords) await options.onRecords(shown(options.index, batch));
    }
  const touched = touchedDatasets(options.index, [...hits.keys()]);
  const traced = trace(touched, options.evidence);
  const sources = [...hits].map(([number, { known, unknown }]): SourceHits => {
    const source = options.index.sources[number];
    return {
      dataset: source?.dataset ?? `source ${number}`,
      file: source?.file ?? '',
      records: known,
      unknownTime: unknown,
    };
  });
  return {
    asked,
    answeredAt: options.clock.now(),
    minutes: (options.elapsed() - started) / 60_000,
    records: sources.reduce((sum, { records }) => sum + records, 0),
    unknownTime: sources.reduce((sum, { unknownTime }) => sum + unknownTime, 0),
    sources,
    datasets: touched.map(({ dataset, digests }) => ({ dataset, digests })),
    sample,
    ...traced,
    limits: limitsOf(options.index, question),
  };
}

function matches({ from, to, digest }: RecordFilter, record: FoundRecord): boolean {
  if (digest !== undefined) return digest === record.digest;
  const key = urlRange(record.url).from;
  return (!from || Buffer.compare(key, from) >= 0) && (!to || Buffer.compare(key, to) < 0);
}

function count(hits: Map<number, { known: number; unknown: number }>, { source, time }: FoundRecord): void {
  let hit = hits.get(source);
  if (!hit) {
    hit = { known: 0, unknown: 0 };
    hits.set(source, hit);
  }
  if (time === 0) hit.unknown++;
  else hit.known++;
}

function shown(index: IndexReader, batch: readonly FoundRecord[]): LookBackRecord[] {
  return batch.map(({ url, time, digest, source }) => {
    const from = index.sources[source];
    return {
      url,
      time: formatTime(time),
      digest: formatDigestPrefix(digest),
      dataset: from?.dataset ?? '',
      file: from?.file ?? '',
    };
  });
}

function touchedDatasets(index: IndexReader, numbers: readonly number[]): TouchedDataset[] {
  const found = new Map<
    string,
    { digests: Set<Digest>; usedIn: Map<string, TouchedDataset['usedIn'][number]> }
  >();
  for (const number of numbers) {
    const source = index.sources[number];
    if (!source) continue;
    const known = found.get(source.dataset) ?? { digests: new Set(), usedIn: new Map() };
    const digest = source.datasetDigest ?? source.fileDigest;
    if (digest) known.digests.add(digest);
    for (const use of source.usedIn) known.usedIn.set(`${use.model} ${use.digest}`, use);
    found.set(source.dataset, known);
  }
  return [...found]
    .map(([dataset, { digests, usedIn }]) => ({
      dataset,
      digests: [...digests],
      usedIn: [...usedIn.values()],
    }))
    .sort((a, b) => (a.dataset < b.dataset ? -1 : 1));
}

/** What the index can't know: rows without an address answer no question by address, and none by digest without one. */
function limitsOf(index: IndexReader, question: LookBackQuestion): string[] {
  const limits: string[] = [];
  const sum = (of: 'rowsWithSource' | 'rowsWithDigest') =>
    index.sources.reduce((total, source) => total + source.rows - source[of], 0);
  const lost = sum('rowsWithSource');
  if (lost > 0)
    limits.push(`${lost} imported rows have no usable address and can't be found by any question.`);
  const undigested = sum('rowsWithDigest');
  if ((question.digests?.length ?? 0) > 0 && undigested > 0)
    limits.push(`${undigested} imported rows have no digest and can't be found by one.`);
  return limits;
}
