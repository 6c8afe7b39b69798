/**
 * Coverage against the inventory. An empty inventory covers nothing: it is never a pass, so these helpers leave an
 * `inconclusive` reason themselves.
 */
import type { Asset, AssetKind, Digest } from '@custos/core';
import type { CheckContext } from './check-context.ts';

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
