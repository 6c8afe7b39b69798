import { createDelegation } from '@custos/contract';
import { delegate } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(createDelegation, async ({ service, who, params, body }) => ({
  id: await delegate(service.context, params, { by: who.person, ...body }),
}));
