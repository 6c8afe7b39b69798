import { getIxit } from '@custos/contract';
import { ixitTables } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(getIxit, async ({ service, params }) => {
  const { assessment } = await service.assessor.current(params);
  const { evidence } = await service.assessor.evidence(params);
  return { tables: ixitTables(assessment, service.context.specification, evidence) };
});
