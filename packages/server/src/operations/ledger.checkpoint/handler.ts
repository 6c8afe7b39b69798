import { getCheckpoint } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { checkpointOf } from '../ledger-view.ts';

export default handle(getCheckpoint, async ({ service, params }) =>
  checkpointOf(service, await service.context.database.ledger(params.organisation, params.system)),
);
