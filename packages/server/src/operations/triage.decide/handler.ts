import { decideTriage } from '@custos/contract';
import { decideAssets } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { actorIn } from '../actor.ts';

export default handle(decideTriage, async ({ service, who, params, body: { role, ...decision } }) => ({
  decisions: await decideAssets(service, params, { ...decision, actor: actorIn(who, role) }),
}));
