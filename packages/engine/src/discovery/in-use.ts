/** Assets that only their use shows: services that recorded logs say were called. */
import { EvidenceIndex } from '@custos/conformity';
import type { Asset, Content, Evidence } from '@custos/core';

type Service = Content<'ai-usage'>['services'][number];

/** @param log where it was seen, as the asset's location */
export function assetInUse({ asset, provider }: Pick<Service, 'asset' | 'provider'>, log: string): Asset {
  return {
    id: asset,
    kind: 'endpoint',
    name: asset.slice(asset.indexOf(':') + 1),
    origin: 'external',
    ...(provider === undefined ? {} : { provider }),
    properties: { seenInLog: true },
    locations: [{ path: log }],
  };
}

/** Services of the newest record of each log. */
export function assetsInUse(evidence: readonly Evidence[]): Asset[] {
  const assets = new Map<string, Asset>();
  const logs = new Set<string>();
  for (const found of new EvidenceIndex(evidence).all('ai-usage')) {
    const log = found.evidence.statement.predicate.source ?? found.content.log;
    if (found.unreliable !== undefined || logs.has(log)) continue;
    logs.add(log);
    for (const service of found.content.services)
      if (!assets.has(service.asset)) assets.set(service.asset, assetInUse(service, log));
  }
  return [...assets.values()];
}
