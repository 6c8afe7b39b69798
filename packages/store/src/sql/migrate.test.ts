/** A database of an older version keeps every record when it is brought up to date. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { type Digest, type Envelope, hexOf } from '@custos/core';
import {
  CompactTree,
  canonicalize,
  digestOf,
  leafHash,
  ledgerLeaf,
  sha256,
  signCheckpoint,
} from '@custos/trust';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { EvidenceStore } from '../contract.ts';
import { openStore } from '../open.ts';
import {
  act,
  collect,
  findServer,
  key,
  observation,
  pgliteTarget,
  reportOf,
  SUBJECT,
  tickingClock,
} from '../testing.fixture.ts';
import type { Tables } from './tables.ts';

const server = await findServer();
const DIRECTORY = new URL('./migrations/', import.meta.url);
const ORGANISATION = 'org-old';
const ORIGIN = 'custos.local/test';
const AT = '2026-01-01T00:00:00Z';
const CONTEXT = { signer: key.signer, clock: tickingClock(), organisation: ORGANISATION, origin: ORIGIN };

/** What runs statements: a pool of either kind. */
type Run = (text: string, parameters?: unknown[]) => Promise<unknown>;

/** Tables as version 2 had them, with two observations and an act; their ids. */
async function makeVersion2(run: Run, schema: string): Promise<Digest[]> {
  await run(`create schema "${schema}"`);
  await run(`set search_path = "${schema}"`);
  await run(`create table schema_migrations (version int primary key, name text not null, digest text not null,
    applied_at timestamptz not null default now())`);
  for (const name of readdirSync(DIRECTORY).sort().slice(0, 2)) {
    const text = readFileSync(new URL(name, DIRECTORY), 'utf8');
    await run(text);
    await run('insert into schema_migrations (version, name, digest) values ($1, $2, $3)', [
      Number.parseInt(name, 10),
      name,
      sha256(text),
    ]);
  }
  return fill(run);
}

async function fill(run: Run): Promise<Digest[]> {
  const tree = new CompactTree();
  const ids: Digest[] = [];
  await run(`select set_config('custos.organisation', $1, false)`, [ORGANISATION]);
  for (const [index, entry] of [await observation(1), act(1), await observation(2)].entries()) {
    const leaf = ledgerLeaf(
      entry.kind === 'act'
        ? { kind: 'act', at: AT, act: entry.act }
        : { kind: 'observation', at: AT, id: entry.id },
    );
    tree.append(leafHash(leaf));
    await run('insert into ledger_entries values ($1, $2, $3, $4)', [
      ORGANISATION,
      index,
      leaf,
      leafHash(leaf),
    ]);
    if (entry.kind === 'observation') {
      ids.push(entry.id);
      await run(
        'insert into observations values ($1, $2, $3, $4, $5, $6, $7, $8)',
        row(entry.id, index, entry.envelope),
      );
    }
  }
  const root = tree.root();
  const note = await signCheckpoint({ origin: ORIGIN, size: tree.size, root: digestOf(root) }, key.signer);
  await run('insert into ledger_heads values ($1, $2, $3, $4, $5)', [
    ORGANISATION,
    tree.size,
    Buffer.concat(tree.peaks),
    root,
    note,
  ]);
  return ids;
}

function row(id: Digest, index: number, envelope: Envelope): unknown[] {
  return [
    ORGANISATION,
    Buffer.from(hexOf(id), 'hex'),
    index,
    'urn:custos:predicate:test-run:v1',
    [SUBJECT, 'abc'],
    envelope.payloadType,
    Buffer.from(envelope.payload, 'base64').toString('utf8'),
    canonicalize(envelope.signatures),
  ];
}

async function expectWhole(store: EvidenceStore, ids: Digest[]): Promise<void> {
  expect(await reportOf(store.export())).toMatchObject({ ok: true, size: 3, observations: 2, acts: 1 });
  const found = await collect(store.query({ subjectDigest: `sha256:${SUBJECT}` }));
  expect(found.map((entry) => entry.kind === 'observation' && entry.id)).toEqual(ids);
  expect(await store.record([await observation(2), act(2)])).toMatchObject([
    { index: 2, existing: true, at: AT },
    { index: 3, existing: false },
  ]);
  expect(await reportOf(store.export())).toMatchObject({ ok: true, size: 4 });
}

describe('a store of version 2', () => {
  it('keeps every record in PGlite', async () => {
    const target = await pgliteTarget();
    try {
      const ids = await makeVersion2(runnerOf(target.database.db), 'older');
      await expectWhole(await target.database.store({ ...CONTEXT, schema: 'older' }), ids);
    } finally {
      await target.cleanUp();
    }
  });

  it.skipIf(server === undefined)(
    'keeps every record in PostgreSQL, owned by a role that is no superuser',
    async () => {
      const schema = `custos_test_${randomUUID().replaceAll('-', '')}`;
      const admin = new pg.Client({ connectionString: server ?? '' });
      await admin.connect();
      const owner = `${schema}_o`;
      const url = new URL(server ?? '');
      url.username = owner;
      try {
        await admin.query(
          `create role "${owner}" login nosuperuser nobypassrls; grant custos_app to "${owner}"`,
        );
        await admin.query(`grant create on database "${url.pathname.slice(1)}" to "${owner}"`);
        const client = new pg.Client({ connectionString: url.href });
        await client.connect();
        const ids = await makeVersion2((text, parameters) => client.query(text, parameters), schema);
        await client.end();
        const store = await openStore({ kind: 'postgres', url: url.href, schema, ...CONTEXT });
        await expectWhole(store, ids);
        await store.close();
      } finally {
        await admin.query(
          `drop schema if exists "${schema}" cascade; drop owned by "${owner}"; drop role "${owner}"`,
        );
        await admin.end();
      }
    },
  );
});

function runnerOf(db: Kysely<Tables>): Run {
  return (text, parameters = []) => {
    // Kysely counts parameters itself, so the numbered places are taken in their order.
    const parts = text.split(/\$\d+/);
    return sql
      .join(
        parts.flatMap((part, i) => [
          sql.raw(part),
          ...(i < parts.length - 1 ? [sql.val(parameters[i])] : []),
        ]),
        sql.raw(''),
      )
      .execute(db);
  };
}
