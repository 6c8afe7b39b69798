/** One digest for what makes a system behave as it does: any other model, prompt, setting or approved use gives another. */
import type { Asset, Digest, SystemDeclaration } from '@custos/core';
import { canonicalize } from './canonical.ts';
import { sha256 } from './digest.ts';

/**
 * SHA-256 over the RFC 8785 form of the asset versions, as a sorted set of [kind, id, version, digest], with the declared
 * use and thresholds. Order and repetition of assets do not matter; where they stand and who owns them does not either.
 */
export function fingerprint(
  assets: Iterable<Pick<Asset, 'kind' | 'id' | 'version' | 'digest'>>,
  declaration: Pick<SystemDeclaration, 'use' | 'thresholds'>,
): Digest {
  const versions = new Map<string, (string | null)[]>();
  for (const { kind, id, version, digest } of assets) {
    const row = [kind, id, version ?? null, digest ?? null];
    versions.set(canonicalize(row), row);
  }
  const sorted = [...versions.keys()].sort().map((key) => versions.get(key) ?? []);
  const { inputs, outputs, tools, users, exposure, prohibited } = declaration.use;
  const use = { exposure, ...sortedLists({ inputs, outputs, tools, users, prohibited }) };
  return sha256(canonicalize({ assets: sorted, thresholds: declaration.thresholds, use }));
}

/** The lists of a declared use are sets. */
function sortedLists(lists: Record<string, readonly string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, [...new Set(list)].sort()]));
}
