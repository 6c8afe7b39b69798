import { listEntries } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { entriesOf } from '../ledger-view.ts';

export default handle(listEntries, async ({ service, params, query }) =>
  entriesOf(await service.context.database.ledger(params.organisation, params.system), query),
);
