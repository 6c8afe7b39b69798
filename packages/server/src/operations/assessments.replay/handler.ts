import { replayAssessment } from '@custos/contract';
import { PRODUCT } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { entryOf } from '../assessment-view.ts';

export default handle(replayAssessment, async ({ service, params }) => {
  const { row, again } = await service.assessor.replay(params, params.sequence);
  return {
    recorded: entryOf(row),
    same: again ? again.digest === row.digest : null,
    engine: { recorded: row.engine, current: PRODUCT.version },
    specification: { recorded: row.specification, current: service.context.specificationDigest },
    ...again,
  };
});
