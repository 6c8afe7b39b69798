import { getObservation } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { observationDetail } from '../observation-view.ts';

/** A system's verdicts also rest on what the organisation's ledger holds for all systems. */
export default handle(getObservation, async ({ service, params }) => {
  const { database } = service.context;
  const own = await database.ledger(params.organisation, params.system);
  const shared = await database.ledger(params.organisation);
  return observationDetail(service, [own, shared], params.observation);
});
