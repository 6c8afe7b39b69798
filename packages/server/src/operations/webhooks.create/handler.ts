import { randomUUID } from 'node:crypto';
import { createWebhook } from '@custos/contract';
import { CustosError } from '@custos/core';
import { findWebhook, insertWebhook, webhookList } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';
import { newSecret } from '../../webhooks/signature.ts';
import { sendableUrl, webhookOf } from '../webhook-view.ts';

const MOST = 50;

export default handle(createWebhook, async ({ service, who, params, body, setVersion }) => {
  const { organisation } = params;
  const url = sendableUrl(service, body.url);
  const webhook = `wh_${randomUUID().replaceAll('-', '')}`;
  const secret = newSecret();
  const sealed = await service.seal.close(secret);
  const ledger = await service.context.database.ledger(organisation);
  const act = {
    type: createWebhook.act,
    actor: who.person,
    detail: { webhook, url, kinds: [...body.kinds] },
  };
  const row = await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    if ((await webhookList(control)).length >= MOST)
      throw new Refusal('CONFLICT', `There are ${MOST} webhooks already. Remove one that is not used.`);
    const { description, kinds } = body;
    await insertWebhook(control, {
      organisation,
      webhook,
      url,
      description,
      kinds: [...kinds],
      secret: sealed,
      created_by: who.person,
    });
    return findWebhook(control, webhook);
  });
  if (!row) throw new CustosError('INTERNAL', 'The webhook was not made.');
  setVersion(row.version);
  return { ...webhookOf(row), secret };
});
