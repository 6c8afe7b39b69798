import { listObservations } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { observationPage } from '../observation-view.ts';

export default handle(listObservations, async ({ service, params, query }) =>
  observationPage(service, await service.context.database.ledger(params.organisation, params.system), query),
);
