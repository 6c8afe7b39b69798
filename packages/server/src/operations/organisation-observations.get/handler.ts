import { getSharedObservation } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { observationDetail } from '../observation-view.ts';

export default handle(getSharedObservation, async ({ service, params }) =>
  observationDetail(
    service,
    [await service.context.database.ledger(params.organisation)],
    params.observation,
  ),
);
