/** Collects what one scanner says about one file; assets and edges said twice are kept once. */
import { createHash } from 'node:crypto';
import type { Asset, Edge, Finding } from '@custos/core';
import { withoutKeys } from './addresses.ts';
import { isHostedModel, plainHostedName, versionInName } from './data/hosted.ts';
import { isHubId, type ModelName } from './data/models.ts';
import { emptyResult, type FileResult, OWN } from './types.ts';

type Severity = Finding['severity'];
type EdgeKind = Edge['kind'];

export interface FoundAsset extends Omit<Asset, 'id' | 'locations'> {
  line?: number;
}

export function sha256(content: string | Uint8Array): `sha256:${string}` {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export class ResultBuilder {
  readonly result: FileResult = emptyResult();
  private readonly scanner: string;
  private readonly path: string;
  private readonly assets = new Map<string, Asset>();
  private readonly seen = new Set<string>();

  constructor(scanner: string, path: string) {
    this.scanner = scanner;
    this.path = path;
  }

  /** Adds an asset, and an edge to it from the component that the file belongs to. Gives the asset's id. */
  asset(given: FoundAsset, edge?: EdgeKind): string {
    const keys: string[] = [];
    const { line, ...rest } = keyless(given, keys);
    const id = `${rest.kind}:${rest.name}`;
    const location = { path: this.path, ...(line === undefined ? {} : { line }) };
    const known = this.assets.get(id);
    if (known === undefined) {
      const asset: Asset = { id, ...rest, locations: [location] };
      this.assets.set(id, asset);
      this.result.assets.push(asset);
    } else if (!known.locations.some((one) => one.line === line)) known.locations.push(location);
    if (edge !== undefined) this.edge(OWN, id, edge);
    for (const key of keys)
      this.finding(
        'secret-in-address',
        'high',
        0.7,
        `What looks like a key stands in the address of ${id} (${key}); revoke it and pass it outside of the address.`,
        line,
        id,
      );
    return id;
  }

  /** A fact about the component that the file belongs to; joined into it later. */
  own(properties: Record<string, string | number | boolean>, line?: number, version?: string): void {
    this.asset({
      kind: 'component',
      name: 'own',
      origin: 'own',
      ...(version === undefined ? {} : { version }),
      ...(Object.keys(properties).length === 0 ? {} : { properties }),
      ...(line === undefined ? {} : { line }),
    });
  }

  edge(from: string, to: string, kind: EdgeKind): void {
    const key = `${from} ${kind} ${to}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.result.edges.push({ from, to, kind });
  }

  finding(
    rule: string,
    severity: Severity,
    confidence: number,
    message: string,
    line?: number,
    asset?: string,
  ): void {
    const plain = withoutKeys(message).text;
    const key = `${rule} ${line ?? 0} ${asset ?? ''} ${plain}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.result.findings.push({
      rule: `${this.scanner}/${rule}`,
      severity,
      confidence,
      message: plain,
      location: { path: this.path, ...(line === undefined ? {} : { line }) },
      ...(asset === undefined ? {} : { asset }),
    });
  }

  unknown(code: string, message: string, line?: number): void {
    const location = { path: this.path, ...(line === undefined ? {} : { line }) };
    this.result.unknowns.push({
      scanner: this.scanner,
      code,
      message: withoutKeys(message).text,
      location,
    });
  }

  /** A reference to somebody else's model. `pinned` is true where the call itself names a revision. */
  model(given: ModelName, line: number, confidence: number, pinned = false): string {
    const model = { ...given, name: plainHostedName(given.name) };
    const floating = model.floating && !pinned;
    const version = versionInName(model.name);
    const id = this.asset(
      {
        kind: 'model',
        name: model.name,
        origin: 'external',
        ...(version === undefined ? {} : { version }),
        ...(model.provider === 'unknown' ? {} : { provider: model.provider }),
        properties: {
          floating,
          ...(isHostedModel(model.name) ? { cloud: true } : {}),
          confidence,
          ...(model.modality === undefined ? {} : { modality: model.modality }),
          ...(isHubId(model.name) ? { hub: true } : {}),
        },
        line,
      },
      'calls',
    );
    if (floating) {
      const fix = isHubId(model.name) ? 'pin it with revision=<commit>' : 'use a dated or numbered version';
      this.finding(
        'floating-model-reference',
        'low',
        confidence,
        `"${model.name}" can change its content without notice; ${fix}.`,
        line,
        id,
      );
    }
    return id;
  }
}

/** Keys are kept by their hash only. Data that is fetched has random names; only tools, endpoints and known keys count. */
function keyless(found: FoundAsset, keys: string[]): FoundAsset {
  const plain = (text: string): string => {
    const without = withoutKeys(text);
    if (/^(?:tool|endpoint|agent)$/.test(found.kind)) keys.push(...without.keys);
    return without.text;
  };
  const properties = Object.entries(found.properties ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? plain(value) : value,
  ]);
  return {
    ...found,
    name: plain(found.name),
    ...(found.properties === undefined ? {} : { properties: Object.fromEntries(properties) }),
  };
}
