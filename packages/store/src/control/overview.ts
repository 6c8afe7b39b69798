/** Questions across all systems of an organisation, answered by the database: nothing here loads systems one by one. */
import { SystemRole } from '@custos/core';
import { sql } from 'kysely';
import type { Control } from '../service.ts';

/** Whose systems: undefined for somebody who may see all of them. */
export interface Seen {
  readonly person?: string | undefined;
}

export interface PhaseRow {
  readonly phase: string;
  readonly systems: number;
  readonly fail: number;
  readonly inconclusive: number;
  readonly pass: number;
  readonly not_assessed: number;
}

export interface DutyOnSystem {
  readonly system: string;
  readonly name: string;
  readonly duty: string;
}

export interface ChangeRow extends DutyOnSystem {
  readonly sequence: number;
  readonly at: string;
  readonly was: string;
  readonly became: string;
  readonly reason: string;
}

/** Duties by the role that answers for them; of the organisation's duties an administrator's. */
export type DutiesByRole = Readonly<Record<string, readonly string[]>>;

function seenBy(person: string | undefined, alias: string) {
  const system = sql.ref(`${alias}.system`);
  return person === undefined
    ? sql<boolean>`true`
    : sql<boolean>`exists (select from system_roles own where own.organisation = own_organisation()
        and own.system = ${system} and own.person = ${person})`;
}

export async function phaseCounts(control: Control, { person }: Seen): Promise<PhaseRow[]> {
  const { rows } = await sql<PhaseRow>`select s.phase, count(*) as systems,
      count(*) filter (where 'fail' = any(c.verdicts)) as fail,
      count(*) filter (where 'inconclusive' = any(c.verdicts) and not 'fail' = any(c.verdicts)) as inconclusive,
      count(*) filter (where c.verdicts <@ array['pass', 'not_applicable']) as pass,
      count(*) filter (where c.system is null) as not_assessed
    from systems s left join current_assessments c on c.organisation = s.organisation and c.system = s.system
    where s.archived_at is null and ${seenBy(person, 's')} group by s.phase`.execute(control);
  return rows;
}

/**
 * True for a row's duty on its system when a person answers for it: through a role on the system, an administrator also
 * for the organisation's duties. The systems of each role are looked up once for the whole query: an `in` under an `or`
 * is a hashed sub-plan, whereas a join would be planned by wrong guesses of how many systems one person holds.
 */
function answersFor(alias: string, { person, administrator, duties }: Answering) {
  const [system, duty] = [sql.ref(`${alias}.system`), sql.ref(`${alias}.duty`)];
  const of = (role: string) => sql<boolean>`${duty} = any(${[...(duties[role] ?? [])]}::text[])`;
  const through = SystemRole.options.map(
    (role) => sql<boolean>`(${of(role)} and ${system} in (select own.system from system_roles own
      where own.organisation = own_organisation() and own.person = ${person} and own.role = ${role}))`,
  );
  return sql<boolean>`(${administrator ? of('organisation') : sql`false`} or ${sql.join(through, sql` or `)})`;
}

interface Answering {
  readonly person: string;
  readonly administrator: boolean;
  readonly duties: DutiesByRole;
}

export interface MineOptions extends Answering {
  readonly limit: number;
}

export async function systemsHeld(control: Control, person: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(distinct r.system) as n from system_roles r
    join systems s on s.organisation = r.organisation and s.system = r.system
    where r.person = ${person} and s.archived_at is null`.execute(control);
  return rows[0]?.n ?? 0;
}

/** Failing duties that the person answers for, shall before should; `total` counts all of them. */
export async function failingOf(
  control: Control,
  options: MineOptions,
): Promise<(DutyOnSystem & { norm: string; waived: boolean; reason: string; total: number })[]> {
  const { rows } = await sql<
    DutyOnSystem & { norm: string; waived: boolean; reason: string; total: number }
  >`select f.system, s.name, f.duty, f.norm, f.waived, f.reason, count(*) over () as total
    from failing_duties f join systems s on s.organisation = f.organisation and s.system = f.system
    where f.organisation = own_organisation() and s.archived_at is null and ${answersFor('f', options)}
    order by f.waived, f.norm, f.system, f.duty limit ${options.limit}`.execute(control);
  return rows;
}

/** Duties that the person answers for whose verdict lapses before `until`. */
export async function lapsingOf(
  control: Control,
  { until, ...options }: MineOptions & { until: string },
): Promise<(DutyOnSystem & { at: string; total: number })[]> {
  const { rows } = await sql<DutyOnSystem & { at: string; total: number }>`
    select e.system, s.name, e.duty, e.at, count(*) over () as total
    from expiries e join systems s on s.organisation = e.organisation and s.system = e.system
    where e.at < ${until} and s.archived_at is null and ${answersFor('e', options)}
    order by e.at, e.system, e.duty limit ${options.limit}`.execute(control);
  return rows;
}

export interface ChangesOptions extends Seen {
  readonly since: string;
  readonly system?: string | undefined;
  /** The last change of the page before. */
  readonly after?: Pick<ChangeRow, 'at' | 'system' | 'sequence' | 'duty'> | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function changesSince(control: Control, options: ChangesOptions): Promise<ChangeRow[]> {
  const { person, since, system, after, limit } = options;
  const { rows } =
    await sql<ChangeRow>`select v.system, s.name, v.sequence, v.duty, v.at, v.was, v.became, v.reason
    from verdict_changes v join systems s on s.organisation = v.organisation and s.system = v.system
    where v.organisation = own_organisation() and v.at >= ${since} and s.archived_at is null and ${seenBy(person, 'v')}
      and ${system === undefined ? sql`true` : sql`v.system = ${system}`}
      and ${
        after === undefined
          ? sql`true`
          : sql`v.at <= ${after.at} and (v.at, v.system, v.sequence, v.duty)
              < (${after.at}, ${after.system}, ${after.sequence}::bigint, ${after.duty})`
      }
    order by v.at desc, v.system desc, v.sequence desc, v.duty desc limit ${limit}`.execute(control);
  return rows;
}

/** How much lapses on each day (UTC) in [from, until). */
export async function expiryDays(
  control: Control,
  { person, from, until }: Seen & { from: string; until: string },
): Promise<{ day: string; duties: number; systems: number }[]> {
  const { rows } = await sql<{ day: string; duties: number; systems: number }>`
    select t.day, sum(t.duties)::bigint as duties, count(*) as systems from (
      select substr(e.at, 1, 10) as day, e.system, count(*) as duties from expiries e
      where e.at >= ${from} and e.at < ${until} and ${seenBy(person, 'e')}
      group by 1, 2) t
    group by t.day order by t.day`.execute(control);
  return rows;
}

/** What lapses first from a time on. */
export async function nextExpiries(
  control: Control,
  { person, from, limit }: Seen & { from: string; limit: number },
): Promise<(DutyOnSystem & { at: string })[]> {
  const { rows } = await sql<DutyOnSystem & { at: string }>`select e.system, s.name, e.duty, e.at
    from expiries e join systems s on s.organisation = e.organisation and s.system = e.system
    where e.at >= ${from} and s.archived_at is null and ${seenBy(person, 'e')}
    order by e.at, e.system, e.duty limit ${limit}`.execute(control);
  return rows;
}
