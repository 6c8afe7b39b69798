/** Stores of each kind for the tests: each place is empty, of its own, and removed afterwards. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Digest, STATEMENT_TYPE, type Statement } from '@custos/core';
import { createKey, observationId, signStatement, verifyExport } from '@custos/trust';
import pg from 'pg';
import type { EvidenceStore, NewEntry } from './contract.ts';
import { openStore } from './open.ts';
import { openPgliteDatabase, type PgliteDatabase } from './pglite/pglite-store.ts';

export const URLS = [
  process.env.CUSTOS_TEST_DATABASE_URL,
  'postgres://root@127.0.0.1:5432/test',
  'postgres://postgres@127.0.0.1:5432/postgres',
].filter((url) => url !== undefined);

export const key = createKey('custos.local/test');

/** Each reading is one second later. */
export function tickingClock(): Clock {
  let second = 0;
  return { now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, second++)).toISOString() };
}

export const SUBJECT = 'ab'.repeat(32);

export function statement(
  n: number,
  type = 'urn:custos:predicate:test-run:v1',
  subject = SUBJECT,
): Statement {
  const at = '2026-01-01T00:00:00Z';
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: 'model', digest: { sha256: subject } }],
    predicateType: type,
    predicate: {
      producer: { name: 'test', version: '1' },
      observedAt: at,
      validFrom: at,
      content: { n, text: `ä\u0000"\\${n}` },
    },
  };
}

export async function observation(
  n: number,
  type?: string,
  subject?: string,
): Promise<NewEntry & { id: Digest }> {
  const said = statement(n, type, subject);
  return { kind: 'observation', envelope: await signStatement(said, key.signer), id: observationId(said) };
}

export async function observations(count: number, from = 0): Promise<NewEntry[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => observation(from + i)));
}

export function act(n: number): NewEntry {
  return { kind: 'act', act: { type: 'test.done', actor: 'a@example.org', detail: { n } } };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** What an offline verification says, signatures and all. */
export async function reportOf(lines: AsyncIterable<string>) {
  const dir = mkdtempSync(join(tmpdir(), 'custos-'));
  try {
    const path = join(dir, 'export.jsonl');
    writeFileSync(path, (await collect(lines)).join(''));
    return await verifyExport(path, [key.signer.publicKey], { signatures: true });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export interface Place {
  readonly organisation: string;
  open(): Promise<EvidenceStore>;
}

export interface Target {
  readonly kind: EvidenceStore['kind'];
  place(): Place;
  cleanUp(): Promise<void>;
}

const contextOf = (organisation: string) => ({
  signer: key.signer,
  clock: tickingClock(),
  organisation,
  origin: 'custos.local/test',
});

export function filesTarget(): Target {
  const root = mkdtempSync(join(tmpdir(), 'custos-'));
  return {
    kind: 'files',
    place: () => {
      const organisation = `org-${randomUUID()}`;
      const dir = join(root, organisation);
      return { organisation, open: () => openStore({ kind: 'files', dir, ...contextOf(organisation) }) };
    },
    cleanUp: async () => rmSync(root, { recursive: true, force: true }),
  };
}

export interface PgliteTarget extends Target {
  readonly database: PgliteDatabase;
  readonly dir: string;
}

export async function pgliteTarget(): Promise<PgliteTarget> {
  const dir = mkdtempSync(join(tmpdir(), 'custos-'));
  const database = await openPgliteDatabase(dir);
  return {
    kind: 'pglite',
    database,
    dir,
    place: () => {
      const organisation = `org-${randomUUID()}`;
      return { organisation, open: () => database.store(contextOf(organisation)) };
    },
    cleanUp: async () => {
      await database.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The first server that answers, or undefined. */
export async function findServer(): Promise<string | undefined> {
  for (const url of URLS) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    try {
      await client.connect();
      return url;
    } catch {
      // try the next
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return undefined;
}

export function postgresTarget(url: string): Target & { schema: string } {
  const schema = `custos_test_${randomUUID().replaceAll('-', '')}`;
  return {
    kind: 'postgres',
    schema,
    place: () => {
      const organisation = `org-${randomUUID()}`;
      return {
        organisation,
        open: () => openStore({ kind: 'postgres', url, schema, ...contextOf(organisation) }),
      };
    },
    cleanUp: () => dropSchema(url, schema),
  };
}

export async function dropSchema(url: string, schema: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`drop schema if exists "${schema}" cascade`);
  await client.end();
}
