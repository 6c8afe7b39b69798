/** How observations are shown. */
import { CustosError, type Digest, isPredicateName, predicateName, predicateType } from '@custos/core';
import { openObservation } from '@custos/engine';
import type { ServiceLedger, StoredEntry } from '@custos/store';
import { readIndexCursor, writeCursor } from '../http/cursor.ts';
import type { Service } from '../service.ts';
import { proofOf } from './ledger-view.ts';

type Observation = Extract<StoredEntry, { kind: 'observation' }>;

/** @returns a function that shows one observation, with the keys that count in that ledger */
export async function observationView(service: Service, ledger: ServiceLedger) {
  const producers = await service.assessor.producers(ledger);
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

/** A page in the order of the ledger. */
export async function observationPage(
  service: Service,
  ledger: ServiceLedger,
  query: {
    cursor?: string | undefined;
    limit: number;
    type?: string | undefined;
    subject?: Digest | undefined;
  },
) {
  const view = await observationView(service, ledger);
  const items: ReturnType<typeof view>[] = [];
  let next: number | undefined;
  for await (const entry of ledger.query({
    since: readIndexCursor(query.cursor) ?? 0,
    kind: 'observation',
    limit: query.limit + 1,
    ...(query.type && isPredicateName(query.type) ? { types: [predicateType(query.type)] } : {}),
    ...(query.subject ? { subjectDigest: query.subject } : {}),
  })) {
    if (entry.kind !== 'observation') continue;
    if (items.length === query.limit) {
      next = entry.index;
      break;
    }
    items.push(view(entry));
  }
  return { items, ...(next === undefined ? {} : { next: writeCursor(next) }) };
}

/** One observation of the first of the ledgers that holds it, with the proof. @throws CustosError NOT_FOUND */
export async function observationDetail(service: Service, ledgers: readonly ServiceLedger[], id: Digest) {
  for (const ledger of ledgers)
    for await (const entry of ledger.query({ ids: [id], limit: 1 })) {
      if (entry.kind !== 'observation') continue;
      const view = await observationView(service, ledger);
      return { ...view(entry), envelope: entry.envelope, proof: await proofOf(ledger, entry.index) };
    }
  throw new CustosError('NOT_FOUND', `This ledger holds no observation ${id}.`);
}
