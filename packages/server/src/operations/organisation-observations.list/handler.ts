import { listSharedObservations } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { observationPage } from '../observation-view.ts';

export default handle(listSharedObservations, async ({ service, params, query }) =>
  observationPage(service, await service.context.database.ledger(params.organisation), query),
);
