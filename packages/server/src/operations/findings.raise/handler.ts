import { raiseFinding } from '@custos/contract';
import { raiseFinding as raise } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { findingDetail } from '../finding-view.ts';

export default handle(raiseFinding, async ({ service, who, params, body, setVersion }) => {
  const finding = await raise(service.context, params, { by: who.person, ...body });
  const { version, detail } = await findingDetail(service, { ...params, finding });
  setVersion(version);
  return detail;
});
