import { createRequest } from '@custos/contract';
import { createRequest as create, requireRequest } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { summaryOf } from '../request-view.ts';

export default handle(createRequest, async ({ service, who, params, body }) => {
  const request = await create(service, params, { by: who.person, ...body });
  const { row } = await requireRequest(service.context, { ...params, request });
  return summaryOf(row, service.context.clock.now());
});
