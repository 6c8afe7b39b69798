import { getProof } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { proofOf } from '../ledger-view.ts';

export default handle(getProof, async ({ service, params }) =>
  proofOf(await service.context.database.ledger(params.organisation, params.system), params.index),
);
