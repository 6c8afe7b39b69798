/** Where a verification is recorded: in the system whose folder holds the model, or that the user names. */

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Asset, CustosError, type Statement } from '@custos/core';
import { DECLARATION_FILE, loadEvidence, newestScan } from '@custos/engine';
import type { Environment } from './environment.ts';
import { record } from './recording.ts';
import { openWorkspace, type StoreKind, type Workspace } from './workspace.ts';

/** How long to wait for a ledger that another process writes, and how often to look. Milliseconds. */
const PATIENCE_MS = 10_000;
const STEP_MS = 100;

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
  make: (assets: readonly Asset[]) => Statement[],
): Promise<number> {
  const workspace = await openWhenFree(system, store, environment);
  try {
    const { evidence } = await loadEvidence(workspace.store, workspace.keyring);
    const assets = newestScan(evidence)?.content.assets ?? [];
    const recorded = await record(workspace, make(assets));
    return recorded.filter((entry) => !entry.existing).length;
  } finally {
    await workspace.close();
  }
}

/** Several services that start at once verify their models at once; each waits for its turn in the ledger. */
async function openWhenFree(system: string, store: StoreKind, environment: Environment): Promise<Workspace> {
  for (let waited = 0; ; waited += STEP_MS) {
    try {
      return await openWorkspace(system, store, environment);
    } catch (error) {
      const locked = error instanceof CustosError && error.code === 'STORE_LOCKED';
      if (!locked || waited >= PATIENCE_MS) throw error;
      await setTimeout(STEP_MS);
    }
  }
}
