/** Reads entries and hashes back. */
import { CustosError, type Digest, type Envelope, hexOf, type Instant } from '@custos/core';
import { Act, digestOf, EMPTY_ROOT, nodeHash, PAYLOAD_TYPE } from '@custos/trust';
import { sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { Filter, Json, StoredEntry } from '../contract.ts';
import { digestArray } from './binary-array.ts';
import type { Tables } from './tables.ts';

const Signatures = z.array(z.strictObject({ keyid: z.string(), sig: z.string() }));

export type EntryRow = Omit<Tables['ledger_entries'], 'organisation' | 'leaf_hash' | 'type'>;

/** Where those of the observations stand that are recorded already. */
export async function findKnown(
  trx: Transaction<Tables>,
  ids: readonly Digest[],
): Promise<Map<Digest, { index: number; at: Instant }>> {
  const found = new Map<Digest, { index: number; at: Instant }>();
  if (ids.length === 0) return found;
  const { rows } = await sql<{ id: Uint8Array; idx: number; at: string }>`select e.id, e.idx, e.at
    from unnest(${digestArray(ids.map(hexOf))}::bytea[]) as wanted(id)
    join ledger_entries e on e.organisation = current_setting('custos.organisation') and e.id = wanted.id`.execute(
    trx,
  );
  for (const row of rows) found.set(digestOf(row.id), { index: row.idx, at: row.at });
  return found;
}

/** One page of entries that a filter selects, in order of index. */
export function pageOf(trx: Transaction<Tables>, filter: Filter, limit: number): Promise<EntryRow[]> {
  let query = trx
    .selectFrom('ledger_entries as e')
    .select(['e.idx', 'e.at', 'e.act', 'e.id', 'e.payload', 'e.signatures'])
    .where('e.idx', '>=', filter.since ?? 0)
    .orderBy('e.idx')
    .limit(limit);
  if (filter.types !== undefined)
    query = query.where('e.type', 'in', filter.types.length > 0 ? [...filter.types] : ['']);
  if (filter.kind !== undefined) query = query.where('e.act', filter.kind === 'act' ? 'is not' : 'is', null);
  if (filter.ids !== undefined)
    query = query.where(sql<boolean>`e.id = any(${digestArray(filter.ids.map(hexOf))}::bytea[])`);
  const { subjectDigest } = filter;
  if (subjectDigest !== undefined) {
    query = query
      .innerJoin('ledger_subjects as s', (join) =>
        join.onRef('s.organisation', '=', 'e.organisation').onRef('s.idx', '=', 'e.idx'),
      )
      .where('s.subject', '=', Buffer.from(hexOf(subjectDigest), 'hex'))
      .where('s.idx', '>=', filter.since ?? 0)
      .clearOrderBy()
      .orderBy('s.idx');
  }
  return query.execute();
}

/** @throws CustosError STORE_DAMAGED when parts of the entry are gone */
export function toEntry({ idx: index, at, act, id, payload, signatures }: EntryRow): StoredEntry {
  if (act !== null) return { kind: 'act', index, at, act: Act.parse(JSON.parse(act)) };
  if (id === null || payload === null || signatures === null)
    throw new CustosError('STORE_DAMAGED', `Ledger entry ${index} has lost its content. Restore a backup.`);
  const envelope: Envelope = {
    payloadType: PAYLOAD_TYPE,
    payload: Buffer.from(payload).toString('base64'),
    signatures: Signatures.parse(JSON.parse(signatures)),
  };
  return { kind: 'observation', index, at, id: digestOf(id), envelope };
}

export function parseJson(text: string): Json {
  return z.json().parse(JSON.parse(text));
}

/** Hashes of `count` nodes that are kept, at level 0 the leaves. */
export async function readHashes(
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
export function fold(hashes: readonly Uint8Array[]): Uint8Array {
  let row = [...hashes];
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i + 1 < row.length; i += 2)
      above.push(nodeHash(row[i] ?? EMPTY_ROOT, row[i + 1] ?? EMPTY_ROOT));
    row = above;
  }
  return row[0] ?? EMPTY_ROOT;
}
