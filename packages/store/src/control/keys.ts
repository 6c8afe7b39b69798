/** API keys: a part of what a person may do in one organisation, until a day. */
import type { Control } from '../service.ts';
import type { IdentityTables } from '../sql/identity-tables.ts';

export type KeyRow = IdentityTables['api_keys'];

export async function insertKey(
  control: Control,
  row: Omit<KeyRow, 'last_used_at' | 'revoked_at'>,
): Promise<void> {
  await control
    .insertInto('api_keys')
    .values({ ...row, last_used_at: null, revoked_at: null })
    .execute();
}

/** Keys that are not revoked, newest first: of everybody, or of one person. */
export function keysOf(control: Control, person?: string): Promise<KeyRow[]> {
  let query = control
    .selectFrom('api_keys')
    .selectAll()
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('key');
  if (person !== undefined) query = query.where('person', '=', person);
  return query.execute();
}

/** The key that holds, by the SHA-256 of what was sent (`bySecret`). */
export function keyOf(control: Control, token: string, now: string): Promise<KeyRow | undefined> {
  return control
    .selectFrom('api_keys')
    .selectAll()
    .where('token', '=', token)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** How many were revoked: one by its id, or all of a person. */
export async function revokeKeys(
  control: Control,
  which: { key: string } | { person: string },
  now: string,
): Promise<number> {
  let query = control.updateTable('api_keys').set({ revoked_at: now }).where('revoked_at', 'is', null);
  query = 'key' in which ? query.where('key', '=', which.key) : query.where('person', '=', which.person);
  return Number((await query.executeTakeFirst()).numUpdatedRows);
}

export async function touchKey(control: Control, key: string, now: string): Promise<void> {
  await control.updateTable('api_keys').set({ last_used_at: now }).where('key', '=', key).execute();
}
