import { withdrawRequest } from '@custos/contract';
import { withdrawRequest as withdraw } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { requestDetail } from '../request-view.ts';

export default handle(withdrawRequest, async ({ service, who, params, body }) => {
  await withdraw(service, params, { by: who.person, reason: body.reason });
  return requestDetail(service, who, params);
});
