/** The inventory as its page works with it: gaps, neighbours, filters. */
import type { getInventory, ResultOf } from '@custos/contract';
import { AssetKind } from '@custos/core';
import { z } from 'zod';

export type Inventory = ResultOf<typeof getInventory>;
export type InventoryAsset = Inventory['assets'][number];

export const GAPS = ['owner', 'digest', 'approval'] as const;
export type Gap = (typeof GAPS)[number];

/** Kinds whose content lies with us when the asset is our own; a service has nothing to hash. */
const HASHED: ReadonlySet<AssetKind> = new Set(['model', 'dataset', 'prompt', 'configuration']);

export function gapsOf(asset: InventoryAsset): Gap[] {
  if (asset.state === 'dismissed') return [];
  return GAPS.filter((gap) => {
    if (gap === 'owner') return asset.owner === undefined;
    if (gap === 'digest')
      return asset.digest === undefined && asset.origin !== 'external' && HASHED.has(asset.kind);
    return asset.state !== 'approved';
  });
}

export const InventorySearch = z.object({
  view: z.literal('list').optional().catch(undefined),
  kinds: z.array(AssetKind).optional().catch(undefined),
  gaps: z.literal(true).optional().catch(undefined),
  search: z.string().max(200).optional().catch(undefined),
  asset: z.string().max(500).optional().catch(undefined),
});
export type InventorySearch = z.infer<typeof InventorySearch>;

export function filtered(
  inventory: Inventory,
  { kinds, gaps, search = '' }: InventorySearch,
): InventoryAsset[] {
  const words = search.trim().toLowerCase();
  return inventory.assets.filter(
    (asset) =>
      (kinds === undefined || kinds.length === 0 || kinds.includes(asset.kind)) &&
      (gaps === undefined || gapsOf(asset).length > 0) &&
      (words === '' || `${asset.id} ${asset.name} ${asset.provider ?? ''}`.toLowerCase().includes(words)),
  );
}
