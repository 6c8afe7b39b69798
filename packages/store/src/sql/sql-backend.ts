/**
 * Evidence in PostgreSQL's dialect, the same for the embedded PGlite and for a server. Every transaction gives up its
 * rights first: it becomes custos_app within one organisation, so that row-level security holds whoever connected.
 */
import { CustosError, type Digest, type Envelope, type Instant } from '@custos/core';
import { digestBytes, digestOf, EMPTY_ROOT, LedgerEntry, nodeHash } from '@custos/trust';
import { type Kysely, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { Backend, Change, Head, Row, WriteTransaction } from '../backend.ts';
import type { Filter, Json, StoreContext, StoredEntry, StoredState } from '../contract.ts';
import { emptyHead } from '../store.ts';
import type { Tables } from './tables.ts';

const PAGE = 1000;
/** Inner nodes are kept at every eighth level; what is between is computed from at most 256 hashes. */
const LEVEL_STEP = 8;
const Signatures = z.array(z.strictObject({ keyid: z.string(), sig: z.string() }));

export interface SqlBackendOptions {
  kind: 'pglite' | 'postgres';
  schema: string;
  organisation: string;
  /** Closes the connections and what they lie on. */
  close: () => Promise<void>;
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

  async #within<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    const { schema, organisation } = this.#options;
    return this.#db.transaction().execute(async (trx) => {
      await sql`select set_config('search_path', ${schema}, true), set_config('custos.organisation', ${organisation}, true),
        set_config('role', 'custos_app', true)`.execute(trx);
      return work(trx);
    });
  }

  head(): Promise<Head> {
    return this.#within(async (trx) => toHead(await headQuery(trx).executeTakeFirstOrThrow()));
  }

  async transact<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    try {
      return await this.#within(async (trx) => {
        const head = toHead(await headQuery(trx).forUpdate().executeTakeFirstOrThrow());
        return work({ head, known: (ids) => known(trx, ids), write: (change) => this.#write(trx, change) });
      });
    } catch (cause) {
      throw writeError(cause);
    }
  }

  async #write(trx: Transaction<Tables>, change: Change): Promise<void> {
    const { organisation } = this.#options;
    if (change.rows.length > 0) {
      await insertLeaves(trx, organisation, change.rows);
      await insertObservations(trx, organisation, change.rows);
    }
    const nodes = change.nodes.filter((node) => node.level % LEVEL_STEP === 0);
    if (nodes.length > 0) {
      const list = JSON.stringify(
        nodes.map(({ level, index, hash }) => ({ level, idx: index, hash: hex(hash) })),
      );
      await sql`insert into ledger_nodes (organisation, level, idx, hash)
        select ${organisation}, level, idx, decode(hash, 'hex')
        from json_to_recordset(${list}::json) as r(level smallint, idx bigint, hash text)`.execute(trx);
    }
    for (const state of change.states) await putState(trx, organisation, state);
    const { size, peaks, root, note } = change.head;
    await trx
      .updateTable('ledger_heads')
      .set({
        size,
        peaks: Buffer.concat(peaks),
        root: root === null ? null : Buffer.from(digestBytes(root)),
        note,
      })
      .execute();
  }

  async *entries(filter: Filter): AsyncIterable<StoredEntry> {
    let since = filter.since ?? 0;
    let left = filter.limit ?? Number.POSITIVE_INFINITY;
    while (left > 0) {
      const limit = Math.min(PAGE, left);
      const rows = await this.#within((trx) =>
        entryQuery(trx, { ...filter, since })
          .limit(limit)
          .execute(),
      );
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

async function known(
  trx: Transaction<Tables>,
  ids: readonly Digest[],
): Promise<Map<Digest, { index: number; at: Instant }>> {
  const found = new Map<Digest, { index: number; at: Instant }>();
  if (ids.length === 0) return found;
  const list = JSON.stringify(ids.map((id) => id.slice('sha256:'.length)));
  const { rows } = await sql<{ id: Uint8Array; idx: number; leaf: string }>`select o.id, o.idx, e.leaf
    from json_array_elements_text(${list}::json) as wanted(id)
    join observations o on o.organisation = current_setting('custos.organisation') and o.id = decode(wanted.id, 'hex')
    join ledger_entries e on e.organisation = o.organisation and e.idx = o.idx`.execute(trx);
  for (const row of rows) found.set(digestOf(row.id), { index: row.idx, at: parseLeaf(row.leaf).at });
  return found;
}

async function insertLeaves(
  trx: Transaction<Tables>,
  organisation: string,
  rows: readonly Row[],
): Promise<void> {
  const list = JSON.stringify(
    rows.map((row) => ({ idx: row.index, leaf: row.leaf, hash: hex(row.leafHash) })),
  );
  await sql`insert into ledger_entries (organisation, idx, leaf, leaf_hash)
    select ${organisation}, idx, leaf, decode(hash, 'hex')
    from json_to_recordset(${list}::json) as r(idx bigint, leaf text, hash text)`.execute(trx);
}

async function insertObservations(
  trx: Transaction<Tables>,
  organisation: string,
  rows: readonly Row[],
): Promise<void> {
  const list: unknown[] = [];
  for (const row of rows) {
    if (row.kind !== 'observation') continue;
    list.push({
      id: row.id.slice('sha256:'.length),
      idx: row.index,
      type: row.type,
      subjects: row.subjects,
      payload_type: row.envelope.payloadType,
      payload: row.payload,
      signatures: JSON.stringify(row.envelope.signatures),
    });
  }
  if (list.length === 0) return;
  await sql`insert into observations (organisation, id, idx, type, subjects, payload_type, payload, signatures)
    select ${organisation}, decode(id, 'hex'), idx, type, subjects, payload_type, payload, signatures
    from json_to_recordset(${JSON.stringify(list)}::json) as r(id text, idx bigint, type text, subjects text[],
      payload_type text, payload text, signatures text)`.execute(trx);
}

async function putState(trx: Transaction<Tables>, organisation: string, state: StoredState): Promise<void> {
  const row = { value: JSON.stringify(state.value), idx: state.index };
  await trx
    .insertInto('states')
    .values({ organisation, key: state.key, ...row })
    .onConflict((conflict) => conflict.columns(['organisation', 'key']).doUpdateSet(row))
    .execute();
}

interface EntryRow {
  idx: number;
  leaf: string;
  payload_type: string | null;
  payload: string | null;
  signatures: string | null;
}

function entryQuery(trx: Transaction<Tables>, filter: Filter) {
  let query = trx
    .selectFrom('ledger_entries as e')
    .leftJoin('observations as o', (join) =>
      join.onRef('o.organisation', '=', 'e.organisation').onRef('o.idx', '=', 'e.idx'),
    )
    .select(['e.idx', 'e.leaf', 'o.payload_type', 'o.payload', 'o.signatures'])
    .where('e.idx', '>=', filter.since ?? 0)
    .orderBy('e.idx');
  if (filter.types !== undefined)
    query = query.where('o.type', 'in', filter.types.length > 0 ? [...filter.types] : ['']);
  if (filter.subjectDigest !== undefined) {
    query = query.where(
      sql<boolean>`o.subjects @> array[${filter.subjectDigest.slice('sha256:'.length)}]::text[]`,
    );
  }
  return query;
}

function toEntry(row: EntryRow): StoredEntry {
  const leaf = parseLeaf(row.leaf);
  if (leaf.kind === 'act') return { kind: 'act', index: row.idx, at: leaf.at, act: leaf.act };
  if (row.payload === null || row.payload_type === null || row.signatures === null) {
    throw new CustosError(
      'STORE_DAMAGED',
      `Ledger entry ${row.idx} names ${leaf.id}, which is missing. Restore a backup.`,
    );
  }
  const envelope: Envelope = {
    payloadType: row.payload_type,
    payload: Buffer.from(row.payload).toString('base64'),
    signatures: Signatures.parse(JSON.parse(row.signatures)),
  };
  return { kind: 'observation', index: row.idx, at: leaf.at, id: leaf.id, envelope };
}

function parseLeaf(text: string): LedgerEntry {
  return LedgerEntry.parse(JSON.parse(text));
}

function parseJson(text: string): Json {
  return z.json().parse(JSON.parse(text));
}

async function readHashes(
  trx: Transaction<Tables>,
  level: number,
  first: number,
  count: number,
): Promise<Uint8Array[]> {
  if (level === 0) {
    const rows = await trx
      .selectFrom('ledger_entries')
      .select('leaf_hash')
      .where('idx', '>=', first)
      .where('idx', '<', first + count)
      .orderBy('idx')
      .execute();
    return rows.map((row) => Buffer.from(row.leaf_hash));
  }
  const rows = await trx
    .selectFrom('ledger_nodes')
    .select('hash')
    .where('level', '=', level)
    .where('idx', '>=', first)
    .where('idx', '<', first + count)
    .orderBy('idx')
    .execute();
  return rows.map((row) => Buffer.from(row.hash));
}

/** Root over 2^n hashes. */
function fold(hashes: readonly Uint8Array[]): Uint8Array {
  let row = [...hashes];
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i + 1 < row.length; i += 2)
      above.push(nodeHash(row[i] ?? EMPTY_ROOT, row[i + 1] ?? EMPTY_ROOT));
    row = above;
  }
  return row[0] ?? EMPTY_ROOT;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
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
