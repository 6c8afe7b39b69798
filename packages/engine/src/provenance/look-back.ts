/** The question of an emergency: these addresses were poisoned – which data, models, releases and live systems did it reach? */
import { type Clock, CustosError, type Digest, type Evidence } from '@custos/core';
import {
  type DigestAlgorithm,
  type FoundRecord,
  formatDigestPrefix,
  formatTime,
  type IndexReader,
  type RecordFilter,
  type SourceInfo,
  urlRange,
} from '@custos/provenance';
import { type LookBackQuestion, parseQuestion } from './query.ts';
import { type TouchedDataset, type Trace, type TraceOptions, trace } from './trace.ts';

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
  /** False when anything is not known: `gaps` and `limits` say what. Nothing found is then not "nothing there". */
  readonly complete: boolean;
}

const SAMPLE = 100;

export interface LookBackOptions {
  readonly index: IndexReader;
  readonly evidence: readonly Evidence[];
  /** Ledger entries that could not be read. */
  readonly damaged?: TraceOptions['damaged'];
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
  const { asked, filters, algorithms } = parseQuestion(question);
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
  const traced = trace(touched, options.evidence, {
    searched: new Set(options.index.sources.map(versionOf).filter((digest) => digest !== undefined)),
    damaged: options.damaged ?? [],
  });
  const limits = limitsOf(options.index, algorithms);
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
    limits,
    complete: traced.gaps.length === 0 && limits.length === 0,
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
    if (!source)
      throw new CustosError(
        'INDEX_DAMAGED',
        `${index.dir}: records name source ${number}, which the manifest does not hold. Run \`custos provenance verify\`, then restore the index.`,
      );
    const known = found.get(source.dataset) ?? { digests: new Set(), usedIn: new Map() };
    const digest = versionOf(source);
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

function versionOf({ datasetDigest, fileDigest }: SourceInfo): Digest | undefined {
  return datasetDigest ?? fileDigest;
}

/** What the index can't know: rows without an address answer no question by address, and none by a digest of another algorithm. */
function limitsOf({ sources }: IndexReader, algorithms: ReadonlySet<DigestAlgorithm>): string[] {
  const limits: string[] = [];
  const sum = (of: (source: SourceInfo) => number) =>
    sources.reduce((total, source) => total + of(source), 0);
  const rows = sum((source) => source.rows);
  const lost = rows - sum(({ rowsWithSource }) => rowsWithSource);
  if (lost > 0)
    limits.push(`${lost} imported rows have no usable address and can't be found by any question.`);
  const untold = sum(({ digests, rowsWithDigest }) => (digests ? 0 : rowsWithDigest));
  for (const algorithm of algorithms) {
    const having = sum(({ digests }) => digests?.[algorithm] ?? 0);
    if (having === 0 && untold === 0)
      limits.push(
        `No ${algorithm} digest was recorded for any of ${rows} imported rows (recorded: ${recorded(sources)}), so it is unknown whether they hold this content. Ask by address, or by a digest that was recorded.`,
      );
    else {
      if (rows > having + untold)
        limits.push(
          `${rows - having - untold} imported rows have no ${algorithm} digest and can't be found by one.`,
        );
      if (untold > 0)
        limits.push(
          `Of ${untold} digests it was not noted by which algorithm they were made; import those files again.`,
        );
    }
  }
  return limits;
}

function recorded(sources: readonly SourceInfo[]): string {
  const counts = new Map<string, number>();
  for (const { digests } of sources)
    for (const [algorithm, count] of Object.entries(digests ?? {}))
      counts.set(algorithm, (counts.get(algorithm) ?? 0) + count);
  return [...counts].map(([algorithm, count]) => `${algorithm} ${count}`).join(', ') || 'none';
}
