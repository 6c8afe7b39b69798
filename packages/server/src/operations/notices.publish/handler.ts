import { publishNotice } from '@custos/contract';
import { publishNotice as publish } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { actorIn } from '../actor.ts';
import { pageUrl } from '../publication-view.ts';

export default handle(publishNotice, async ({ service, who, params, body: { role, ...said } }) => {
  const id = await publish(service.context, params, {
    ...said,
    actor: actorIn(who, role),
    url: pageUrl(service, params),
  });
  service.outbox.kick(params.organisation);
  return { id };
});
