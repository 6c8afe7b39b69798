import { askTask } from '@custos/contract';
import { askTask as ask } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(askTask, async ({ service, who, params, body }) => {
  const { task, token } = await ask(service.context, params, { by: who.person, ...body });
  // After the #, so that it reaches no server's log.
  return { id: task, link: `${service.baseUrl}/task#${token}` };
});
