/** Writes one batch: a statement a table, a parameter a column. */
import { hexOf } from '@custos/core';
import { canonicalize, digestBytes } from '@custos/trust';
import { sql, type Transaction } from 'kysely';
import type { Change, Node, Row } from '../backend.ts';
import type { StoredState } from '../contract.ts';
import { digestArray, hashArray, int8Array, textArray } from './binary-array.ts';
import type { Tables } from './tables.ts';

/** Inner nodes are kept at every eighth level; what is between is computed from at most 256 hashes. */
export const LEVEL_STEP = 8;

type ObservationRow = Extract<Row, { kind: 'observation' }>;
type ActRow = Extract<Row, { kind: 'act' }>;

/** Appends entries, nodes and states, and moves the head; all of it in the transaction of the caller. */
export async function append(
  trx: Transaction<Tables>,
  organisation: string,
  { rows, nodes, states, head }: Change,
): Promise<void> {
  await insertObservations(
    trx,
    organisation,
    rows.filter((row) => row.kind === 'observation'),
  );
  await insertActs(
    trx,
    organisation,
    rows.filter((row) => row.kind === 'act'),
  );
  await insertNodes(
    trx,
    organisation,
    nodes.filter((node) => node.level % LEVEL_STEP === 0),
  );
  for (const state of states) await putState(trx, organisation, state);
  await trx
    .updateTable('ledger_heads')
    .set({
      size: head.size,
      peaks: Buffer.concat(head.peaks),
      root: head.root === null ? null : Buffer.from(digestBytes(head.root)),
      note: head.note,
    })
    .execute();
}

async function insertObservations(
  trx: Transaction<Tables>,
  organisation: string,
  rows: readonly ObservationRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`insert into ledger_entries (organisation, idx, at, leaf_hash, id, type, payload, signatures)
    select ${organisation}, * from unnest(${int8Array(rows.map((row) => row.index))}::int8[],
      ${textArray(rows.map((row) => row.at))}::text[], ${hashArray(rows.map((row) => row.leafHash))}::bytea[],
      ${digestArray(rows.map((row) => hexOf(row.id)))}::bytea[], ${textArray(rows.map((row) => row.type))}::text[],
      ${textArray(rows.map((row) => row.payload))}::text[],
      ${textArray(rows.map((row) => JSON.stringify(row.envelope.signatures)))}::text[])`.execute(trx);
  const subjects: { hex: string; index: number }[] = [];
  // Other algorithms and odd lengths stay in the payload; what is asked for is a SHA-256 digest.
  for (const row of rows)
    for (const hex of row.subjects) if (hex.length === 64) subjects.push({ hex, index: row.index });
  if (subjects.length === 0) return;
  await sql`insert into ledger_subjects (organisation, subject, idx)
    select ${organisation}, * from unnest(${digestArray(subjects.map((subject) => subject.hex))}::bytea[],
      ${int8Array(subjects.map((subject) => subject.index))}::int8[])`.execute(trx);
}

async function insertActs(
  trx: Transaction<Tables>,
  organisation: string,
  rows: readonly ActRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`insert into ledger_entries (organisation, idx, at, leaf_hash, act)
    select ${organisation}, * from unnest(${int8Array(rows.map((row) => row.index))}::int8[],
      ${textArray(rows.map((row) => row.at))}::text[], ${hashArray(rows.map((row) => row.leafHash))}::bytea[],
      ${textArray(rows.map((row) => canonicalize(row.act)))}::text[])`.execute(trx);
}

async function insertNodes(
  trx: Transaction<Tables>,
  organisation: string,
  nodes: readonly Node[],
): Promise<void> {
  if (nodes.length === 0) return;
  await sql`insert into ledger_nodes (organisation, level, idx, hash)
    select ${organisation}, * from unnest(${int8Array(nodes.map((node) => node.level))}::int8[],
      ${int8Array(nodes.map((node) => node.index))}::int8[],
      ${hashArray(nodes.map((node) => node.hash))}::bytea[])`.execute(trx);
}

async function putState(trx: Transaction<Tables>, organisation: string, state: StoredState): Promise<void> {
  const row = { value: JSON.stringify(state.value), idx: state.index };
  await trx
    .insertInto('states')
    .values({ organisation, key: state.key, ...row })
    .onConflict((conflict) => conflict.columns(['organisation', 'key']).doUpdateSet(row))
    .execute();
}
