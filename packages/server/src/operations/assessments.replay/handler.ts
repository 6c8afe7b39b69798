import { replayAssessment } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { entryOf } from '../assessment-view.ts';

export default handle(replayAssessment, async ({ service, params }) => {
  const { row, again } = await service.assessor.replay(params, params.sequence);
  return {
    recorded: entryOf(row),
    same: again ? again.digest === row.digest : null,
    specification: { recorded: row.specification, current: service.context.specificationDigest },
    ...again,
  };
});
