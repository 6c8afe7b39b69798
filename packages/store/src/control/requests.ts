/** Requests for decisions, the decisions on them, and who decides for whom. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Control } from '../service.ts';
import type { RequestStatus, Tables } from '../sql/tables.ts';
import { emit } from './events.ts';

export type RequestRow = Selectable<Tables['requests']>;
export type StepRow = Pick<Tables['request_steps'], 'step' | 'role' | 'needed' | 'people'>;
export type DecisionRow = Omit<Tables['request_decisions'], 'organisation' | 'system' | 'request'>;
export type DelegationRow = Selectable<Tables['delegations']>;

interface Ref {
  readonly organisation: string;
  readonly system: string;
}

/** A request with its steps and what was decided so far. */
export interface WholeRequest {
  readonly row: RequestRow;
  readonly steps: readonly StepRow[];
  readonly decisions: readonly DecisionRow[];
}

export type NewRequest = Omit<
  RequestRow,
  'step' | 'status' | 'closed_at' | 'outcome' | 'reminded_at' | 'version'
>;

export async function insertRequest(
  control: Control,
  row: NewRequest,
  steps: readonly Omit<StepRow, 'step'>[],
): Promise<void> {
  await control.insertInto('requests').values(row).execute();
  const { organisation, system, request } = row;
  await control
    .insertInto('request_steps')
    .values(steps.map((step, at) => ({ organisation, system, request, step: at + 1, ...step })))
    .execute();
  await emit(control, { kind: 'request.changed', system, detail: { request } });
}

export async function findRequest(
  control: Control,
  system: string,
  request: string,
): Promise<WholeRequest | undefined> {
  const row = await control
    .selectFrom('requests')
    .selectAll()
    .where('system', '=', system)
    .where('request', '=', request)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const steps = await control
    .selectFrom('request_steps')
    .select(['step', 'role', 'needed', 'people'])
    .where('system', '=', system)
    .where('request', '=', request)
    .orderBy('step')
    .execute();
  const decisions = await control
    .selectFrom('request_decisions')
    .select(['person', 'role', 'step', 'decision', 'reason', 'on_behalf_of', 'observation', 'at'])
    .where('system', '=', system)
    .where('request', '=', request)
    .orderBy('at')
    .orderBy('person')
    .execute();
  return { row, steps, decisions };
}

export interface RequestChange {
  readonly step?: number;
  readonly status?: RequestStatus;
  readonly closed_at?: string;
  readonly outcome?: string;
}

/** Changes an open request that is still at `version`, and tells of it; false when somebody was first. */
export async function updateRequest(
  control: Control,
  { system, request, version }: { system: string; request: string; version: number },
  change: RequestChange,
): Promise<boolean> {
  const done = await control
    .updateTable('requests')
    .set({ ...change, version: version + 1 })
    .where('system', '=', system)
    .where('request', '=', request)
    .where('version', '=', version)
    .where('status', '=', 'open')
    .executeTakeFirst();
  if (done.numUpdatedRows === 0n) return false;
  const { status } = change;
  const detail = status === undefined ? { request } : { request, status };
  await emit(control, { kind: 'request.changed', system, detail });
  return true;
}

/** Claims the right to remind of an open request now; false when it was done after `since`, perhaps by another instance. */
export async function claimRequestReminder(
  control: Control,
  { system, request }: { system: string; request: string },
  { now, since }: { now: string; since: string },
): Promise<boolean> {
  const done = await control
    .updateTable('requests')
    .set({ reminded_at: now })
    .where('system', '=', system)
    .where('request', '=', request)
    .where('status', '=', 'open')
    .where((where) => where.or([where('reminded_at', 'is', null), where('reminded_at', '<', since)]))
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Systems with open requests. */
export async function systemsWithRequests(control: Control): Promise<string[]> {
  const rows = await control
    .selectFrom('requests')
    .select('system')
    .distinct()
    .where('status', '=', 'open')
    .orderBy('system')
    .execute();
  return rows.map(({ system }) => system);
}

export async function insertDecision(control: Control, row: Tables['request_decisions']): Promise<void> {
  await control.insertInto('request_decisions').values(row).execute();
}

export interface RequestFilter {
  readonly status?: RequestStatus | undefined;
  readonly system?: string | undefined;
  /** Made by this person. */
  readonly madeBy?: string | undefined;
  /** Waiting for this person's word now; `administrator`: they also speak for the organisation. */
  readonly waitsFor?:
    | { readonly person: string; readonly administrator: boolean; readonly now: string }
    | undefined;
  /** Only on systems on which this person holds a role. */
  readonly visibleTo?: string | undefined;
  readonly dueBefore?: string | undefined;
  /** Due time and id of the last one before. */
  readonly after?: { readonly dueAt: string; readonly request: string } | undefined;
  readonly limit: number;
}

/** A page of requests, those that are due first. */
export function requestPage(control: Control, filter: RequestFilter): Promise<RequestRow[]> {
  let page = control
    .selectFrom('requests as r')
    .selectAll('r')
    .orderBy('r.due_at')
    .orderBy('r.request')
    .limit(filter.limit);
  if (filter.status !== undefined) page = page.where('r.status', '=', filter.status);
  if (filter.system !== undefined) page = page.where('r.system', '=', filter.system);
  if (filter.madeBy !== undefined) page = page.where('r.requested_by', '=', filter.madeBy);
  if (filter.dueBefore !== undefined) page = page.where('r.due_at', '<', filter.dueBefore);
  if (filter.after !== undefined)
    page = page.where(sql<SqlBool>`(r.due_at, r.request) > (${filter.after.dueAt}, ${filter.after.request})`);
  const { visibleTo, waitsFor } = filter;
  if (visibleTo !== undefined)
    page = page.where(sql<SqlBool>`exists (select from system_roles v where v.organisation = r.organisation
      and v.system = r.system and v.person = ${visibleTo})`);
  if (waitsFor !== undefined) {
    const { person, administrator, now } = waitsFor;
    page = page
      .where('r.status', '=', 'open')
      .where(sql<SqlBool>`not (r.authors @> array[${person}]::text[])`)
      .where(sql<SqlBool>`not exists (select from request_decisions d where d.organisation = r.organisation
        and d.system = r.system and d.request = r.request and (d.person = ${person} or d.on_behalf_of = ${person}))`)
      .where(sql<SqlBool>`exists (select from request_steps s where s.organisation = r.organisation
        and s.system = r.system and s.request = r.request and s.step = r.step
        and (s.role = 'organisation' and ${administrator} or exists (select from system_roles h
          where h.organisation = r.organisation and h.system = r.system and h.person = ${person} and h.role = s.role))
        and not (s.role = 'data_custodian' and exists (select from system_roles w where w.organisation = r.organisation
          and w.system = r.system and w.person = ${person} and w.role = 'developer'))
        and (s.people is null or s.people @> array[${person}]::text[] or exists (select from delegations g
          where g.organisation = r.organisation and g.system = r.system and g.to_person = ${person}
          and g.role = s.role and g.from_person = any(s.people) and g.revoked_at is null
          and g.starts_at <= ${now} and g.ends_at > ${now} and not (r.authors @> array[g.from_person])
          and not exists (select from request_decisions d where d.organisation = r.organisation and d.system = r.system
            and d.request = r.request and g.from_person in (d.person, d.on_behalf_of)))))`);
  }
  return page.execute();
}

export async function insertDelegation(control: Control, row: Tables['delegations']): Promise<void> {
  await control.insertInto('delegations').values(row).execute();
}

/** Delegations on a system that are not revoked and end after `now`; those to come are among them. */
export function delegationsOn(
  control: Control,
  { system }: Pick<Ref, 'system'>,
  now: string,
): Promise<DelegationRow[]> {
  return control
    .selectFrom('delegations')
    .selectAll()
    .where('system', '=', system)
    .where('revoked_at', 'is', null)
    .where('ends_at', '>', now)
    .orderBy('ends_at')
    .orderBy('delegation')
    .execute();
}

/** False when it is none of this person's, or revoked already. */
export async function revokeDelegation(
  control: Control,
  { system, delegation, person, now }: { system: string; delegation: string; person: string; now: string },
): Promise<boolean> {
  const done = await control
    .updateTable('delegations')
    .set({ revoked_at: now })
    .where('system', '=', system)
    .where('delegation', '=', delegation)
    .where('from_person', '=', person)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}
