/**
 * What changed, for the console and for webhooks. An event is written in the transaction of the change that it tells of,
 * with a delivery for each webhook that asked for its kind: neither can be lost, nor tell of what did not happen.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Row } from '../backend.ts';
import type { Json } from '../contract.ts';
import type { Control } from '../service.ts';

export interface NewEvent {
  readonly kind: string;
  /** Absent: it concerns the organisation. */
  readonly system?: string | undefined;
  /** Ids and numbers only. */
  readonly detail?: { readonly [name: string]: Json };
}

export interface EventRow {
  readonly id: number;
  readonly xid: number;
  readonly kind: string;
  readonly system: string | null;
  readonly detail: string;
  readonly at: Date;
}

/** Where a reader stands. */
export type EventPosition = Pick<EventRow, 'id' | 'xid'>;

/** Tells of a change in the organisation of the transaction, if the transaction is committed. */
export async function emit(control: Control, { kind, system, detail = {} }: NewEvent): Promise<void> {
  const text = JSON.stringify(detail);
  await sql`insert into events (organisation, kind, system, detail)
    values (own_organisation(), ${kind}, ${system ?? null}, ${text})`.execute(control);
  const { rows } = await sql<{ webhook: string; at: Date; organisation: string }>`
    select webhook, now() as at, organisation from webhooks
    where active and (kinds = '{}' or ${kind} = any(kinds))`.execute(control);
  for (const { webhook, at, organisation } of rows) {
    const data = { organisation, ...(system === undefined ? {} : { system }), ...detail };
    await insertDelivery(control, { webhook, kind, at, data });
  }
}

/** @returns id of the delivery, which is also the `webhook-id` that the receiver sees */
export async function insertDelivery(
  control: Control,
  { webhook, kind, at, data }: { webhook: string; kind: string; at: Date; data: object },
): Promise<string> {
  const delivery = `msg_${randomUUID().replaceAll('-', '')}`;
  const body = JSON.stringify({ type: kind, timestamp: at.toISOString(), data });
  await sql`insert into webhook_deliveries (organisation, delivery, webhook, kind, body, due_at, created_at)
    values (own_organisation(), ${delivery}, ${webhook}, ${kind}, ${body}, now(), now())`.execute(control);
  return delivery;
}

/** Observations were appended to a ledger (`acme` or `acme/chatbot`). */
export async function emitRecorded(control: Control, ledger: string, rows: readonly Row[]): Promise<void> {
  const observations = rows.filter((row) => row.kind === 'observation');
  const first = observations[0];
  if (first === undefined) return;
  const system = ledger.split('/')[1];
  const types = [...new Set(observations.map(({ type }) => type))].sort();
  await emit(control, {
    kind: 'observation.recorded',
    system,
    detail: { first: first.index, count: observations.length, types },
  });
}

/**
 * The end of what is committed: reading after it gives what is committed from now on. Transactions under way are in neither
 * yet; their events come when all older ones have ended.
 */
export async function eventEnd(control: Control): Promise<EventPosition> {
  const { rows } = await sql<{ xid: number }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 as xid`.execute(control);
  return { xid: rows[0]?.xid ?? 0, id: Number.MAX_SAFE_INTEGER };
}

/** Events after a position, in the order of their transactions. */
export async function eventsAfter(
  control: Control,
  { xid, id }: EventPosition,
  limit: number,
): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`select id, xid, kind, system, detail, at from events
    where organisation = own_organisation() and (xid, id) > (${xid}::bigint, ${id}::bigint)
      and xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    order by xid, id limit ${limit}`.execute(control);
  return rows;
}

/** Removes events, and deliveries that are done, of all organisations. `acrossOrganisations` only. */
export async function removeOldEvents(
  control: Control,
  { events, deliveries }: { events: number; deliveries: number },
): Promise<void> {
  await sql`delete from events where at < now() - make_interval(days => ${events}::int)`.execute(control);
  await sql`delete from webhook_deliveries where state <> 'pending'
    and finished_at < now() - make_interval(days => ${deliveries}::int)`.execute(control);
}
