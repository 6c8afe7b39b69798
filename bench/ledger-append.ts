/**
 * Appends a second through the whole of `record`: checks, ids, leaves, signed checkpoint, durable commit.
 * @example npx tsx bench/ledger-append.ts [--records 40000] [--batch 5000] [--store postgres] [--url postgres://…]
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { NewEntry } from '@custos/store';
import pg from 'pg';
import { openCrashStore, say, type Where } from './crash/store.ts';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '40000' },
    batch: { type: 'string', default: '5000' },
    store: { type: 'string', multiple: true, default: ['files', 'pglite', 'postgres'] },
    url: { type: 'string', default: 'postgres://root@127.0.0.1:5432/test' },
  },
});
const [records, size] = [Number(values.records), Number(values.batch)];
const root = mkdtempSync(join(tmpdir(), 'custos-'));
const schema = `custos_bench_${randomUUID().replaceAll('-', '')}`;
const places: Record<string, Where> = {
  files: { kind: 'files', dir: join(root, 'files') },
  pglite: { kind: 'pglite', dir: join(root, 'pglite') },
  postgres: { kind: 'postgres', url: values.url, schema },
};
const BARS: Record<string, number> = { files: 5000, pglite: 5000, postgres: 20_000 };

const entries: NewEntry[] = [];
for (let n = 0; n < records; n++) entries.push(await say(n));

try {
  for (const name of values.store) {
    const where = places[name];
    if (where === undefined) throw new Error(`There is no store "${name}".`);
    const store = await openCrashStore(where);
    const begin = performance.now();
    const marks: number[] = [];
    // Two batches wait while one is written, as callers of a busy service do.
    const waiting: Promise<unknown>[] = [];
    for (let at = 0; at < records; at += size) {
      waiting.push(store.record(entries.slice(at, at + size)).then(() => marks.push(performance.now())));
      if (waiting.length > 2) await waiting.shift();
    }
    await Promise.all(waiting);
    const rate = Math.round(records / ((performance.now() - begin) / 1000));
    const bar = BARS[name] ?? 0;
    console.log(
      `${name}: ${rate} appends/s in batches of ${size} (${(rate / bar).toFixed(2)} × the bar of ${bar}); by quarters ${quarters(begin, marks)}`,
    );
    await store.close();
    if (where.kind === 'postgres') await compareWithRaw(where.url, rate);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
  if (values.store.includes('postgres')) await dropSchema();
}

/** Appends a second in each quarter of the run: whether it holds its pace. */
function quarters(begin: number, marks: readonly number[]): string {
  // Batches that share a transaction end at the same moment: few of them show no pace.
  if (marks.length < 16) return '(too few batches)';
  const edges = [0, 1, 2, 3, 4].map((n) => Math.round((marks.length * n) / 4));
  const time = (batch: number) => (batch === 0 ? begin : (marks[batch - 1] ?? begin));
  return edges
    .slice(1)
    .map((to, i) => {
      const from = edges[i] ?? 0;
      return Math.round(((to - from) * size) / ((time(to) - time(from)) / 1000));
    })
    .join(', ');
}

/** What the same server takes at most of the same bytes: one JSON column, no key, no index, one INSERT a batch. */
async function compareWithRaw(url: string, rate: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create table "${schema}".raw (entry text not null)`);
  const texts = entries.map((entry) => JSON.stringify(entry));
  const begin = performance.now();
  for (let at = 0; at < records; at += size)
    await client.query(`insert into "${schema}".raw select unnest($1::text[])`, [texts.slice(at, at + size)]);
  const raw = Math.round(records / ((performance.now() - begin) / 1000));
  await client.end();
  console.log(
    `  bare INSERTs of the same entries, without ledger, keys or indexes: ${raw}/s; the ledger reaches ${(rate / raw).toFixed(2)} of that`,
  );
}

async function dropSchema(): Promise<void> {
  const client = new pg.Client({ connectionString: values.url });
  await client.connect();
  await client.query(`drop schema if exists "${schema}" cascade`);
  await client.end();
}
