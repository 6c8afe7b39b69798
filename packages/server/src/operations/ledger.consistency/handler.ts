import { getConsistency } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { consistencyOf } from '../ledger-view.ts';

export default handle(getConsistency, async ({ service, params, query }) =>
  consistencyOf(await service.context.database.ledger(params.organisation, params.system), query),
);
