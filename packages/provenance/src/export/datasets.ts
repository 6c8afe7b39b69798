/** The datasets of a manifest: sources of the same dataset version taken together. */
import type { Digest } from '@custos/core';
import type { Manifest, SourceInfo, Use } from '../index/manifest.ts';

export interface DatasetSummary {
  readonly dataset: string;
  /** Digest of its version: as given, else of its only file. */
  readonly digest: Digest | undefined;
  readonly sources: readonly SourceInfo[];
  readonly rows: number;
  readonly rowsWithSource: number;
  readonly rowsWithTime: number;
  readonly rowsWithDigest: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly minTime: number;
  readonly maxTime: number;
  readonly usedIn: readonly Use[];
}

/** One summary for each dataset version, in the order of their first import. */
export function datasetsOf(manifest: Manifest): DatasetSummary[] {
  const groups = new Map<string, SourceInfo[]>();
  for (const source of manifest.sources) {
    const key = JSON.stringify([source.dataset, source.datasetDigest ?? '']);
    groups.set(key, [...(groups.get(key) ?? []), source]);
  }
  return [...groups.values()].flatMap((sources) => {
    const first = sources[0];
    return first ? [summarise(first, sources)] : [];
  });
}

function summarise(first: SourceInfo, sources: readonly SourceInfo[]): DatasetSummary {
  const sum = (of: (source: SourceInfo) => number) =>
    sources.reduce((total, source) => total + of(source), 0);
  const known = sources.filter(({ minTime }) => minTime !== 0);
  const refused: Record<string, number> = {};
  for (const source of sources)
    for (const [reason, count] of Object.entries(source.refused))
      refused[reason] = (refused[reason] ?? 0) + count;
  const uses = new Map(
    sources.flatMap(({ usedIn }) => usedIn.map((use) => [`${use.model} ${use.digest}`, use])),
  );
  return {
    dataset: first.dataset,
    digest: first.datasetDigest ?? (sources.length === 1 ? first.fileDigest : undefined),
    sources,
    rows: sum(({ rows }) => rows),
    rowsWithSource: sum(({ rowsWithSource }) => rowsWithSource),
    rowsWithTime: sum(({ rowsWithTime }) => rowsWithTime),
    rowsWithDigest: sum(({ rowsWithDigest }) => rowsWithDigest),
    refused,
    minTime: known.reduce((least, { minTime }) => (least === 0 ? minTime : Math.min(least, minTime)), 0),
    maxTime: sources.reduce((most, { maxTime }) => Math.max(most, maxTime), 0),
    usedIn: [...uses.values()],
  };
}
