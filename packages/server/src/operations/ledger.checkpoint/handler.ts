import { getCheckpoint } from '@custos/contract';
import { handle } from '../../http/handler.ts';

export default handle(getCheckpoint, async ({ service, params }) => {
  const ledger = await service.context.database.ledger(params.organisation, params.system);
  const { size, root, note } = await ledger.ledger.checkpoint();
  return { origin: ledger.origin, size, root, note, publicKey: service.context.signer.publicKey };
});
