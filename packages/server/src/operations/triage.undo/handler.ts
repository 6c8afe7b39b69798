import { undoTriage } from '@custos/contract';
import { undoDecisions } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { actorIn } from '../actor.ts';

export default handle(undoTriage, async ({ service, who, params, body: { role, ...undo } }) => ({
  retracted: await undoDecisions(service, params, { ...undo, actor: actorIn(who, role) }),
}));
