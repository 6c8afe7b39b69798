import { getSharedConsistency } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { consistencyOf } from '../ledger-view.ts';

export default handle(getSharedConsistency, async ({ service, params, query }) =>
  consistencyOf(await service.context.database.ledger(params.organisation), query),
);
