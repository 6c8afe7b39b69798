/** What a repository's history shows: findings and assets of every content it ever held, with when each was there. */
import type { Asset, Finding, Unknown } from '@custos/core';
import {
  type Commit,
  GitHistoryResolver,
  type HistoryLimits,
  type Sighting,
} from './resolvers/git-history.ts';
import { type ScanOptions, type ScanStats, scan } from './scan.ts';

export interface Seen {
  /** The oldest commit that had it. */
  readonly first: Commit;
  /** The newest commit that had it; undefined while a branch or tag still has it. */
  readonly last?: Commit;
}

export interface HistoryResult {
  /** Each with its plain path; the same finding in many versions of a file is one. */
  readonly findings: (Finding & Seen)[];
  readonly assets: (Asset & Seen)[];
  readonly unknowns: Unknown[];
  readonly stats: ScanStats;
}

/**
 * Scans every content reachable from any branch or tag.
 * @throws CustosError `SCAN_REVISION`, `SCAN_GIT_MISSING`
 * @example (await scanHistory('.')).findings.filter((one) => one.rule === 'secrets/hard-coded-secret' && one.last !== undefined)
 */
export async function scanHistory(
  repository: string,
  options: ScanOptions & Partial<HistoryLimits> = {},
): Promise<HistoryResult> {
  const resolver = new GitHistoryResolver(repository, limitsOf(options));
  const result = await scan(resolver, options);
  const findings = new Map<string, Finding & Seen>();
  for (const one of result.findings) {
    const sighting = resolver.sightings.get(one.location.path);
    if (sighting === undefined) continue;
    const plain = {
      ...one,
      message: withoutBlob(one.message),
      location: { ...one.location, path: sighting.path },
      ...seen(sighting),
    };
    if (plain.asset !== undefined) plain.asset = withoutBlob(plain.asset);
    // Lines move between versions of a file; what is said and where tells findings apart.
    const key = `${plain.rule} ${plain.location.path} ${plain.message}`;
    findings.set(key, widen(findings.get(key), plain));
  }
  const assets = new Map<string, Asset & Seen>();
  for (const one of result.assets) {
    const id = withoutBlob(one.id);
    for (const location of one.locations) {
      const sighting = resolver.sightings.get(location.path);
      if (sighting === undefined) continue;
      const plain: Asset & Seen = {
        ...one,
        id,
        name: withoutBlob(one.name),
        locations: [{ ...location, path: sighting.path }],
        ...seen(sighting),
      };
      const known = assets.get(id);
      const merged = widen(known, plain);
      const places = [...(known?.locations ?? []), ...plain.locations];
      merged.locations = [
        ...new Map(places.map((place) => [`${place.path}:${place.line ?? 0}`, place])).values(),
      ];
      assets.set(id, merged);
    }
  }
  return {
    findings: [...findings.values()].sort(
      (a, b) =>
        compare(a.location.path, b.location.path) || compare(a.rule, b.rule) || compare(a.message, b.message),
    ),
    assets: [...assets.values()].sort((a, b) => compare(a.id, b.id)),
    unknowns: result.unknowns.map((one) => ({
      ...one,
      location: { ...one.location, path: withoutBlob(one.location.path) },
    })),
    stats: result.stats,
  };
}

function limitsOf({ maxCommits, maxBlobs }: Partial<HistoryLimits>): Partial<HistoryLimits> {
  return {
    ...(maxCommits === undefined ? {} : { maxCommits }),
    ...(maxBlobs === undefined ? {} : { maxBlobs }),
  };
}

function seen(sighting: Sighting): Seen {
  return { first: sighting.first, ...(sighting.last === undefined ? {} : { last: sighting.last }) };
}

/** `<blob id>/<path>` is a path only inside the scan. */
function withoutBlob(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{40}(?:[0-9a-f]{24})?\//g, '');
}

/** The earlier of the first sightings, the later of the last; what is still there has no last. */
function widen<T extends Seen>(known: T | undefined, more: T): T {
  if (known === undefined) return more;
  const first = known.first.at <= more.first.at ? known.first : more.first;
  const { last: _known, ...rest } = known;
  if (known.last === undefined || more.last === undefined) return { ...rest, first } as T;
  return { ...known, first, last: known.last.at >= more.last.at ? known.last : more.last };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
