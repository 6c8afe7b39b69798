import { getTask } from '@custos/contract';
import { openTask } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { openTaskOf } from '../request-view.ts';

export default handle(getTask, async ({ service, body }) =>
  openTaskOf(service, await openTask(service.context, body.token)),
);
