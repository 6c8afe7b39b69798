/** Where a verification is recorded: in the system whose folder holds the model, or that the user names. */

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Asset, parseContent, predicateName, type Statement } from '@custos/core';
import { DECLARATION_FILE, loadEvidence } from '@custos/engine';
import type { Environment } from './environment.ts';
import { record } from './recording.ts';
import { openWorkspace, type StoreKind } from './workspace.ts';

/** The nearest folder with a custos.yaml, from the model upwards. */
export function systemOf(model: string): string | undefined {
  for (let folder = resolve(model); ; folder = dirname(folder)) {
    if (existsSync(join(folder, DECLARATION_FILE))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * @param make statements from the assets that the newest scan knows; none before the first `assess`
 * @returns how many observations were recorded
 */
export async function recordVerification(
  system: string,
  store: StoreKind,
  environment: Environment,
  make: (assets: readonly Asset[]) => Promise<Statement[]>,
): Promise<number> {
  const workspace = await openWorkspace(system, store, environment);
  try {
    const { evidence } = await loadEvidence(workspace.store, workspace.keyring);
    const newest = evidence
      .filter(
        (item) => item.authenticity.verified && predicateName(item.statement.predicateType) === 'scan-result',
      )
      .sort((a, b) => (a.statement.predicate.observedAt < b.statement.predicate.observedAt ? 1 : -1))[0];
    const assets =
      newest === undefined ? [] : parseContent('scan-result', newest.statement.predicate.content).assets;
    const recorded = await record(workspace, await make(assets));
    return recorded.filter((entry) => !entry.existing).length;
  } finally {
    await workspace.close();
  }
}
