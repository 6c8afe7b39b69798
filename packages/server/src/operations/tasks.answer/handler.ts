import { answerTask } from '@custos/contract';
import { answerTask as answer } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { openTaskOf } from '../request-view.ts';

export default handle(answerTask, async ({ service, body }) =>
  openTaskOf(service, await answer(service.context, body.token, body.answer)),
);
