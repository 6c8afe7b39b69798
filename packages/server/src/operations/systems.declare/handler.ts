import { declareSystem } from '@custos/contract';
import { declareSystem as declare } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { detailOf } from '../system-view.ts';

export default handle(declareSystem, async ({ service, who, params, body, version, setVersion }) => {
  await declare(service.context, params, { by: who.person, version, declaration: body });
  const now = await detailOf(service, params);
  setVersion(now.version);
  return now.detail;
});
