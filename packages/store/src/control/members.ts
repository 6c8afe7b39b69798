/** Organisations and who belongs to them. */
import { sql } from 'kysely';
import type { Control } from '../service.ts';

export interface Membership {
  readonly organisation: string;
  readonly person: string;
  readonly name: string;
  readonly role: string;
  readonly version: number;
  /** With an account of their own, by an invitation of this organisation. */
  readonly joined: boolean;
}

export async function insertOrganisation(
  control: Control,
  row: { organisation: string; name: string; created_at: string },
): Promise<boolean> {
  const made = await control
    .insertInto('organisations')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function organisationName(control: Control): Promise<string | undefined> {
  return (await control.selectFrom('organisations').select('name').executeTakeFirst())?.name;
}

export async function insertMember(
  control: Control,
  row: { organisation: string; person: string; name: string; role: string; joined?: boolean },
): Promise<boolean> {
  const made = await control
    .insertInto('members')
    .values({ ...row, external_id: null })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Active memberships that this transaction may see: of one organisation, or of one person (`asPerson`). */
export function memberships(control: Control, person?: string): Promise<Membership[]> {
  let query = control
    .selectFrom('members')
    .select(['organisation', 'person', 'name', 'role', 'version', 'joined'])
    .where('active', '=', true)
    .orderBy('organisation')
    .orderBy('person');
  if (person !== undefined) query = query.where('person', '=', person);
  return query.execute();
}

export interface MemberRow extends Membership {
  readonly active: boolean;
  readonly external_id: string | null;
}

/** Everybody who is or was a member, or one of them. */
export function memberRows(control: Control, person?: string): Promise<MemberRow[]> {
  let query = control
    .selectFrom('members')
    .select(['organisation', 'person', 'name', 'role', 'version', 'active', 'joined', 'external_id'])
    .orderBy('person');
  if (person !== undefined) query = query.where('person', '=', person);
  return query.execute();
}

/** Makes a member, or makes a former one a member again. */
export async function putMember(
  control: Control,
  row: {
    organisation: string;
    person: string;
    name: string;
    role: string;
    joined: boolean;
    external_id?: string | null;
  },
): Promise<void> {
  const { name, role, joined, external_id = null } = row;
  await control
    .insertInto('members')
    .values({ ...row, external_id })
    .onConflict((c) =>
      c.columns(['organisation', 'person']).doUpdateSet({
        name,
        role,
        joined,
        active: true,
        external_id: sql<string | null>`coalesce(${external_id}, members.external_id)`,
        version: sql<number>`members.version + 1`,
      }),
    )
    .execute();
}

/** False when the version is another by now. @param version undefined: whichever it is */
export async function updateMember(
  control: Control,
  { person, version }: { person: string; version?: number | undefined },
  set: { name?: string; role?: string; active?: boolean; joined?: boolean; external_id?: string | null },
): Promise<boolean> {
  let query = control
    .updateTable('members')
    .set({ ...set, version: sql<number>`version + 1` })
    .where('person', '=', person);
  if (version !== undefined) query = query.where('version', '=', version);
  return (await query.executeTakeFirst()).numUpdatedRows > 0n;
}

/** Administrators who can act: active ones who joined with an account of their own. */
export async function administrators(control: Control): Promise<string[]> {
  const rows = await control
    .selectFrom('members')
    .select('person')
    .where('role', '=', 'administrator')
    .where('active', '=', true)
    .where('joined', '=', true)
    .execute();
  return rows.map((row) => row.person);
}

/** Organisations of which the person is an active member. */
export async function organisationsOf(control: Control, person: string): Promise<string[]> {
  await sql`select set_config('custos.person', ${person}, true)`.execute(control);
  const rows = await control
    .selectFrom('members')
    .select('organisation')
    .where('person', '=', person)
    .where('active', '=', true)
    .execute();
  await sql`select set_config('custos.person', '', true)`.execute(control);
  return rows.map((row) => row.organisation);
}

export async function deleteSystemRoles(control: Control, person: string): Promise<void> {
  await control.deleteFrom('system_roles').where('person', '=', person).execute();
}

export async function insertSystemRole(
  control: Control,
  row: { organisation: string; system: string; person: string; role: string },
): Promise<void> {
  await control
    .insertInto('system_roles')
    .values(row)
    .onConflict((c) => c.doNothing())
    .execute();
}

export async function deleteSystemRole(
  control: Control,
  { system, person, role }: { system: string; person: string; role: string },
): Promise<void> {
  await control
    .deleteFrom('system_roles')
    .where('system', '=', system)
    .where('person', '=', person)
    .where('role', '=', role)
    .execute();
}

/** Roles on systems: all of them, or of one person or one system. */
export function systemRoles(
  control: Control,
  of: { person?: string; system?: string } = {},
): Promise<{ system: string; person: string; role: string }[]> {
  let query = control
    .selectFrom('system_roles')
    .select(['system', 'person', 'role'])
    .orderBy('system')
    .orderBy('role')
    .orderBy('person');
  if (of.person !== undefined) query = query.where('person', '=', of.person);
  if (of.system !== undefined) query = query.where('system', '=', of.system);
  return query.execute();
}

/** Replaces the roles on a system. The database refuses people who are no members. */
export async function replaceSystemRoles(
  control: Control,
  of: { organisation: string; system: string },
  roles: readonly { person: string; role: string }[],
): Promise<void> {
  await control.deleteFrom('system_roles').where('system', '=', of.system).execute();
  if (roles.length > 0)
    await control
      .insertInto('system_roles')
      .values(roles.map((role) => ({ ...of, ...role })))
      .onConflict((c) => c.doNothing())
      .execute();
}
