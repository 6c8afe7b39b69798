/** What was found beside what was approved: approved, changed, shadow, rejected, vanished. */
import {
  type ApprovedInventory,
  type AssetState,
  approvedInventory,
  decisionsOf,
  EvidenceIndex,
  notAi,
  registrationOf,
  stateOf,
} from '@custos/conformity';
import type { Asset, Edge, Evidence, Instant, RegisteredAsset, SystemDeclaration } from '@custos/core';

export interface ComparedAsset {
  readonly asset: Asset;
  readonly state: Exclude<AssetState, 'vanished'>;
  /** What was approved, where something was. */
  readonly approved?: RegisteredAsset;
  /** Connections that were found and are not in what was approved. */
  readonly newDependencies: readonly string[];
}

export interface Comparison {
  /** False while nobody has confirmed any inventory: then everything is shadow because nobody looked yet. */
  readonly confirmed: boolean;
  readonly assets: readonly ComparedAsset[];
  /** Approved, and not found any more. */
  readonly vanished: readonly RegisteredAsset[];
  /** Found, and decided to be no AI asset. */
  readonly dismissed: readonly Asset[];
}

/** @param inventory assets and edges as found, with what the declaration adds */
export function compareWithApproved(
  inventory: { readonly assets: readonly Asset[]; readonly edges: readonly Edge[] },
  evidence: readonly Evidence[],
  system: SystemDeclaration | undefined,
  now: Instant,
): Comparison {
  const index = new EvidenceIndex(evidence, now);
  const decisions = decisionsOf(index, system, now);
  const register = registrationOf(index, system, now);
  const approved = approvedInventory(register, decisions);
  const dismissed = notAi(inventory.assets, decisions, register);
  const found = new Set(inventory.assets.map((asset) => asset.id));
  const dependencies = new Map<string, string[]>();
  for (const edge of inventory.edges)
    if (!dismissed.has(edge.to))
      dependencies.set(edge.from, [...(dependencies.get(edge.from) ?? []), edge.to]);
  return {
    confirmed: register !== undefined || approved.entries.size > 0,
    assets: inventory.assets
      .filter((asset) => !dismissed.has(asset.id))
      .map((asset) => compared(asset, approved, dependencies.get(asset.id) ?? [])),
    vanished: [...approved.entries.values()].filter((entry) => !found.has(entry.id)),
    dismissed: inventory.assets.filter((asset) => dismissed.has(asset.id)),
  };
}

function compared(asset: Asset, approved: ApprovedInventory, dependencies: readonly string[]): ComparedAsset {
  const entry = approved.entries.get(asset.id);
  const state = stateOf(asset, approved);
  if (entry === undefined) return { asset, state, newDependencies: [] };
  const newDependencies = dependencies.filter((id) => !entry.dependsOn.includes(id));
  return {
    asset,
    state: state === 'approved' && newDependencies.length > 0 ? 'changed' : state,
    approved: entry,
    newDependencies,
  };
}
