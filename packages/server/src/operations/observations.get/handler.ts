import { getObservation } from '@custos/contract';
import type { ServiceLedger, StoredEntry } from '@custos/store';
import { ledgerLeaf } from '@custos/trust';
import { handle } from '../../http/handler.ts';
import { observationView, requireObservation } from '../observation-view.ts';

/** A system's verdicts also rest on what the organisation's ledger holds for all systems. */
export default handle(getObservation, async ({ service, params }) => {
  const { database } = service.context;
  const own = await database.ledger(params.organisation, params.system);
  const shared = await database.ledger(params.organisation);
  const inOwn = await find(own, params.observation);
  const ledger = inOwn ? own : shared;
  const found = requireObservation(inOwn ?? (await find(shared, params.observation)), params.observation);
  const view = await observationView(service, ledger);
  const { note } = await ledger.ledger.checkpoint();
  const { size, root, proof } = await ledger.ledger.inclusion(found.index);
  return {
    ...view(found),
    envelope: found.envelope,
    proof: {
      index: found.index,
      size,
      root,
      leaf: ledgerLeaf({ kind: 'observation', at: found.at, id: found.id }),
      path: proof.map((hash) => Buffer.from(hash).toString('base64')),
      checkpoint: note,
    },
  };
});

async function find(ledger: ServiceLedger, id: string): Promise<StoredEntry | undefined> {
  for await (const entry of ledger.query()) if (entry.kind === 'observation' && entry.id === id) return entry;
  return undefined;
}
