import { listSharedEntries } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { entriesOf } from '../ledger-view.ts';

export default handle(listSharedEntries, async ({ service, params, query }) =>
  entriesOf(await service.context.database.ledger(params.organisation), query),
);
