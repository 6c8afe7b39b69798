/** Public pages: drafts, what is published, and the notices beside them. */
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Control } from '../service.ts';
import type { Tables } from '../sql/tables.ts';

export type PublicationRow = Selectable<Tables['publications']>;
export type NoticeRow = Selectable<Tables['notices']>;

/** @param page id of a system, or '' for the organisation's own */
export function findPublication(control: Control, page: string): Promise<PublicationRow | undefined> {
  return control.selectFrom('publications').selectAll().where('page', '=', page).executeTakeFirst();
}

/** Systems with a published page, by the name that it gives; at most 1000. */
export async function publishedSystems(control: Control): Promise<{ id: string; name: string }[]> {
  return control
    .selectFrom('publications')
    .select(['page as id', sql<string>`published::jsonb -> 'system' ->> 'name'`.as('name')])
    .where('page', '<>', '')
    .where('published', 'is not', null)
    .orderBy('page')
    .limit(1000)
    .execute();
}

/** Organisations that have published a page, at most two; within `acrossOrganisations`. */
export async function publishingOrganisations(control: Control): Promise<string[]> {
  const rows = await control
    .selectFrom('publications')
    .select('organisation')
    .where('page', '=', '')
    .where('published', 'is not', null)
    .orderBy('organisation')
    .limit(2)
    .execute();
  return rows.map(({ organisation }) => organisation);
}

/** False when somebody else saved in the meantime. @param version 0 where there was no draft */
export async function saveDraft(
  control: Control,
  row: Pick<PublicationRow, 'organisation' | 'page' | 'draft' | 'edited_by' | 'edited_at'>,
  version: number,
): Promise<boolean> {
  if (version === 0) {
    const made = await control
      .insertInto('publications')
      .values(row)
      .onConflict((c) => c.columns(['organisation', 'page']).doNothing())
      .executeTakeFirst();
    return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }
  const { draft, edited_by, edited_at } = row;
  return updatePublication(control, { page: row.page, version }, { draft, edited_by, edited_at });
}

/** False when it changed in the meantime. */
export async function updatePublication(
  control: Control,
  { page, version }: { page: string; version: number },
  change: Partial<
    Pick<
      PublicationRow,
      'draft' | 'edited_by' | 'edited_at' | 'published' | 'published_by' | 'published_at' | 'edition'
    >
  >,
): Promise<boolean> {
  const done = await control
    .updateTable('publications')
    .set({ ...change, version: sql`version + 1` })
    .where('page', '=', page)
    .where('version', '=', version)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

export async function insertNotice(control: Control, row: Omit<NoticeRow, 'withdrawn_at'>): Promise<void> {
  await control.insertInto('notices').values(row).execute();
}

/** Newest first; at most 200. */
export function noticesOf(control: Control, system: string): Promise<NoticeRow[]> {
  return control
    .selectFrom('notices')
    .selectAll()
    .where('system', '=', system)
    .where('withdrawn_at', 'is', null)
    .orderBy('published_at', 'desc')
    .orderBy('notice')
    .limit(200)
    .execute();
}

/** False when there is no such notice, or it is withdrawn. */
export async function withdrawNotice(
  control: Control,
  { system, notice, at }: { system: string; notice: string; at: string },
): Promise<boolean> {
  const done = await control
    .updateTable('notices')
    .set({ withdrawn_at: at })
    .where('system', '=', system)
    .where('notice', '=', notice)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}
