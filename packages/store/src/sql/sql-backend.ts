/** Evidence in PostgreSQL's dialect, the same for the embedded PGlite and for a server. */
import { CustosError } from '@custos/core';
import { digestOf } from '@custos/trust';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Backend, Head, Row, WriteTransaction } from '../backend.ts';
import type { Filter, Json, StoreContext, StoredEntry, StoredState } from '../contract.ts';
import { emptyHead } from '../store.ts';
import { append, LEVEL_STEP } from './append.ts';
import { findKnown, fold, pageOf, parseJson, readHashes, toEntry } from './read.ts';
import { within } from './scope.ts';
import type { Tables } from './tables.ts';

const PAGE = 1000;

export interface SqlBackendOptions {
  kind: 'pglite' | 'postgres';
  schema: string;
  organisation: string;
  /** Closes the connections and what they lie on. */
  close: () => Promise<void>;
  /** Runs in the transaction of each append, after it. */
  appended?: (trx: Transaction<Tables>, ledger: string, rows: readonly Row[]) => Promise<void>;
}

export class SqlBackend implements Backend {
  readonly kind: 'pglite' | 'postgres';
  readonly recovery = undefined;
  readonly #db: Kysely<Tables>;
  readonly #options: SqlBackendOptions;

  private constructor(db: Kysely<Tables>, options: SqlBackendOptions) {
    this.kind = options.kind;
    this.#db = db;
    this.#options = options;
  }

  /** @throws CustosError STORE_ROLE_UNSAFE when the role in use could pass row-level security */
  static async open(
    db: Kysely<Tables>,
    options: SqlBackendOptions,
    context: StoreContext,
  ): Promise<SqlBackend> {
    const backend = new SqlBackend(db, options);
    const head = await emptyHead(context);
    await backend.#within(async (trx) => {
      await checkRole(trx);
      await trx
        .insertInto('ledger_heads')
        .values({
          organisation: options.organisation,
          size: 0,
          peaks: Buffer.alloc(0),
          root: null,
          note: head.note,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    });
    return backend;
  }

  #within<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return within(this.#db, this.#options, work);
  }

  head(): Promise<Head> {
    return this.#within(async (trx) => toHead(await headQuery(trx).executeTakeFirstOrThrow()));
  }

  async transact<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    try {
      return await this.#within(async (trx) => {
        const head = toHead(await headQuery(trx).forUpdate().executeTakeFirstOrThrow());
        return work({
          head,
          sql: trx,
          known: (ids) => findKnown(trx, ids),
          write: async (change) => {
            await append(trx, this.#options.organisation, change);
            await this.#options.appended?.(trx, this.#options.organisation, change.rows);
          },
        });
      });
    } catch (cause) {
      throw writeError(cause);
    }
  }

  async *entries(filter: Filter): AsyncIterable<StoredEntry> {
    let since = filter.since ?? 0;
    let left = filter.limit ?? Number.POSITIVE_INFINITY;
    while (left > 0) {
      const limit = Math.min(PAGE, left);
      const rows = await this.#within((trx) => pageOf(trx, { ...filter, since }, limit));
      for (const row of rows) yield toEntry(row);
      const last = rows.at(-1);
      if (last === undefined || rows.length < limit) return;
      since = last.idx + 1;
      left -= rows.length;
    }
  }

  async state(key: string): Promise<{ value: Json; index: number } | undefined> {
    const row = await this.#within((trx) =>
      trx.selectFrom('states').select(['value', 'idx']).where('key', '=', key).executeTakeFirst(),
    );
    return row === undefined ? undefined : { value: parseJson(row.value), index: row.idx };
  }

  async *states(): AsyncIterable<StoredState> {
    const rows = await this.#within((trx) =>
      trx.selectFrom('states').select(['key', 'value', 'idx']).orderBy('key').execute(),
    );
    for (const row of rows) yield { key: row.key, value: parseJson(row.value), index: row.idx };
  }

  async node(level: number, index: number): Promise<Uint8Array> {
    const stored = level - (level % LEVEL_STEP);
    const count = 2 ** (level - stored);
    const hashes = await this.#within((trx) => readHashes(trx, stored, index * count, count));
    if (hashes.length !== count) {
      throw new CustosError('PROOF_RANGE', `The ledger has no complete subtree ${index} at level ${level}.`);
    }
    return fold(hashes);
  }

  close(): Promise<void> {
    return this.#options.close();
  }
}

async function checkRole(trx: Transaction<Tables>): Promise<void> {
  const { rows } = await sql<{ name: string; safe: boolean }>`select current_user::text as name,
    not (rolsuper or rolbypassrls) as safe from pg_roles where rolname = current_user`.execute(trx);
  const [role] = rows;
  if (role?.name === 'custos_app' && role.safe) return;
  throw new CustosError(
    'STORE_ROLE_UNSAFE',
    'The role custos_app may pass row-level security. Run: alter role custos_app nosuperuser nobypassrls.',
  );
}

function headQuery(trx: Transaction<Tables>) {
  return trx.selectFrom('ledger_heads').select(['size', 'peaks', 'root', 'note']);
}

function toHead(row: { size: number; peaks: Uint8Array; root: Uint8Array | null; note: string }): Head {
  const peaks: Uint8Array[] = [];
  for (let at = 0; at < row.peaks.length; at += 32) peaks.push(Buffer.from(row.peaks.subarray(at, at + 32)));
  return { size: row.size, peaks, root: row.root === null ? null : digestOf(row.root), note: row.note };
}

function writeError(cause: unknown): unknown {
  if (cause instanceof CustosError) return cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === '53100' || code === 'ENOSPC') {
    return new CustosError(
      'STORE_FULL',
      'The database has no space left. Nothing was recorded; make room and try again.',
      { cause },
    );
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CustosError('STORE_WRITE', `The database refused the write: ${why}. Nothing was recorded.`, {
    cause,
  });
}
