/**
 * Crash test of the stores. Exit code 1 when a record was lost or a log does not verify.
 * @example npx tsx bench/crash/run.ts --rounds 50 [--store files|pglite|postgres] [--url postgres://…]
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { crashRounds } from './rounds.ts';
import type { Where } from './store.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    store: { type: 'string', multiple: true, default: ['files', 'pglite', 'postgres'] },
    url: { type: 'string', default: 'postgres://root@127.0.0.1:5432/test' },
  },
});

const root = mkdtempSync(join(tmpdir(), 'custos-'));
const schema = `custos_crash_${randomUUID().replaceAll('-', '')}`;
const places: Record<string, Where> = {
  files: { kind: 'files', dir: join(root, 'files') },
  pglite: { kind: 'pglite', dir: join(root, 'pglite') },
  postgres: { kind: 'postgres', url: values.url, schema },
};
let failed = false;
try {
  for (const name of values.store) {
    const where = places[name];
    if (where === undefined) throw new Error(`There is no store "${name}".`);
    const report = await crashRounds(where, Number(values.rounds));
    const good = report.lost.length === 0 && report.verified;
    failed ||= !good;
    console.log(
      `${name}: ${report.rounds} kills, ${report.acknowledged} acknowledged, ${report.lost.length} lost, ` +
        `${report.unacknowledged} there without acknowledgement, log ${report.verified ? 'verifies' : 'DOES NOT VERIFY'}`,
    );
  }
} finally {
  rmSync(root, { recursive: true, force: true });
  if (values.store.includes('postgres')) await dropSchema();
}
process.exitCode = failed ? 1 : 0;

async function dropSchema(): Promise<void> {
  const client = new pg.Client({ connectionString: values.url });
  await client.connect();
  await client.query(`drop schema if exists "${schema}" cascade`);
  await client.end();
}
