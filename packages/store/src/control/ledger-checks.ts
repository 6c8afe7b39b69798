/** How far ledgers were verified and anchored. */
import type { Digest } from '@custos/core';
import { type Selectable, sql } from 'kysely';
import type { Control } from '../service.ts';
import type { Tables } from '../sql/tables.ts';

export type LedgerCheckRow = Selectable<Tables['ledger_checks']>;

/** @param system '' for the organisation's own ledger */
export function findLedgerCheck(control: Control, system: string): Promise<LedgerCheckRow | undefined> {
  return control.selectFrom('ledger_checks').selectAll().where('system', '=', system).executeTakeFirst();
}

export function ledgerChecks(control: Control): Promise<Omit<LedgerCheckRow, 'peaks'>[]> {
  return control
    .selectFrom('ledger_checks')
    .select(['organisation', 'system', 'size', 'root', 'checked_at', 'read_at', 'failure'])
    .orderBy('system')
    .execute();
}

/** How many systems have a ledger that was never verified. */
export async function unverifiedSystems(control: Control): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from systems s where s.archived_at is null
    and not exists (select from ledger_checks c where c.organisation = s.organisation and c.system = s.system)`.execute(
    control,
  );
  return rows[0]?.n ?? 0;
}

export interface VerifiedLedger {
  readonly organisation: string;
  readonly system: string;
  readonly size: number;
  readonly root: Digest;
  readonly peaks: readonly Uint8Array[];
  /** All of it was read, and not only what is new. */
  readonly whole: boolean;
}

export async function putLedgerCheck(control: Control, ledger: VerifiedLedger): Promise<void> {
  const { organisation, system, size, root, whole } = ledger;
  const now = sql<Date>`now()`;
  const change = { size, root, peaks: Buffer.concat(ledger.peaks), checked_at: now, failure: null };
  await control
    .insertInto('ledger_checks')
    .values({ organisation, system, ...change, read_at: now })
    .onConflict((c) =>
      c.columns(['organisation', 'system']).doUpdateSet(whole ? { ...change, read_at: now } : change),
    )
    .execute();
}

/** A check that failed leaves what was verified before as it was, so that the next one fails too until it is mended. */
export async function putLedgerFailure(
  control: Control,
  { organisation, system, failure }: { organisation: string; system: string; failure: string },
): Promise<void> {
  await sql`insert into ledger_checks (organisation, system, size, root, peaks, checked_at, read_at, failure)
    values (${organisation}, ${system}, 0, '', '', now(), 'epoch', ${failure})
    on conflict (organisation, system) do update set checked_at = now(), failure = excluded.failure`.execute(
    control,
  );
}

/** Checkpoint of a system's ledger. */
export interface LedgerHead {
  readonly system: string;
  readonly size: number;
  readonly root: string;
  readonly note: string;
}

/** Systems whose ledger grew since its last anchor, as their ledgers stand. */
export async function unanchored(control: Control, limit: number): Promise<LedgerHead[]> {
  await sql`select set_config('custos.heads', 'on', true)`.execute(control);
  const { rows } =
    await sql<LedgerHead>`select s.system, h.size, 'sha256:' || encode(h.root, 'hex') as root, h.note
    from systems s join ledger_heads h on h.organisation = s.organisation || '/' || s.system
    left join ledger_anchors a on a.organisation = s.organisation and a.system = s.system
    where h.size > coalesce(a.size, 0) order by s.system limit ${limit}`.execute(control);
  return rows;
}

/** Where the organisation's ledger holds the system's for the last time. */
export function findAnchor(
  control: Control,
  system: string,
): Promise<{ size: number; root: string } | undefined> {
  return control
    .selectFrom('ledger_anchors')
    .select(['size', 'root'])
    .where('system', '=', system)
    .executeTakeFirst();
}

/** False when a ledger is anchored that far already. */
export async function putAnchor(
  control: Control,
  anchor: { organisation: string; system: string; size: number; root: string },
): Promise<boolean> {
  const done = await sql`insert into ledger_anchors (organisation, system, size, root, at)
    values (${anchor.organisation}, ${anchor.system}, ${anchor.size}, ${anchor.root}, now())
    on conflict (organisation, system) do update set size = excluded.size, root = excluded.root, at = excluded.at
      where ledger_anchors.size < excluded.size`.execute(control);
  return (done.numAffectedRows ?? 0n) > 0n;
}

/** Systems with a verdict that lapsed by now. */
export async function lapsedSystems(control: Control, now: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ system: string }>`select c.system from current_assessments c
    join assessments a on a.organisation = c.organisation and a.system = c.system and a.sequence = c.sequence
    join systems s on s.organisation = c.organisation and s.system = c.system
    where a.next_expiry < ${now} and s.archived_at is null order by a.next_expiry, c.system limit ${limit}`.execute(
    control,
  );
  return rows.map(({ system }) => system);
}

/** Verdicts that lapse before `until` and of which nobody was told; told afterwards. */
export async function takeExpiries(
  control: Control,
  { from, until, limit }: { from: string; until: string; limit: number },
): Promise<{ system: string; duty: string; at: string }[]> {
  const { rows } = await sql<{ system: string; duty: string; at: string }>`insert into expiry_notices
      (organisation, system, duty, at)
    select e.organisation, e.system, e.duty, e.at from expiries e
      join systems s on s.organisation = e.organisation and s.system = e.system
      where e.at >= ${from} and e.at < ${until} and s.archived_at is null and not exists (
        select from expiry_notices n where n.organisation = e.organisation and n.system = e.system
          and n.duty = e.duty and n.at = e.at)
      order by e.at, e.system, e.duty limit ${limit}
    on conflict do nothing returning system, duty, at`.execute(control);
  return rows;
}

/** Notices of what lapsed long ago. */
export async function removeExpiryNotices(control: Control, before: string): Promise<void> {
  await control.deleteFrom('expiry_notices').where('at', '<', before).execute();
}
