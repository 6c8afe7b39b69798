import { revokeTask } from '@custos/contract';
import { revokeTask as revoke } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(revokeTask, async ({ service, who, params }) => {
  await revoke(service.context, params, who.person);
  return undefined;
});
