import { listDeliveries } from '@custos/contract';
import { deliveryPage, findWebhook } from '@custos/store';
import { readCursor, writeCursor } from '../../http/cursor.ts';
import { handle } from '../../http/handler.ts';
import { deliveryOf, noWebhook } from '../webhook-view.ts';

export default handle(listDeliveries, async ({ service, params, query }) => {
  const { organisation, webhook } = params;
  const { limit } = query;
  const before = readCursor(query.cursor);
  const rows = await service.context.database.within(organisation, async (control) => {
    if (!(await findWebhook(control, webhook))) throw noWebhook(webhook);
    return deliveryPage(control, { webhook, before, limit: limit + 1 });
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(deliveryOf),
    ...(last ? { next: writeCursor(last.delivery) } : {}),
  };
});
