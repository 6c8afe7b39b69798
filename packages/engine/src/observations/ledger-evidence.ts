/** Evidence from a store: each envelope opened with the keys one trusts; what can't be opened is kept as unverifiable, never dropped. */
import { EvidenceIndex } from '@custos/conformity';
import { type Content, type Evidence, type Instant, millis, type Subject } from '@custos/core';
import type { EvidenceStore, StoredEntry } from '@custos/store';
import type { Keyring } from '@custos/trust';
import { changesProducers, openObservation, ProducerRegister } from './producers.ts';

export interface LoadedEvidence {
  evidence: Evidence[];
  /** Observations whose envelope could not be read at all. */
  damaged: { index: number; why: string }[];
  producers: ProducerRegister;
  /** Entries up to and with the last that bears on the evidence: an observation, or a change of a producer's key. */
  relevant: number;
}

/**
 * @param until leaves out what was observed later: the evidence as it stood then
 * @param size leaves out what stands in the ledger after so many entries
 */
export async function loadEvidence(
  store: EvidenceStore,
  keyring: Keyring,
  until?: Instant,
  size?: number,
): Promise<LoadedEvidence> {
  const loaded: LoadedEvidence = {
    evidence: [],
    damaged: [],
    producers: new ProducerRegister(),
    relevant: 0,
  };
  for await (const entry of store.query(size === undefined ? {} : { limit: size })) {
    loaded.producers.read(entry);
    take(loaded, entry, keyring, until);
  }
  return loaded;
}

/**
 * The same evidence with what the ledger holds from `from` to `to` besides; undefined when a producer's key changed in
 * between, which bears on what was read before.
 */
export async function growEvidence(
  store: EvidenceStore,
  keyring: Keyring,
  before: LoadedEvidence,
  { from, to }: { from: number; to: number },
): Promise<LoadedEvidence | undefined> {
  const loaded: LoadedEvidence = {
    ...before,
    evidence: [...before.evidence],
    damaged: [...before.damaged],
  };
  for await (const entry of store.query({ since: from, limit: to - from })) {
    if (changesProducers(entry)) return undefined;
    take(loaded, entry, keyring);
  }
  return loaded;
}

function take(loaded: LoadedEvidence, entry: StoredEntry, keyring: Keyring, until?: Instant): void {
  if (entry.kind !== 'observation') {
    if (changesProducers(entry)) loaded.relevant = entry.index + 1;
    return;
  }
  loaded.relevant = entry.index + 1;
  try {
    const { producers } = loaded;
    const { id, statement, authenticity } = openObservation(entry.envelope, keyring, producers, entry.index);
    if (until === undefined || millis(statement.predicate.observedAt) <= millis(until))
      loaded.evidence.push({ id, statement, authenticity, recordedAt: entry.at });
  } catch (error) {
    const why = error instanceof Error ? error.message : 'can not be read';
    loaded.damaged.push({ index: entry.index, why });
  }
}

/** The newest scan that can be relied on, with the system at its fingerprint; undefined before the first. */
export function newestScan(
  evidence: readonly Evidence[],
): { content: Content<'scan-result'>; subject: Subject[] } | undefined {
  const found = new EvidenceIndex(evidence).all('scan-result').find((item) => item.unreliable === undefined);
  return found && { content: found.content, subject: found.evidence.statement.subject };
}
