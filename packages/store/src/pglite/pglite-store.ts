/** Evidence in an embedded PGlite: the service's default. One process at a time, every commit fsynced, in its own thread. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CustosError } from '@custos/core';
import { Kysely, PostgresDialect } from 'kysely';
import type { EvidenceStore, StoreContext } from '../contract.ts';
import { LockFile } from '../lock.ts';
import { migrate } from '../sql/migrate.ts';
import { SqlBackend } from '../sql/sql-backend.ts';
import type { Tables } from '../sql/tables.ts';
import { LedgerStore } from '../store.ts';
import { PglitePool } from './pglite-pool.ts';
import { copyFolder, syncFolder } from './snapshot.ts';

export interface PgliteOptions extends StoreContext {
  /** Directory of the database; made when missing. */
  readonly dir: string;
  /** Default `custos`. */
  readonly schema?: string;
}

/** An open embedded database; several stores (schemas, organisations) may share it. */
export interface PgliteDatabase {
  store(options: Omit<PgliteOptions, 'dir'>): Promise<EvidenceStore>;
  readonly db: Kysely<Tables>;
  /** Copies the database as of one moment into a folder that opens like this one; whoever reads or writes waits meanwhile. */
  snapshot(to: string): Promise<void>;
  close(): Promise<void>;
}

/** @throws CustosError STORE_LOCKED, STORE_NOT_DURABLE, STORE_DAMAGED */
export async function openPgliteDatabase(dir: string): Promise<PgliteDatabase> {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (cause) {
    throw new CustosError(
      'STORE_WRITE',
      `Cannot make the store directory ${dir}: check the path and its permissions.`,
      { cause },
    );
  }
  const lock = LockFile.acquire(join(dir, 'lock'));
  try {
    const pool = await PglitePool.open({ dir: join(dir, 'data') });
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
    const close = async (): Promise<void> => {
      await db.destroy();
      lock.release();
    };
    return {
      db,
      close,
      snapshot: async (to) => {
        await pool.alone(async (client) => {
          // Nothing has to be made up from the log when the copy opens.
          await client.query('checkpoint', []);
          await copyFolder(join(dir, 'data'), join(to, 'data'));
        });
        await syncFolder(to);
      },
      store: (options) => openStoreIn(db, options, async () => undefined),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** @param close what closing the store closes besides */
async function openStoreIn(
  db: Kysely<Tables>,
  options: Omit<PgliteOptions, 'dir'>,
  close: () => Promise<void>,
): Promise<EvidenceStore> {
  const { organisation, schema = 'custos' } = options;
  await migrate(db, schema);
  const backend = await SqlBackend.open(db, { kind: 'pglite', schema, organisation, close }, options);
  return new LedgerStore(backend, options);
}

/** @throws CustosError as `openPgliteDatabase`, and STORE_ROLE_UNSAFE, MIGRATION_CHANGED, MIGRATION_NEWER */
export async function openPglite(options: PgliteOptions): Promise<EvidenceStore> {
  const { db, close } = await openPgliteDatabase(options.dir);
  try {
    return await openStoreIn(db, options, close);
  } catch (error) {
    await close();
    throw error;
  }
}
