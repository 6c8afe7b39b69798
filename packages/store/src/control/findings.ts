/** Findings that auditors raise, what was said on them, and how auditors marked the evidence that they looked at. */
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Control } from '../service.ts';
import type { FindingStatus } from '../sql/assurance-tables.ts';
import type { Tables } from '../sql/tables.ts';

export type FindingRow = Selectable<Tables['findings']>;
export type FindingWord = Omit<Tables['finding_words'], 'organisation' | 'system' | 'finding'>;
export type SampleMark = Omit<Tables['sample_marks'], 'organisation' | 'system'>;

export async function insertFinding(
  control: Control,
  row: Omit<FindingRow, 'status' | 'closed_at' | 'version'>,
): Promise<void> {
  await control.insertInto('findings').values(row).execute();
}

export function findFinding(
  control: Control,
  { system, finding }: { system: string; finding: string },
): Promise<FindingRow | undefined> {
  return control
    .selectFrom('findings')
    .selectAll()
    .where('system', '=', system)
    .where('finding', '=', finding)
    .executeTakeFirst();
}

/** Newest first. @param filter.person only on systems on which they hold a role */
export function findingPage(
  control: Control,
  filter: {
    system?: string | undefined;
    status?: FindingStatus | undefined;
    person?: string | undefined;
    /** Position of the last one of the page before. */
    after?: { raisedAt: string; finding: string } | undefined;
    limit: number;
  },
): Promise<FindingRow[]> {
  let query = control
    .selectFrom('findings')
    .selectAll()
    .orderBy('raised_at', 'desc')
    .orderBy('finding')
    .limit(filter.limit);
  if (filter.system !== undefined) query = query.where('system', '=', filter.system);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  const { after, person } = filter;
  if (after !== undefined)
    query = query.where((e) =>
      e.or([
        e('raised_at', '<', after.raisedAt),
        e.and([e('raised_at', '=', after.raisedAt), e('finding', '>', after.finding)]),
      ]),
    );
  if (person !== undefined)
    query = query.where((e) =>
      e.exists(
        e
          .selectFrom('system_roles')
          .select('system_roles.person')
          .whereRef('system_roles.system', '=', 'findings.system')
          .where('system_roles.person', '=', person),
      ),
    );
  return query.execute();
}

export function findingWords(
  control: Control,
  { system, finding }: { system: string; finding: string },
): Promise<FindingWord[]> {
  return control
    .selectFrom('finding_words')
    .select(['sequence', 'person', 'role', 'kind', 'text', 'at'])
    .where('system', '=', system)
    .where('finding', '=', finding)
    .orderBy('sequence')
    .execute();
}

/** False when the finding changed in the meantime. */
export async function addFindingWord(
  control: Control,
  ref: { organisation: string; system: string; finding: string },
  { version, status, word }: { version: number; status: FindingStatus; word: Omit<FindingWord, 'sequence'> },
): Promise<boolean> {
  const done = await control
    .updateTable('findings')
    .set({
      status,
      closed_at: status === 'closed' || status === 'withdrawn' ? word.at : null,
      version: sql`version + 1`,
    })
    .where('system', '=', ref.system)
    .where('finding', '=', ref.finding)
    .where('version', '=', version)
    .executeTakeFirst();
  if (done.numUpdatedRows === 0n) return false;
  const { sequence } = await control
    .selectFrom('finding_words')
    .select(({ fn }) => fn.coalesce(fn.max('sequence'), sql<number>`0`).as('sequence'))
    .where('system', '=', ref.system)
    .where('finding', '=', ref.finding)
    .executeTakeFirstOrThrow();
  await control
    .insertInto('finding_words')
    .values({ ...ref, ...word, sequence: sequence + 1 })
    .execute();
  return true;
}

export async function putSampleMark(control: Control, row: Tables['sample_marks']): Promise<void> {
  const { mark, note, at } = row;
  await control
    .insertInto('sample_marks')
    .values(row)
    .onConflict((c) =>
      c.columns(['organisation', 'system', 'auditor', 'observation']).doUpdateSet({ mark, note, at }),
    )
    .execute();
}

export function sampleMarks(
  control: Control,
  system: string,
  observations: readonly string[],
): Promise<SampleMark[]> {
  if (observations.length === 0) return Promise.resolve([]);
  return control
    .selectFrom('sample_marks')
    .select(['auditor', 'observation', 'mark', 'note', 'at'])
    .where('system', '=', system)
    .where('observation', 'in', observations)
    .orderBy('at')
    .execute();
}
