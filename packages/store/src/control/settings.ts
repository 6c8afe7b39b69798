/** The organisation's values for the catalogue's settings: in force, and proposed. */
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Control } from '../service.ts';
import type { Tables } from '../sql/tables.ts';

export type SettingRow = Selectable<Tables['organisation_settings']>;

export function organisationSettings(control: Control): Promise<SettingRow[]> {
  return control.selectFrom('organisation_settings').selectAll().orderBy('setting').execute();
}

export function findSetting(control: Control, setting: string): Promise<SettingRow | undefined> {
  return control
    .selectFrom('organisation_settings')
    .selectAll()
    .where('setting', '=', setting)
    .executeTakeFirst();
}

export type SettingChange = Partial<Omit<SettingRow, 'organisation' | 'setting' | 'version'>>;

/** False when somebody else changed it in the meantime. @param version 0 where there was none */
export async function changeSetting(
  control: Control,
  { organisation, setting, version }: { organisation: string; setting: string; version: number },
  change: SettingChange,
): Promise<boolean> {
  if (version === 0) {
    const made = await control
      .insertInto('organisation_settings')
      .values({
        organisation,
        setting,
        value: null,
        reason: null,
        approved_by: null,
        approved_at: null,
        proposed: null,
        removal: false,
        proposed_reason: null,
        proposed_by: null,
        proposed_at: null,
        ...change,
      })
      .onConflict((c) => c.columns(['organisation', 'setting']).doNothing())
      .executeTakeFirst();
    return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }
  const done = await control
    .updateTable('organisation_settings')
    .set({ ...change, version: sql`version + 1` })
    .where('setting', '=', setting)
    .where('version', '=', version)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Systems whose own declaration sets a value, and which. @param setting only this one */
export async function declaredThresholds(
  control: Control,
  setting?: string,
): Promise<{ system: string; setting: string; value: number }[]> {
  const { rows } = await sql<{ system: string; setting: string; value: number }>`
    select s.system, t.key as setting, (t.value #>> '{}')::double precision as value
    from systems s, jsonb_each(coalesce(s.declaration::jsonb -> 'thresholds', '{}')) t
    where s.archived_at is null and jsonb_typeof(t.value) = 'number' and t.key = coalesce(${setting ?? null}::text, t.key)
    order by s.system, t.key limit 5000`.execute(control);
  return rows;
}
