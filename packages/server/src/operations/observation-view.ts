/** How observations are shown. */
import { CustosError, predicateName } from '@custos/core';
import { openObservation, readProducers } from '@custos/engine';
import type { ServiceLedger, StoredEntry } from '@custos/store';
import type { Service } from '../service.ts';

type Observation = Extract<StoredEntry, { kind: 'observation' }>;

/** @returns a function that shows one observation, with the keys that count in that ledger */
export async function observationView(service: Service, ledger: ServiceLedger) {
  const producers = await readProducers(ledger);
  return (entry: Observation) => {
    const { statement, authenticity } = openObservation(
      entry.envelope,
      service.context.keyring,
      producers,
      entry.index,
    );
    const { producer, actor, observedAt, validUntil, source, content } = statement.predicate;
    return {
      index: entry.index,
      id: entry.id,
      recordedAt: entry.at,
      type: predicateName(statement.predicateType) ?? statement.predicateType,
      producer,
      ...(actor ? { actor } : {}),
      subject: statement.subject,
      observedAt,
      ...(validUntil ? { validUntil } : {}),
      ...(source ? { source } : {}),
      content,
      verified: authenticity.verified,
    };
  };
}

/** @throws CustosError NOT_FOUND */
export function requireObservation(entry: StoredEntry | undefined, id: string): Observation {
  if (entry?.kind === 'observation') return entry;
  throw new CustosError('NOT_FOUND', `This ledger holds no observation ${id}.`);
}
