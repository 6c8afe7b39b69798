/** Evidence from a store: each envelope opened with the keys one trusts; what can't be opened is kept as unverifiable, never dropped. */
import { EvidenceIndex } from '@custos/conformity';
import { type Content, type Evidence, type Instant, millis, type Subject } from '@custos/core';
import type { EvidenceStore } from '@custos/store';
import type { Keyring } from '@custos/trust';
import { openObservation, ProducerRegister } from './producers.ts';

export interface LoadedEvidence {
  evidence: Evidence[];
  /** Observations whose envelope could not be read at all. */
  damaged: { index: number; why: string }[];
  producers: ProducerRegister;
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
  const evidence: Evidence[] = [];
  const damaged: LoadedEvidence['damaged'] = [];
  const producers = new ProducerRegister();
  for await (const entry of store.query(size === undefined ? {} : { limit: size })) {
    producers.read(entry);
    if (entry.kind !== 'observation') continue;
    try {
      const { id, statement, authenticity } = openObservation(
        entry.envelope,
        keyring,
        producers,
        entry.index,
      );
      if (until === undefined || millis(statement.predicate.observedAt) <= millis(until))
        evidence.push({ id, statement, authenticity, recordedAt: entry.at });
    } catch (error) {
      damaged.push({ index: entry.index, why: error instanceof Error ? error.message : 'can not be read' });
    }
  }
  return { evidence, damaged, producers };
}

/** The newest scan that can be relied on, with the system at its fingerprint; undefined before the first. */
export function newestScan(
  evidence: readonly Evidence[],
): { content: Content<'scan-result'>; subject: Subject[] } | undefined {
  const found = new EvidenceIndex(evidence).all('scan-result').find((item) => item.unreliable === undefined);
  return found && { content: found.content, subject: found.evidence.statement.subject };
}
