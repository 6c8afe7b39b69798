/** Who answers for data: the owner of the asset, and the Data Custodians of the declaration. */
import type { Asset } from '@custos/core';
import type { Contact } from '../cyclonedx/model.ts';
import type { DataGovernance } from '../cyclonedx/model-card.ts';
import type { BomSystem } from './input.ts';

export function governanceOf(asset: Asset, system: BomSystem): DataGovernance | undefined {
  const custodians = (system.roles?.data_custodian ?? []).map((person) => ({ contact: contactOf(person) }));
  const owners = asset.owner === undefined ? [] : [{ contact: contactOf(asset.owner) }];
  if (custodians.length + owners.length === 0) return undefined;
  return {
    ...(custodians.length > 0 ? { custodians } : {}),
    ...(owners.length > 0 ? { owners } : {}),
  };
}

/** People are named by e-mail address, or by an id of the identity provider. */
export function contactOf(person: string): Contact {
  return /^[^\s@]+@[^\s@]+$/.test(person) ? { email: person } : { name: person };
}
