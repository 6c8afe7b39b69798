/** Removing what has ended. */
import { sql } from 'kysely';
import type { Control, ServiceDatabase } from '../service.ts';

/** Sessions and the small things of signing in, of everybody. */
export async function removeEndedSessions(database: ServiceDatabase): Promise<void> {
  await database.identities(async (control) => {
    await sql`delete from auth_sessions where "expiresAt" < now()`.execute(control);
    await sql`delete from auth_verifications where "expiresAt" < now()`.execute(control);
  });
}

/** Keys of repeated requests that were taken before a time, in the organisation of the transaction. */
export async function removeOldKeys(control: Control, before: string): Promise<void> {
  await control.deleteFrom('idempotency').where('claimed_at', '<', before).execute();
}
