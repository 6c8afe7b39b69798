/** How people of an organisation sign in, and the groups that its directory keeps. */
import { sql } from 'kysely';
import type { Control } from '../service.ts';
import type { IdentityTables } from '../sql/identity-tables.ts';

export interface SignInSettings {
  readonly second_factor: boolean;
  /** JSON */
  readonly sso: string | null;
  /** Encrypted. */
  readonly client_secret: string | null;
  /** JSON */
  readonly mappings: string;
}

/** Version 0: nobody set anything. */
export async function signInSettings(control: Control): Promise<SignInSettings & { version: number }> {
  const row = await control
    .selectFrom('sign_in_settings')
    .select(['second_factor', 'sso', 'client_secret', 'mappings', 'version'])
    .executeTakeFirst();
  return row ?? { second_factor: false, sso: null, client_secret: null, mappings: '[]', version: 0 };
}

/** True while that is the version; nobody changes it before this transaction ends. */
export async function holdSignInSettings(control: Control, version: number): Promise<boolean> {
  const row = await control.selectFrom('sign_in_settings').select('version').forShare().executeTakeFirst();
  return row?.version === version;
}

/** False when the version is another by now. */
export async function replaceSignInSettings(
  control: Control,
  { organisation, version }: { organisation: string; version: number },
  settings: SignInSettings,
): Promise<boolean> {
  if (version === 0) {
    const made = await control
      .insertInto('sign_in_settings')
      .values({ organisation, ...settings })
      .onConflict((c) => c.doNothing())
      .executeTakeFirst();
    return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }
  const changed = await control
    .updateTable('sign_in_settings')
    .set({ ...settings, version: version + 1 })
    .where('version', '=', version)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

export type GroupRow = IdentityTables['provisioned_groups'];

export function groups(control: Control): Promise<GroupRow[]> {
  return control.selectFrom('provisioned_groups').selectAll().orderBy('grouping').execute();
}

/** All memberships, or those of one person. */
export function groupMembers(
  control: Control,
  person?: string,
): Promise<{ grouping: string; name: string; person: string }[]> {
  let query = control
    .selectFrom('provisioned_group_members as m')
    .innerJoin('provisioned_groups as g', (join) =>
      join.onRef('g.organisation', '=', 'm.organisation').onRef('g.grouping', '=', 'm.grouping'),
    )
    .select(['m.grouping', 'g.name', 'm.person'])
    .orderBy('m.grouping')
    .orderBy('m.person');
  if (person !== undefined) query = query.where('m.person', '=', person);
  return query.execute();
}

/** False when another group has that name. */
export async function putGroup(control: Control, row: GroupRow): Promise<boolean> {
  const other = await control
    .selectFrom('provisioned_groups')
    .select('grouping')
    .where(sql<string>`lower(name)`, '=', row.name.toLowerCase())
    .where('grouping', '<>', row.grouping)
    .executeTakeFirst();
  if (other) return false;
  const { name, external_id } = row;
  await control
    .insertInto('provisioned_groups')
    .values(row)
    .onConflict((c) => c.columns(['organisation', 'grouping']).doUpdateSet({ name, external_id }))
    .execute();
  return true;
}

export async function replaceGroupMembers(
  control: Control,
  { organisation, grouping }: { organisation: string; grouping: string },
  people: readonly string[],
): Promise<void> {
  await control.deleteFrom('provisioned_group_members').where('grouping', '=', grouping).execute();
  if (people.length > 0)
    await control
      .insertInto('provisioned_group_members')
      .values(people.map((person) => ({ organisation, grouping, person })))
      .onConflict((c) => c.doNothing())
      .execute();
}

export async function deleteGroup(control: Control, grouping: string): Promise<void> {
  await control.deleteFrom('provisioned_groups').where('grouping', '=', grouping).execute();
}
