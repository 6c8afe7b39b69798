/** Endpoints of others that are told of events, and what was sent to them. */
import { type Selectable, sql } from 'kysely';
import type { Control } from '../service.ts';
import type { Tables } from '../sql/tables.ts';

export type WebhookRow = Selectable<Tables['webhooks']>;
export type DeliveryRow = Selectable<Tables['webhook_deliveries']>;

export function webhookList(control: Control): Promise<WebhookRow[]> {
  return control.selectFrom('webhooks').selectAll().orderBy('created_at').orderBy('webhook').execute();
}

export function findWebhook(control: Control, webhook: string): Promise<WebhookRow | undefined> {
  return control.selectFrom('webhooks').selectAll().where('webhook', '=', webhook).executeTakeFirst();
}

export async function insertWebhook(
  control: Control,
  row: Omit<WebhookRow, 'active' | 'version' | 'created_at'>,
): Promise<void> {
  await control
    .insertInto('webhooks')
    .values({ ...row, created_at: sql<Date>`now()` })
    .execute();
}

/** Changes a webhook that is still at `version`; false when somebody else was first. */
export async function updateWebhook(
  control: Control,
  { webhook, version }: { webhook: string; version: number },
  change: Partial<Pick<WebhookRow, 'url' | 'description' | 'kinds' | 'active'>>,
): Promise<boolean> {
  const done = await control
    .updateTable('webhooks')
    .set({ ...change, version: version + 1 })
    .where('webhook', '=', webhook)
    .where('version', '=', version)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Removes a webhook and what was sent to it; false when it is none. */
export async function deleteWebhook(control: Control, webhook: string): Promise<boolean> {
  const done = await control.deleteFrom('webhooks').where('webhook', '=', webhook).executeTakeFirst();
  return done.numDeletedRows > 0n;
}

/** A page of deliveries, newest first, or the one of an id. */
export async function deliveryPage(
  control: Control,
  {
    webhook,
    before,
    delivery,
    limit,
  }: { webhook: string; before?: string | undefined; delivery?: string; limit: number },
): Promise<DeliveryRow[]> {
  const { rows } =
    await sql<DeliveryRow>`select * from webhook_deliveries where organisation = own_organisation()
      and webhook = ${webhook} and ${delivery === undefined ? sql`true` : sql`delivery = ${delivery}`} and ${
        before === undefined
          ? sql`true`
          : sql`(created_at, delivery) < (select b.created_at, b.delivery from webhook_deliveries b
              where b.organisation = own_organisation() and b.webhook = ${webhook} and b.delivery = ${before})`
      } order by created_at desc, delivery desc limit ${limit}`.execute(control);
  return rows;
}

/** Sends a delivery that has ended once more, under the same id; false when there is none. */
export async function redeliver(
  control: Control,
  { webhook, delivery }: { webhook: string; delivery: string },
): Promise<boolean> {
  const done = await sql`update webhook_deliveries set state = 'pending', attempts = 0, due_at = now(),
      finished_at = null, error = null, status = null
    where organisation = own_organisation() and webhook = ${webhook} and delivery = ${delivery}
      and state <> 'pending'`.execute(control);
  return (done.numAffectedRows ?? 0n) > 0n;
}

/** A delivery that an instance took, with all that sending it needs. */
export interface ClaimedDelivery {
  readonly organisation: string;
  readonly delivery: string;
  readonly webhook: string;
  readonly fence: number;
  readonly attempts: number;
  readonly body: string;
}

/**
 * Takes deliveries that are due, at most `each` of one webhook, organisations in turn: a receiver that hangs holds up its own
 * deliveries and nobody else's. `acrossOrganisations` only.
 */
export async function claimWebhookDeliveries(
  control: Control,
  { limit, each, lease }: { limit: number; each: number; lease: number },
): Promise<ClaimedDelivery[]> {
  const free = sql`state = 'pending' and due_at <= now() and (leased_until is null or leased_until < now())`;
  // Which webhooks something waits for: one look at the index for each, however much waits.
  const { rows } = await sql<ClaimedDelivery>`with recursive hooks as (
      (select organisation, webhook from webhook_deliveries where state = 'pending'
        order by organisation, webhook limit 1)
      union all
      select n.organisation, n.webhook from hooks h cross join lateral (
        select organisation, webhook from webhook_deliveries
        where state = 'pending' and (organisation, webhook) > (h.organisation, h.webhook)
        order by organisation, webhook limit 1) as n),
    due as (
      select organisation, delivery, row_number() over (partition by organisation order by due_at) as turn
      from (select h.organisation, h.webhook, ${each}::bigint - (select count(*) from webhook_deliveries
          where organisation = h.organisation and webhook = h.webhook and state = 'pending'
            and leased_until > now()) as room
        from hooks h) as open
      cross join lateral (select delivery, due_at from webhook_deliveries
        where organisation = open.organisation and webhook = open.webhook and ${free}
        order by due_at limit greatest(open.room, 0)) as next)
    update webhook_deliveries set fence = fence + 1,
      attempts = attempts + 1, leased_until = now() + ${lease} * interval '1 millisecond'
    where (organisation, delivery) in (select d.organisation, d.delivery
      from webhook_deliveries d join due using (organisation, delivery)
      where ${free} order by due.turn, d.due_at limit ${limit} for update of d skip locked)
    returning organisation, delivery, webhook, fence, attempts, body`.execute(control);
  return rows;
}

export interface DeliveryEnd {
  readonly state: 'pending' | 'delivered' | 'dead';
  /** HTTP status that the receiver gave. */
  readonly status?: number | undefined;
  readonly error?: string | undefined;
  /** Milliseconds until the next attempt, when it stays pending. */
  readonly retryIn?: number;
}

/** False when another instance has taken the delivery over. */
export async function finishDelivery(
  control: Control,
  { delivery, fence }: Pick<ClaimedDelivery, 'delivery' | 'fence'>,
  { state, status, error, retryIn = 0 }: DeliveryEnd,
): Promise<boolean> {
  const done = await sql`update webhook_deliveries set state = ${state}, status = ${status ?? null}::bigint,
      error = ${error ?? null}::text, leased_until = null, due_at = now() + ${retryIn} * interval '1 millisecond',
      finished_at = case when ${state} = 'pending' then null else now() end
    where organisation = own_organisation() and delivery = ${delivery} and fence = ${fence}`.execute(control);
  return (done.numAffectedRows ?? 0n) > 0n;
}
