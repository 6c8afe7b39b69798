/**
 * Every transaction gives up its rights first: it becomes custos_app within one ledger (`acme`, or `acme/chatbot`), so that
 * row-level security holds whoever connected.
 */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from './tables.ts';

export interface Scope {
  readonly schema: string;
  /** Name of a ledger; its part before `/` is the organisation. */
  readonly organisation: string;
}

export function within<T>(
  db: Kysely<Tables>,
  { schema, organisation }: Scope,
  work: (trx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`select set_config('search_path', ${schema}, true), set_config('custos.organisation', ${organisation}, true),
      set_config('role', 'custos_app', true)`.execute(trx);
    return work(trx);
  });
}
