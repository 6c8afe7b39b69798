import { getAssessment } from '@custos/contract';
import { handle } from '../../http/handler.ts';

export default handle(getAssessment, async ({ service, params, setVersion }) => {
  const { sequence, assessment } = await service.assessor.current(params);
  setVersion(sequence);
  return assessment;
});
