/** What changed between two scans, by asset and by finding. Where something stands does not count: lines move. */
import type { Asset, Finding } from '@custos/core';

export interface ChangedAsset {
  readonly id: string;
  /** Names of the fields that differ, such as `version`, `digest`, `properties.floating`. */
  readonly fields: readonly string[];
  readonly before: Asset;
  readonly after: Asset;
}

export interface Difference {
  readonly added: readonly Asset[];
  readonly removed: readonly Asset[];
  readonly changed: readonly ChangedAsset[];
  readonly newFindings: readonly Finding[];
  readonly goneFindings: readonly Finding[];
}

interface Scanned {
  readonly assets: readonly Asset[];
  readonly findings: readonly Finding[];
}

/** @example difference(scanOfMain, scanOfBranch).added.map((asset) => asset.id) */
export function difference(before: Scanned, after: Scanned): Difference {
  const old = new Map(before.assets.map((asset) => [asset.id, asset]));
  const now = new Set(after.assets.map((asset) => asset.id));
  return {
    added: after.assets.filter((asset) => !old.has(asset.id)),
    removed: before.assets.filter((asset) => !now.has(asset.id)),
    changed: after.assets.flatMap((asset) => {
      const earlier = old.get(asset.id);
      const fields = earlier === undefined ? [] : differing(earlier, asset);
      return earlier === undefined || fields.length === 0
        ? []
        : [{ id: asset.id, fields, before: earlier, after: asset }];
    }),
    newFindings: without(after.findings, before.findings),
    goneFindings: without(before.findings, after.findings),
  };
}

const FIELDS = ['version', 'digest', 'origin', 'provider', 'owner'] as const;

function differing(before: Asset, after: Asset): string[] {
  const properties = new Set([
    ...Object.keys(before.properties ?? {}),
    ...Object.keys(after.properties ?? {}),
  ]);
  properties.delete('confidence');
  return [
    ...FIELDS.filter((field) => before[field] !== after[field]),
    ...[...properties]
      .filter((name) => before.properties?.[name] !== after.properties?.[name])
      .map((name) => `properties.${name}`)
      .sort(),
  ];
}

/** Each finding takes one of the same kind with it, so that a second secret in the same file counts as new. */
function without(these: readonly Finding[], those: readonly Finding[]): Finding[] {
  const left = new Map<string, number>();
  for (const finding of those) left.set(key(finding), (left.get(key(finding)) ?? 0) + 1);
  return these.filter((finding) => {
    const count = left.get(key(finding)) ?? 0;
    left.set(key(finding), count - 1);
    return count <= 0;
  });
}

const key = (finding: Finding): string =>
  JSON.stringify([finding.rule, finding.location.path, finding.asset, finding.message]);
