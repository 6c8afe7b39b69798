/** Invitations: how people come into an organisation. */
import type { Control } from '../service.ts';
import type { IdentityTables } from '../sql/identity-tables.ts';

export type InvitationRow = IdentityTables['invitations'];

/** Replaces what was sent to the same person and is open still. */
export async function insertInvitation(
  control: Control,
  row: Omit<InvitationRow, 'accepted_at' | 'withdrawn_at' | 'mailed'>,
): Promise<void> {
  await control
    .updateTable('invitations')
    .set({ withdrawn_at: row.created_at })
    .where('person', '=', row.person)
    .where('accepted_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .execute();
  await control
    .insertInto('invitations')
    .values({ ...row, accepted_at: null, withdrawn_at: null, mailed: false })
    .execute();
}

/** Neither accepted nor withdrawn, newest first; expired ones too. */
export function openInvitations(control: Control): Promise<InvitationRow[]> {
  return control
    .selectFrom('invitations')
    .selectAll()
    .where('accepted_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .orderBy('created_at', 'desc')
    .execute();
}

/** The invitation that holds, by the SHA-256 of its token: within its organisation, or `bySecret`. */
export function invitationOf(
  control: Control,
  token: string,
  now: string,
): Promise<InvitationRow | undefined> {
  return control
    .selectFrom('invitations')
    .selectAll()
    .where('token', '=', token)
    .where('accepted_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** True for the one who was first. */
export async function closeInvitation(
  control: Control,
  invitation: string,
  how: { accepted_at: string } | { withdrawn_at: string },
): Promise<boolean> {
  const closed = await control
    .updateTable('invitations')
    .set(how)
    .where('invitation', '=', invitation)
    .where('accepted_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  return closed.numUpdatedRows > 0n;
}

/** Withdraws what is open to a person, or what they sent. */
export async function withdrawInvitations(
  control: Control,
  of: { person: string } | { invited_by: string },
  now: string,
): Promise<void> {
  const [column, value] =
    'person' in of ? (['person', of.person] as const) : (['invited_by', of.invited_by] as const);
  await control
    .updateTable('invitations')
    .set({ withdrawn_at: now })
    .where(column, '=', value)
    .where('accepted_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .execute();
}

export async function markMailed(control: Control, invitation: string): Promise<void> {
  await control
    .updateTable('invitations')
    .set({ mailed: true })
    .where('invitation', '=', invitation)
    .execute();
}
