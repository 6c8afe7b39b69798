import { reviewTask } from '@custos/contract';
import { requireTask, reviewTask as review } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { taskOf } from '../request-view.ts';

export default handle(reviewTask, async ({ service, who, params, body }) => {
  await review(service.context, params, { by: who.person, ...body });
  return taskOf(await requireTask(service.context, params), service.context.clock.now());
});
