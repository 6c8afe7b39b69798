/**
 * Coverage against the inventory. An empty inventory covers nothing: it is never a pass, so these helpers leave an
 * `inconclusive` reason themselves.
 */
import type { Asset, AssetKind, Digest, PredicateName } from '@custos/core';
import type { CheckContext, Query } from './check-context.ts';
import { list } from './check-context.ts';
import type { Found } from './evidence-index.ts';

/** Assets of the kinds (all without kinds); leaves `NO_ASSETS` when there is none. */
export function inventory(c: CheckContext, ...kinds: AssetKind[]): readonly Asset[] {
  const assets = c.assets(...kinds);
  if (assets.length === 0)
    c.unclear(
      'NO_ASSETS',
      `The inventory holds no ${kinds.length === 0 ? 'asset' : kinds.join(' or ')}. Next: run \`custos assess\` over the whole source, or declare what it can't see under \`assets\` in custos.yaml.`,
    );
  return assets;
}

/** Evidence may name an asset by id or by name. */
export function isCalled(asset: Asset, text: string): boolean {
  return text === asset.id || text === asset.name;
}

/** What evidence about an asset must be bound to: the asset's own digest, else the fingerprint of the system. */
export function digestInUse(c: CheckContext, asset: Asset): Digest | undefined {
  return asset.digest ?? c.fingerprint;
}

/** Kinds whose content an organisation keeps and can therefore hash, version and guard. */
const KEPT_KINDS: readonly AssetKind[] = ['model', 'dataset', 'prompt', 'configuration'];

/** Models, data, prompts and configuration that the organisation keeps; hosted ones have no content here. */
export function keptAssets(c: CheckContext): readonly Asset[] {
  const kept = c
    .assets(...KEPT_KINDS)
    .filter((asset) => asset.digest !== undefined || asset.origin !== 'external');
  if (kept.length === 0)
    c.unclear(
      'NO_ASSETS',
      'The inventory holds no model, dataset, prompt or configuration of your own. Next: declare them under `assets` in custos.yaml or scan where they are kept.',
    );
  return kept;
}

/**
 * The newest evidence of every key, with none lost: where the newest of a key is stale, a `STALE` reason stays, since
 * fresh evidence about one place says nothing of another.
 */
export function eachCurrent<N extends PredicateName>(
  c: CheckContext,
  name: N,
  query: Query<N>,
  key: (content: Found<N>['content']) => string,
): Found<N>[] {
  const fresh = c.every(name, query, key);
  if (fresh.length === 0) return fresh;
  const current = new Set(fresh.map((found) => found.id));
  const { where, from } = query;
  const stale = c
    .past<N>(name, { ...(where ? { where } : {}), ...(from ? { from } : {}), key })
    .filter((found) => !current.has(found.id));
  if (stale.length > 0)
    c.unclear(
      'STALE',
      `${query.what}: too old for ${list(stale.map((found) => key(found.content)))}. Next: ${query.step}, or retract what no longer exists.`,
    );
  return fresh;
}
