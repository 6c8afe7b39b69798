import { testWebhook } from '@custos/contract';
import { findWebhook, insertDelivery } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { noWebhook } from '../webhook-view.ts';

export default handle(testWebhook, async ({ service, params }) => {
  const { organisation, webhook } = params;
  const { database, clock } = service.context;
  const delivery = await database.within(organisation, async (control) => {
    if (!(await findWebhook(control, webhook))) throw noWebhook(webhook);
    return insertDelivery(control, {
      webhook,
      kind: 'webhook.test',
      at: new Date(clock.now()),
      data: { organisation },
    });
  });
  return { delivery };
});
