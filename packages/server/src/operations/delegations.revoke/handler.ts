import { revokeDelegation } from '@custos/contract';
import { endDelegation } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(revokeDelegation, async ({ service, who, params }) => {
  await endDelegation(service.context, params, who.person);
  return undefined;
});
