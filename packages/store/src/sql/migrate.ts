/** Brings a schema to the newest numbered migration, once, whoever else tries at the same time. */
import { readdirSync, readFileSync } from 'node:fs';
import { CustosError } from '@custos/core';
import { sha256 } from '@custos/trust';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from './tables.ts';

const DIRECTORY = new URL('./migrations/', import.meta.url);
/** Key of the advisory lock: "custos" in ASCII. */
const LOCK = 0x637573746f73;

interface Migration {
  version: number;
  name: string;
  text: string;
}

/** @throws CustosError MIGRATION_CHANGED when an applied migration is not the file of today; MIGRATION_NEWER; SCHEMA_NAME */
export async function migrate(db: Kysely<Tables>, schema: string): Promise<void> {
  checkSchemaName(schema);
  const migrations = readMigrations();
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${LOCK}::int8)`.execute(trx);
    await sql`create schema if not exists ${sql.id(schema)}`.execute(trx);
    await sql`select set_config('search_path', ${schema}, true)`.execute(trx);
    await sql`create table if not exists schema_migrations (
      version int primary key, name text not null, digest text not null, applied_at timestamptz not null default now()
    )`.execute(trx);
    await apply(trx, migrations);
  });
}

async function apply(trx: Transaction<Tables>, migrations: readonly Migration[]): Promise<void> {
  const rows = await trx.selectFrom('schema_migrations').select(['version', 'digest']).execute();
  const applied = new Map(rows.map((row) => [row.version, row.digest]));
  const newest = Math.max(0, ...applied.keys());
  if (newest > migrations.length) {
    throw new CustosError(
      'MIGRATION_NEWER',
      `The database is at version ${newest}, this Custos knows ${migrations.length}. Update Custos.`,
    );
  }
  for (const { version, name, text } of migrations) {
    const digest = applied.get(version);
    if (digest === undefined) {
      await sql.raw(text).execute(trx);
      await trx
        .insertInto('schema_migrations')
        .values({ version, name, digest: sha256(text) })
        .execute();
    } else if (digest !== sha256(text)) {
      throw new CustosError(
        'MIGRATION_CHANGED',
        `Migration ${name} was applied in another form. Install the Custos version that made this database.`,
      );
    }
  }
}

function readMigrations(): Migration[] {
  const names = readdirSync(DIRECTORY)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return names.map((name, i) => {
    const version = Number.parseInt(name, 10);
    if (version !== i + 1)
      throw new CustosError(
        'MIGRATION_MISSING',
        `Migration ${i + 1} is missing before ${name}. Reinstall Custos.`,
      );
    return { version, name, text: readFileSync(new URL(name, DIRECTORY), 'utf8') };
  });
}

function checkSchemaName(schema: string): void {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) return;
  throw new CustosError(
    'SCHEMA_NAME',
    `"${schema}" is no schema name: use a–z, 0–9 and _, at most 63 characters.`,
  );
}
