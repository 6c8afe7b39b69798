import { listWebhooks } from '@custos/contract';
import { webhookList } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { webhookOf } from '../webhook-view.ts';

export default handle(listWebhooks, async ({ service, params }) => {
  const rows = await service.context.database.within(params.organisation, webhookList);
  return { items: rows.map(webhookOf) };
});
