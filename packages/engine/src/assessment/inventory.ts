/** The inventory: what the scan found joined with what the declaration says. */
import { ASSET_KINDS, type Asset, CustosError, type Edge } from '@custos/core';
import type { ScanResult } from '@custos/scan';
import { DECLARATION_FILE, type Declaration } from '../declaration/custos-yaml.ts';

/** Assets with owners and dependencies as declared, and those that only the declaration knows. */
export function withDeclared(
  declaration: Pick<Declaration, 'system'> | undefined,
  result: Pick<ScanResult, 'assets' | 'edges'>,
): { assets: Asset[]; edges: Edge[] } {
  const assets = new Map(result.assets.map((asset) => [asset.id, asset]));
  const edges = [...result.edges];
  for (const known of declaration?.system.assets ?? []) {
    const found = assets.get(known.id) ?? fromId(known.id);
    assets.set(known.id, {
      ...found,
      ...(known.owner ? { owner: known.owner } : {}),
      ...(known.external === undefined
        ? {}
        : { origin: known.external ? ('external' as const) : ('own' as const) }),
    });
    for (const to of known.depends_on ?? []) edges.push({ from: known.id, to, kind: 'depends_on' });
  }
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return {
    assets: [...assets.values()].sort((a, b) => byText(a.id, b.id)),
    edges: [...new Map(edges.map((edge) => [`${edge.from}\n${edge.to}\n${edge.kind}`, edge])).entries()]
      .sort((a, b) => byText(a[0], b[0]))
      .map((entry) => entry[1]),
  };
}

function fromId(id: string): Asset {
  const kind = ASSET_KINDS.find((one) => id.startsWith(`${one}:`));
  if (kind === undefined)
    throw new CustosError(
      'DECLARATION_INVALID',
      `${DECLARATION_FILE}: assets: "${id}" must begin with one of ${ASSET_KINDS.join(':, ')}:.`,
    );
  return { id, kind, name: id.slice(kind.length + 1), locations: [{ path: DECLARATION_FILE }] };
}
