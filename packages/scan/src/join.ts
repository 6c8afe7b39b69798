/** Joins the results of all files into one inventory: same id, one asset; everything in a stable order. */
import type { Asset, Edge, Finding, Unknown } from '@custos/core';
import { nameOf } from './paths.ts';
import { type FileResult, OWN } from './types.ts';

export interface Inventory {
  assets: Asset[];
  edges: Edge[];
  findings: Finding[];
  unknowns: Unknown[];
}

const MANIFEST =
  /^(?:package\.json|pyproject\.toml|setup\.py|setup\.cfg|Pipfile|environment\.ya?ml|requirements\.txt)$/;

/** Results may be added in any order; the outcome does not depend on it. */
export class Joiner {
  private readonly results = new Map<string, FileResult>();
  private readonly manifests = new Set<string>();
  private readonly loose: Unknown[] = [];

  add(path: string, result: FileResult): void {
    if (result.assets.length + result.edges.length + result.findings.length + result.unknowns.length === 0)
      return;
    this.results.set(path, result);
  }

  unknown(one: Unknown): void {
    this.loose.push(one);
  }

  /** Directories with a manifest are components of the system; files belong to the nearest one above them. */
  file(path: string): void {
    if (MANIFEST.test(nameOf(path)) && !path.includes('node_modules/')) this.manifests.add(directoryOf(path));
  }

  join(): Inventory {
    const assets = new Map<string, Asset>();
    const edges = new Map<string, Edge>();
    const findings: Finding[] = [];
    const unknowns = [...this.loose];
    const own: Asset[] = [];
    for (const path of [...this.results.keys()].sort()) {
      const result = this.results.get(path);
      if (result === undefined) continue;
      for (const asset of result.assets) {
        if (asset.id === OWN) own.push({ ...asset, id: this.ownName(path).id });
        else assets.set(asset.id, merge(assets.get(asset.id), asset));
      }
      for (const edge of result.edges) {
        const from = edge.from === OWN ? this.ownComponent(path, assets) : edge.from;
        edges.set(`${from} ${edge.kind} ${edge.to}`, { ...edge, from });
      }
      findings.push(...result.findings);
      unknowns.push(...result.unknowns);
    }
    for (const one of own) describe(assets, one);
    settleLocked(assets);
    return {
      assets: [...assets.values()].map(sortLocations).sort((a, b) => compare(a.id, b.id)),
      edges: [...edges.values(), ...links(assets)]
        .filter((edge) => assets.has(edge.to) && assets.has(edge.from))
        .sort((a, b) => compare(edgeKey(a), edgeKey(b))),
      findings: findings.filter((one) => !isSettled(one, assets)).sort(byPlace),
      unknowns: unknowns.sort(byPlaceOfUnknown),
    };
  }

  private ownComponent(path: string, assets: Map<string, Asset>): string {
    const { id, name, directory } = this.ownName(path);
    if (!assets.has(id)) {
      assets.set(id, {
        id,
        kind: 'component',
        name,
        origin: 'own',
        locations: [{ path: directory === '' ? '.' : directory }],
      });
    }
    return id;
  }

  private ownName(path: string): { id: string; name: string; directory: string } {
    let directory = directoryOf(path);
    while (directory !== '' && !this.manifests.has(directory)) directory = directoryOf(directory);
    const name = `own/${directory === '' ? '.' : directory}`;
    return { id: `component:${name}`, name, directory };
  }
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function merge(known: Asset | undefined, more: Asset): Asset {
  if (known === undefined) return { ...more, locations: [...more.locations] };
  const properties = { ...more.properties, ...known.properties };
  for (const fact of ['floating', 'locked']) {
    if (more.properties?.[fact] === true || known.properties?.[fact] === true) properties[fact] = true;
  }
  const confidences = [known.properties?.confidence, more.properties?.confidence].filter(
    (one) => typeof one === 'number',
  );
  if (confidences.length > 0) properties.confidence = Math.max(...confidences);
  return {
    ...more,
    ...known,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    locations: [...known.locations, ...more.locations],
  };
}

/** Facts about a component of this system count where the component holds AI at all; its name stays as it is. */
function describe(assets: Map<string, Asset>, facts: Asset): void {
  const known = assets.get(facts.id);
  if (known !== undefined) assets.set(facts.id, merge(known, { ...facts, name: known.name }));
}

/**
 * What belongs together across findings: a provider's service serves its hosted models and its endpoints, and a server
 * that compose starts serves the address that others call it by.
 */
function links(assets: ReadonlyMap<string, Asset>): Edge[] {
  const found: Edge[] = [];
  const hosts = new Map<string, string>();
  for (const one of assets.values())
    if (one.kind === 'service' && typeof one.properties?.host === 'string')
      hosts.set(one.properties.host, one.id);
  for (const one of assets.values()) {
    const service = `service:${one.provider ?? ''}`;
    const hosted = one.kind === 'endpoint' || (one.kind === 'model' && one.properties?.cloud === true);
    if (hosted && assets.has(service)) found.push({ from: service, to: one.id, kind: 'serves' });
    const server = one.kind === 'endpoint' ? hosts.get(one.name.split(':')[0] ?? '') : undefined;
    if (server !== undefined) found.push({ from: server, to: one.id, kind: 'serves' });
  }
  return found;
}

/** A lock file fixes what a manifest leaves open. */
function settleLocked(assets: Map<string, Asset>): void {
  for (const asset of assets.values()) {
    if (asset.properties?.locked === true) asset.properties = { ...asset.properties, floating: false };
  }
}

function isSettled(finding: Finding, assets: ReadonlyMap<string, Asset>): boolean {
  if (!finding.rule.endsWith('/unpinned-ai-dependency') || finding.asset === undefined) return false;
  return assets.get(finding.asset)?.properties?.locked === true;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const edgeKey = (edge: Edge): string => `${edge.from} ${edge.kind} ${edge.to}`;

function sortLocations(asset: Asset): Asset {
  const locations = [...asset.locations].sort(
    (a, b) => compare(a.path, b.path) || (a.line ?? 0) - (b.line ?? 0),
  );
  return { ...asset, locations };
}

function byPlace(a: Finding, b: Finding): number {
  return (
    compare(a.location.path, b.location.path) ||
    (a.location.line ?? 0) - (b.location.line ?? 0) ||
    compare(a.rule, b.rule) ||
    compare(a.message, b.message)
  );
}

function byPlaceOfUnknown(a: Unknown, b: Unknown): number {
  return (
    compare(a.location.path, b.location.path) ||
    (a.location.line ?? 0) - (b.location.line ?? 0) ||
    compare(a.scanner, b.scanner) ||
    compare(a.code, b.code)
  );
}
