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
    // Two batches wait while one is written, as callers of a busy service do.
    const waiting: Promise<unknown>[] = [];
    for (let at = 0; at < records; at += size) {
      waiting.push(store.record(entries.slice(at, at + size)));
      if (waiting.length > 2) await waiting.shift();
    }
    await Promise.all(waiting);
    const rate = Math.round(records / ((performance.now() - begin) / 1000));
    const bar = BARS[name] ?? 0;
    console.log(
      `${name}: ${rate} appends/s in batches of ${size} (${(rate / bar).toFixed(2)} × the bar of ${bar})`,
    );
    await store.close();
  }
} finally {
  rmSync(root, { recursive: true, force: true });
  if (values.store.includes('postgres')) await dropSchema();
}

async function dropSchema(): Promise<void> {
  const client = new pg.Client({ connectionString: values.url });
  await client.connect();
  await client.query(`drop schema if exists "${schema}" cascade`);
  await client.end();
}
