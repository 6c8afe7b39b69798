/** AI systems as the control plane lists them. */
import { sql } from 'kysely';
import type { Control } from '../service.ts';

export interface SystemRow {
  readonly system: string;
  readonly name: string;
  readonly phase: string;
  readonly purpose: string;
  readonly declaration: string;
  readonly created_at: string;
  readonly version: number;
  readonly evaluated_at: string | null;
  readonly fingerprint: string | null;
  readonly counts: string | null;
  readonly next_expiry: string | null;
}

export interface SystemFilter {
  readonly search?: string | undefined;
  readonly phase?: string | undefined;
  readonly verdict?: string | undefined;
  /** Only systems on which this person holds a role. */
  readonly person?: string | undefined;
  /** Ids after this one. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Systems with how they stand, joined for the rows that are asked for and no others. */
function standing(control: Control, rows: ReturnType<typeof systems>) {
  return control
    .selectFrom(rows.as('s'))
    .leftJoin('current_assessments as c', (join) =>
      join.onRef('c.organisation', '=', 's.organisation').onRef('c.system', '=', 's.system'),
    )
    .leftJoin('assessments as a', (join) =>
      join
        .onRef('a.organisation', '=', 'c.organisation')
        .onRef('a.system', '=', 'c.system')
        .onRef('a.sequence', '=', 'c.sequence'),
    )
    .select([
      's.system',
      's.name',
      's.phase',
      's.purpose',
      's.declaration',
      's.created_at',
      's.version',
      'a.evaluated_at',
      'a.fingerprint',
      'a.counts',
      'a.next_expiry',
    ])
    .orderBy('s.system');
}

function systems(control: Control) {
  return control.selectFrom('systems as s').selectAll('s').where('s.archived_at', 'is', null);
}

export function findSystem(control: Control, system: string): Promise<SystemRow | undefined> {
  return standing(control, systems(control).where('s.system', '=', system)).executeTakeFirst();
}

/** A page of systems by id. */
export function systemPage(control: Control, filter: SystemFilter): Promise<SystemRow[]> {
  let page = systems(control).orderBy('s.system').limit(filter.limit);
  if (filter.after !== undefined) page = page.where('s.system', '>', filter.after);
  if (filter.phase !== undefined) page = page.where('s.phase', '=', filter.phase);
  if (filter.verdict !== undefined)
    page =
      page.where(sql<boolean>`exists (select from current_assessments c where c.organisation = s.organisation
      and c.system = s.system and c.verdicts @> array[${filter.verdict}]::text[])`);
  if (filter.search !== undefined && filter.search !== '') {
    const like = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    page = page.where((e) =>
      e.or([e('s.system', 'ilike', like), e('s.name', 'ilike', like), e('s.purpose', 'ilike', like)]),
    );
  }
  const { person } = filter;
  if (person !== undefined)
    page = page.where((e) =>
      e.exists(
        e
          .selectFrom('system_roles as r')
          .select('r.role')
          .whereRef('r.organisation', '=', 's.organisation')
          .whereRef('r.system', '=', 's.system')
          .where('r.person', '=', person),
      ),
    );
  return standing(control, page).execute();
}

export interface NewSystem {
  readonly organisation: string;
  readonly system: string;
  readonly name: string;
  readonly phase: string;
  readonly purpose: string;
  readonly declaration: string;
  readonly created_at: string;
}

/** False when the id is taken. */
export async function insertSystem(control: Control, row: NewSystem): Promise<boolean> {
  const made = await control
    .insertInto('systems')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Changes a system that is still at `version`; false when somebody else was first. */
export async function updateSystem(
  control: Control,
  { system, version }: { system: string; version: number },
  change: Partial<Pick<NewSystem, 'name' | 'phase' | 'purpose' | 'declaration'>>,
): Promise<boolean> {
  const done = await control
    .updateTable('systems')
    .set({ ...change, version: version + 1 })
    .where('system', '=', system)
    .where('version', '=', version)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}
