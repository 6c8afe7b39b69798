/** Webhooks and deliveries as clients see them. */
import { type Delivery, EventKind, type Webhook } from '@custos/contract';
import { CustosError } from '@custos/core';
import type { DeliveryRow, WebhookRow } from '@custos/store';
import type { z } from 'zod';
import { Refusal } from '../http/problem.ts';
import type { Service } from '../service.ts';
import { checkUrl } from '../webhooks/address.ts';

export function webhookOf(row: WebhookRow): Webhook {
  return {
    id: row.webhook,
    url: row.url,
    description: row.description,
    // Kinds that a newer version may have written are left out.
    kinds: row.kinds.flatMap((kind) => EventKind.safeParse(kind).data ?? []),
    active: row.active,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    version: row.version,
  };
}

export function deliveryOf(row: DeliveryRow): z.input<typeof Delivery> {
  return {
    id: row.delivery,
    kind: row.kind,
    state: row.state,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    ...(row.status === null ? {} : { status: row.status }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.state === 'pending' ? { dueAt: row.due_at.toISOString() } : {}),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at.toISOString() }),
  };
}

/** @throws Refusal INVALID for an address to which nothing would ever be sent */
export function sendableUrl({ webhooks }: Service, text: string): string {
  try {
    return checkUrl(text, webhooks.allowPrivate).href;
  } catch (error) {
    const detail = error instanceof CustosError ? error.message : 'is no address';
    throw new Refusal('INVALID', detail, { code: 'WEBHOOK_URL', errors: [{ pointer: '/body/url', detail }] });
  }
}

export function noWebhook(webhook: string): Refusal {
  return new Refusal('NOT_FOUND', `There is no webhook "${webhook}".`);
}
