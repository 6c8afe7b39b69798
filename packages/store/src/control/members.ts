/** Organisations and who belongs to them. */
import type { Control } from '../service.ts';

export interface Membership {
  readonly organisation: string;
  readonly person: string;
  readonly name: string;
  readonly role: string;
  readonly version: number;
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
  row: { organisation: string; person: string; name: string; role: string },
): Promise<boolean> {
  const made = await control
    .insertInto('members')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Active memberships that this transaction may see: of one organisation, or of one person (`asPerson`). */
export function memberships(control: Control, person?: string): Promise<Membership[]> {
  let query = control
    .selectFrom('members')
    .select(['organisation', 'person', 'name', 'role', 'version'])
    .where('active', '=', true)
    .orderBy('organisation')
    .orderBy('person');
  if (person !== undefined) query = query.where('person', '=', person);
  return query.execute();
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
