/** A scan beside what is declared and was decided: what `scan` and `triage` both start from. */
import { join, resolve } from 'node:path';
import { type Asset, type Edge, type Evidence, systemClock } from '@custos/core';
import {
  assetInUse,
  assetsInUse,
  type Comparison,
  compareWithApproved,
  type Declaration,
  loadEvidence,
  readDeclaration,
  withDeclared,
} from '@custos/engine';
import { type Resolver, type ScanResult, scan, type UsageReport } from '@custos/scan';
import type { Environment } from './environment.ts';
import { progressLine } from './output.ts';
import { scanRuntime } from './scan-runtime.ts';
import { hasFiles, openWorkspace, type StoreKind } from './workspace.ts';

export interface Discovery {
  readonly result: ScanResult;
  readonly declaration: Declaration | undefined;
  readonly assets: readonly Asset[];
  readonly edges: readonly Edge[];
  readonly comparison: Comparison;
}

/** Scans, then compares with the approved inventory where the directory declares a system. Writes nothing but the scan's cache. */
export async function discover(
  dir: string,
  resolver: Resolver,
  store: StoreKind,
  environment: Environment,
  options: { quiet?: boolean | undefined; usage?: readonly UsageReport[] } = {},
): Promise<Discovery> {
  const declaration = await readDeclaration(resolve(dir)).catch(absent);
  const result = await scanTree(resolver, environment, options.quiet === true);
  const evidence = declaration === undefined ? [] : await evidenceIn(dir, store, environment);
  const { assets: inSource, edges } = withDeclared(declaration, result);
  const known = new Map(
    [
      ...assetsInUse(evidence),
      ...(options.usage ?? []).flatMap((log) => log.services.map((one) => assetInUse(one, log.path))),
      ...inSource,
    ].map((asset) => [asset.id, asset]),
  );
  const assets = [...known.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const comparison = compareWithApproved({ assets, edges }, evidence, declaration?.system, systemClock.now());
  return { result, declaration, assets, edges, comparison };
}

export async function scanTree(
  resolver: Resolver,
  environment: Environment,
  quiet: boolean,
): Promise<ScanResult> {
  const progress = progressLine(process.stderr.isTTY && !quiet);
  try {
    return await scan(resolver, {
      ...scanRuntime(),
      cacheDir: join(environment.dataDir, 'cache', 'scan'),
      onProgress: (state) => progress.show(`Scanning ${state.files} files  ${state.path}`),
    });
  } finally {
    progress.end();
    await resolver.close();
  }
}

/** Reading creates no store. */
async function evidenceIn(dir: string, kind: StoreKind, environment: Environment): Promise<Evidence[]> {
  if (kind === 'files' && !hasFiles(dir)) return [];
  const workspace = await openWorkspace(dir, kind, environment);
  try {
    return (await loadEvidence(workspace.store, workspace.keyring)).evidence;
  } finally {
    await workspace.close();
  }
}

/** A target that is no directory declares nothing. */
function absent(error: unknown): undefined {
  if (error instanceof Error && error.cause instanceof Error && 'code' in error.cause)
    if (error.cause.code === 'ENOTDIR') return undefined;
  throw error;
}
