import { deleteWebhook } from '@custos/contract';
import { deleteWebhook as remove } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { noWebhook } from '../webhook-view.ts';

export default handle(deleteWebhook, async ({ service, who, params }) => {
  const { organisation, webhook } = params;
  const ledger = await service.context.database.ledger(organisation);
  const act = { type: deleteWebhook.act, actor: who.person, detail: { webhook } };
  await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    if (!(await remove(control, webhook))) throw noWebhook(webhook);
  });
  return undefined;
});
