import { assignRoles } from '@custos/contract';
import { assignRoles as assign } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { detailOf } from '../system-view.ts';

export default handle(assignRoles, async ({ service, who, params, body, version, setVersion }) => {
  await assign(service.context, params, { by: who.person, version, roles: body.roles });
  const now = await detailOf(service, params);
  setVersion(now.version);
  return now.detail;
});
