/** Endpoints, hosted services and tools (MCP servers among them) as CycloneDX services. */
import type { Asset } from '@custos/core';
import type { Service } from '../cyclonedx/model.ts';
import { properties } from './fields.ts';

export function isService(asset: Asset): boolean {
  return asset.kind === 'service' || asset.kind === 'endpoint' || asset.kind === 'tool';
}

/** A tool that is a skill file or a function is a service of the system itself: it is called, not linked. */
export function serviceOf(asset: Asset): Service {
  const endpoints = endpointsOf(asset);
  // The address is given once, without what it may hold of passwords.
  const facts = Object.fromEntries(
    Object.entries(asset.properties ?? {})
      .filter(([name]) => name !== 'url')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return {
    'bom-ref': asset.id,
    ...(asset.provider === undefined ? {} : { provider: { name: asset.provider } }),
    name: asset.name,
    ...(asset.version === undefined ? {} : { version: asset.version.slice(0, 1024) }),
    ...(endpoints.length > 0 ? { endpoints } : {}),
    ...(asset.origin === undefined ? {} : { 'x-trust-boundary': asset.origin === 'external' }),
    properties: [
      ...properties('custos', {
        kind: asset.kind,
        origin: asset.origin,
        owner: asset.owner,
        digest: asset.digest,
        found: asset.locations
          .map(({ path, line }) => (line === undefined ? path : `${path}:${line}`))
          .join(' '),
      }),
      ...properties('custos:fact', facts),
    ],
  };
}

function endpointsOf(asset: Asset): string[] {
  const { scheme, url } = asset.properties ?? {};
  const text =
    typeof url === 'string' ? url : `${typeof scheme === 'string' ? scheme : 'https'}://${asset.name}`;
  if (asset.kind !== 'endpoint' && typeof url !== 'string') return [];
  try {
    const parsed = new URL(text);
    // What stands in a URL for a password or a key is nobody's business.
    parsed.username = '';
    parsed.password = '';
    parsed.search = '';
    return [parsed.href];
  } catch {
    return [];
  }
}
