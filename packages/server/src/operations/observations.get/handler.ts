import { getObservation } from '@custos/contract';
import type { StoredEntry } from '@custos/store';
import { ledgerLeaf } from '@custos/trust';
import { handle } from '../../http/handler.ts';
import { observationView, requireObservation } from '../observation-view.ts';

export default handle(getObservation, async ({ service, params }) => {
  const ledger = await service.context.database.ledger(params.organisation, params.system);
  const found = requireObservation(await find(ledger.query(), params.observation), params.observation);
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

async function find(entries: AsyncIterable<StoredEntry>, id: string): Promise<StoredEntry | undefined> {
  for await (const entry of entries) if (entry.kind === 'observation' && entry.id === id) return entry;
  return undefined;
}
