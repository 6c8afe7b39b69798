import { decideRequest } from '@custos/contract';
import { decideRequest as decide } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { requestDetail } from '../request-view.ts';

export default handle(decideRequest, async ({ service, who, params, body }) => {
  await decide(service, params, { by: who.person, ...body });
  return requestDetail(service, who, params);
});
