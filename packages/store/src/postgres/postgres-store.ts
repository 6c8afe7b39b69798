/** Evidence on a PostgreSQL server, for several processes at once. */
import { CustosError } from '@custos/core';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { EvidenceStore, StoreContext } from '../contract.ts';
import { migrate } from '../sql/migrate.ts';
import { SqlBackend } from '../sql/sql-backend.ts';
import { INT8, numberFromInt8, type Tables } from '../sql/tables.ts';
import { LedgerStore } from '../store.ts';

export interface PostgresOptions extends StoreContext {
  /** `postgres://user@host:port/database`. */
  readonly url: string;
  /** Default `custos`. */
  readonly schema?: string;
  /** Connections at most; default 4. */
  readonly connections?: number;
}

/** @throws CustosError STORE_UNREACHABLE, STORE_ROLE_UNSAFE, MIGRATION_CHANGED, MIGRATION_NEWER */
export async function openPostgres(options: PostgresOptions): Promise<EvidenceStore> {
  const schema = options.schema ?? 'custos';
  const db = await connectPostgres(options.url, options.connections ?? 4);
  try {
    await migrate(db, schema);
    const backend = await SqlBackend.open(
      db,
      { kind: 'postgres', schema, organisation: options.organisation, close: () => db.destroy() },
      options,
    );
    return new LedgerStore(backend, options);
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** Milliseconds until a request that finds no free connection is told so. */
const CONNECT_TIMEOUT = 15_000;

/** @throws CustosError STORE_UNREACHABLE */
export async function connectPostgres(url: string, connections: number): Promise<Kysely<Tables>> {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types: { getTypeParser },
    connectionTimeoutMillis: CONNECT_TIMEOUT,
  });
  // A broken idle connection is replaced at the next query, whose own error is the one that counts.
  pool.on('error', () => undefined);
  // The same for one that breaks between two statements of a transaction; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  await checkReachable(pool);
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

async function checkReachable(pool: pg.Pool): Promise<void> {
  try {
    (await pool.connect()).release();
  } catch (cause) {
    await pool.end();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CustosError(
      'STORE_UNREACHABLE',
      `PostgreSQL cannot be reached: ${why}. Check the address and that the server runs.`,
      { cause },
    );
  }
}

const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (id: number, format?: 'text' | 'binary') =>
  id === INT8 && format !== 'binary' ? numberFromInt8 : pg.types.getTypeParser(id, format);
