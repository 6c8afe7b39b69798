import { updateWebhook } from '@custos/contract';
import { findWebhook, updateWebhook as update } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';
import { noWebhook, sendableUrl, webhookOf } from '../webhook-view.ts';

export default handle(updateWebhook, async ({ service, who, params, body, version, setVersion }) => {
  const { organisation, webhook } = params;
  const change = { ...body, kinds: [...body.kinds], url: sendableUrl(service, body.url) };
  const { url, kinds, active } = change;
  const act = { type: updateWebhook.act, actor: who.person, detail: { webhook, url, kinds, active } };
  const ledger = await service.context.database.ledger(organisation);
  const row = await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    if (await update(control, { webhook, version }, change)) return findWebhook(control, webhook);
    if (!(await findWebhook(control, webhook))) throw noWebhook(webhook);
    throw new Refusal('VERSION_CHANGED', 'Somebody changed the webhook in the meantime. Read it again.');
  });
  if (!row) throw noWebhook(webhook);
  setVersion(row.version);
  return webhookOf(row);
});
