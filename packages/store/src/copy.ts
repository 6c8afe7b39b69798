/** Moving evidence between stores: a mirror keeps every index, leaf and root; a merge records what is missing anew. */
import { CustosError } from '@custos/core';
import { digestBytes, verifyConsistency } from '@custos/trust';
import type { EvidenceStore, NewEntry, StoredEntry, StoredState } from './contract.ts';

const BATCH = 1000;
/** The act that witnesses a merge. */
export const EVIDENCE_RECEIVED = 'evidence.received';

export interface CopyReport {
  mode: 'mirror' | 'merge';
  /** Entries written into the target. */
  copied: number;
  /** Entries that were there already. */
  existing: number;
  /** Acts of the source that a merge leaves behind, as they tell of the source's own ledger. */
  actsLeft: number;
}

/**
 * Copies entries.
 * - `mirror` (backup, restore): the target must be empty or a beginning of the source; indexes, times, leaves, roots and
 *   states are kept.
 * - `merge` (push, pull): observations the target lacks are recorded at its end, followed by one act that holds the
 *   source's origin and signed checkpoint.
 * @throws CustosError STORE_DIVERGED when a mirror is asked for and the target holds something else
 */
export async function copyEntries(
  from: EvidenceStore,
  to: EvidenceStore,
  options: { mode: 'mirror' } | { mode: 'merge'; actor: string } = { mode: 'mirror' },
): Promise<CopyReport> {
  return options.mode === 'mirror' ? mirror(from, to) : merge(from, to, options.actor);
}

async function mirror(from: EvidenceStore, to: EvidenceStore): Promise<CopyReport> {
  const existing = await sharedSize(from, to);
  let copied = 0;
  for await (const batch of batches(from.query({ since: existing }))) {
    await to.adopt(batch);
    copied += batch.length;
  }
  const states: StoredState[] = [];
  for await (const state of from.states()) if (state.index >= existing) states.push(state);
  if (states.length > 0) await to.adopt([], states);
  const [source, target] = [await from.ledger.checkpoint(), await to.ledger.checkpoint()];
  if (source.size === target.size && source.root !== target.root) {
    throw new CustosError(
      'STORE_DIVERGED',
      `The copy has root ${target.root}, the source ${source.root}. Do not use the copy.`,
    );
  }
  return { mode: 'mirror', copied, existing, actsLeft: 0 };
}

/** Size of the target, after checking that the source continues it. */
async function sharedSize(from: EvidenceStore, to: EvidenceStore): Promise<number> {
  const [source, target] = [await from.ledger.checkpoint(), await to.ledger.checkpoint()];
  if (target.size === 0 || target.root === null) return 0;
  if (target.size <= source.size && source.root !== null) {
    const proof = await from.ledger.consistency(target.size, source.size);
    try {
      verifyConsistency(target.size, source.size, proof, digestBytes(target.root), digestBytes(source.root));
      return target.size;
    } catch (cause) {
      throw diverged(target.size, cause);
    }
  }
  throw diverged(target.size);
}

function diverged(size: number, cause?: unknown): CustosError {
  return new CustosError(
    'STORE_DIVERGED',
    `The target holds ${size} entries that are no beginning of the source. Copy into an empty store, or merge.`,
    cause === undefined ? {} : { cause },
  );
}

async function merge(from: EvidenceStore, to: EvidenceStore, actor: string): Promise<CopyReport> {
  const report: CopyReport = { mode: 'merge', copied: 0, existing: 0, actsLeft: 0 };
  for await (const batch of batches(from.query())) {
    const observations: NewEntry[] = [];
    for (const entry of batch) {
      if (entry.kind === 'act') report.actsLeft++;
      else observations.push({ kind: 'observation', envelope: entry.envelope, id: entry.id });
    }
    for (const entry of await to.record(observations)) {
      if (entry.existing) report.existing++;
      else report.copied++;
    }
  }
  if (report.copied > 0) {
    const { note } = await from.ledger.checkpoint();
    const detail = { origin: from.origin, checkpoint: note, observations: report.copied };
    await to.record([{ kind: 'act', act: { type: EVIDENCE_RECEIVED, actor, detail } }]);
  }
  return report;
}

async function* batches(entries: AsyncIterable<StoredEntry>): AsyncIterable<StoredEntry[]> {
  let batch: StoredEntry[] = [];
  for await (const entry of entries) {
    batch.push(entry);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
