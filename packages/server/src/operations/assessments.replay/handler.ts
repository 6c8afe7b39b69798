import { replayAssessment } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { entryOf } from '../assessment-view.ts';

export default handle(replayAssessment, async ({ service, params }) => {
  const { row, digest, assessment } = await service.assessor.replay(params, params.sequence);
  return { recorded: entryOf(row), digest, same: digest === row.digest, assessment };
});
