/** Collects what one scanner says about one file; assets and edges said twice are kept once. */
import { createHash } from 'node:crypto';
import type { Asset, Edge, Finding } from '@custos/core';
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
  asset(found: FoundAsset, edge?: EdgeKind): string {
    const { line, ...rest } = found;
    const id = `${found.kind}:${found.name}`;
    const location = { path: this.path, ...(line === undefined ? {} : { line }) };
    const known = this.assets.get(id);
    if (known === undefined) {
      const asset: Asset = { id, ...rest, locations: [location] };
      this.assets.set(id, asset);
      this.result.assets.push(asset);
    } else if (!known.locations.some((one) => one.line === line)) known.locations.push(location);
    if (edge !== undefined) this.edge(OWN, id, edge);
    return id;
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
    const key = `${rule} ${line ?? 0} ${asset ?? ''} ${message}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.result.findings.push({
      rule: `${this.scanner}/${rule}`,
      severity,
      confidence,
      message,
      location: { path: this.path, ...(line === undefined ? {} : { line }) },
      ...(asset === undefined ? {} : { asset }),
    });
  }

  unknown(code: string, message: string, line?: number): void {
    const location = { path: this.path, ...(line === undefined ? {} : { line }) };
    this.result.unknowns.push({ scanner: this.scanner, code, message, location });
  }

  /** A reference to somebody else's model. `pinned` is true where the call itself names a revision. */
  model(model: ModelName, line: number, confidence: number, pinned = false): string {
    const floating = model.floating && !pinned;
    const id = this.asset(
      {
        kind: 'model',
        name: model.name,
        origin: 'external',
        ...(model.provider === 'unknown' ? {} : { provider: model.provider }),
        properties: {
          floating,
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
