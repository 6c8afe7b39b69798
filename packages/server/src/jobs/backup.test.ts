/** The mirror of the ledgers and the copy of the database, by schedule; and the way back. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSystem,
  exportSharedLedger,
  getSystem,
  listSystems,
  signInWithPassword,
} from '@custos/contract';
import { openStore, type ServiceLedger } from '@custos/store';
import { verifyExport } from '@custos/trust';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningService } from '../service.ts';
import { DECLARATION_BODY, found, PERSON, shared, start, visitor } from '../testing/running.ts';
import { openWorld, reachable, type World } from '../testing/world.ts';
import { backupJob, snapshotJob } from './backup.ts';
import { JobRunner } from './runner.ts';

let world: World;
const dir = mkdtempSync(join(tmpdir(), 'custos-backup-'));
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  await world.close();
  rmSync(dir, { recursive: true });
});

function act(n: number) {
  return { kind: 'act' as const, act: { type: 'test.done', actor: 'a@example.org', detail: { n } } };
}

async function copyOf(ledger: ServiceLedger, folder: string) {
  const { signer, clock } = world.service.context;
  const { organisation, origin } = ledger;
  const store = await openStore({ kind: 'files', dir: folder, signer, clock, organisation, origin });
  const { size, root } = await store.ledger.checkpoint();
  await store.close();
  return { size, root };
}

test('each ledger has a copy that continues with it, and no copy is written over by another ledger', async () => {
  const { database } = world.service.context;
  const ledger = await database.ledger('acme', 'chatbot');
  const folder = join(dir, 'acme', 'chatbot', '.custos');
  const job = backupJob(dir, 24);
  const runner = new JobRunner(world.service, { jobs: [job] });
  const run = async () => {
    await database.acrossOrganisations((control) =>
      sql`update jobs set due_at = now() where job = 'backup'`.execute(control),
    );
    await runner.drain();
    const row = await database.within('acme', (control) =>
      control.selectFrom('jobs').select('error').where('job', '=', 'backup').executeTakeFirstOrThrow(),
    );
    return row.error;
  };
  await ledger.record([act(1), act(2)]);
  expect(await run().catch(() => 'not yet scheduled')).toBeNull();
  for (let n = 3; n < 6; n++) {
    await ledger.record([act(n)]);
    expect(await run()).toBeNull();
    const { size, root } = await ledger.ledger.checkpoint();
    expect(await copyOf(ledger, folder)).toEqual({ size, root });
  }
  rmSync(folder, { recursive: true });
  const { signer, clock } = world.service.context;
  const { organisation, origin } = ledger;
  const other = await openStore({ kind: 'files', dir: folder, signer, clock, organisation, origin });
  await other.record([act(99)]);
  await other.close();
  expect(await run()).toContain('The target holds 1 entries');
  expect((await copyOf(ledger, folder)).size).toBe(1);
});

const chatbot = { params: { organisation: 'acme', system: 'chatbot' } };

/** Whether people, sessions and ledgers are as they were. */
async function expectRestored(after: RunningService, key: string, cookie: string): Promise<void> {
  const { email, password } = PERSON;
  const stranger = visitor(after.url, '');
  const [right, wrong] = [password, `${password}!`].map((given) =>
    stranger.call(signInWithPassword, { body: { email, password: given } }),
  );
  expect([(await right)?.status, (await wrong)?.status]).toEqual([200, 401]);
  const one = visitor(after.url, cookie);
  expect((await one.call(getSystem, chatbot)).status, 'the session of before').toBe(200);
  const { body } = await one.call(exportSharedLedger, { params: { organisation: 'acme' } });
  if (!body) throw new Error('no export');
  const report = await verifyExport(body, [key], { signatures: true });
  expect([report.problems, report.size > 0]).toEqual([[], true]);
}

test('an embedded database comes back from its copy, with people, sessions and ledgers as they were', async () => {
  const home = mkdtempSync(join(tmpdir(), 'custos-restore-'));
  const backups = join(home, 'backups');
  const lost = shared({ kind: 'pglite', dir: join(home, 'embedded') });
  const acme = { organisation: 'acme' };
  const another = { ...DECLARATION_BODY, id: 'another' };
  try {
    const before = await start(lost);
    const cookie = await found(before);
    const runner = new JobRunner(before.service, { jobs: [snapshotJob(backups, 24)] });
    const { database } = before.service.context;
    for (const round of [1, 2]) {
      if (round === 2) await visitor(before.url, cookie).call(createSystem, { params: acme, body: another });
      await runner.drain();
      await database.acrossOrganisations((control) =>
        sql`update jobs set due_at = now() where job = 'backup.database'`.execute(control),
      );
      await runner.drain();
    }
    expect(readdirSync(join(backups, '_service'))).toEqual(['embedded']);
    const late = { ...DECLARATION_BODY, id: 'late' };
    const made = await visitor(before.url, cookie).call(createSystem, { params: acme, body: late });
    expect(made.status).toBe(201);
    await before.stop();
    rmSync(join(home, 'embedded'), { recursive: true });

    cpSync(join(backups, '_service', 'embedded'), join(home, 'embedded'), { recursive: true });
    const after = await start(lost);
    try {
      expect(after.setUpUrl, 'there is an organisation').toBeUndefined();
      await expectRestored(after, lost.key.signer.publicKey, cookie);
      const one = visitor(after.url, cookie);
      const systems = listSystems.response.parse(
        await (await one.call(listSystems, { params: acme })).json(),
      );
      expect(systems.items.map(({ id }) => id).sort(), 'as of the copy').toEqual(['another', 'chatbot']);
      expect((await one.call(createSystem, { params: acme, body: late })).status, 'and on').toBe(201);
    } finally {
      await after.stop();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}, 120_000);

const url = await reachable();
const canDump = url !== undefined && spawnSync('pg_dump', ['--version']).status === 0;

test.skipIf(!canDump)(
  'a dump of PostgreSQL takes a role that row-level security lets through, and comes back',
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'custos-dump-'));
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    const file = join(home, 'custos.dump');
    const run = (program: string, ...given: string[]) => {
      const { status, stderr } = spawnSync(program, [...given, `--dbname=${url}`], { encoding: 'utf8' });
      return { status, stderr };
    };
    const dump = (...more: string[]) =>
      run('pg_dump', `--schema=${schema}`, '--format=custom', `--file=${file}`, ...more);
    const lost = shared({ kind: 'postgres', url: url ?? '', schema });
    try {
      const before = await start(lost);
      const cookie = await found(before);
      await before.stop();
      expect(dump('--role=custos_app').stderr).toMatch(/row-level security|permission denied/);
      expect(dump()).toEqual({ status: 0, stderr: '' });
      expect(run('psql', '--quiet', '-c', `drop schema ${schema} cascade`).status).toBe(0);
      expect(run('pg_restore', file).status).toBe(0);
      const after = await start(lost);
      try {
        await expectRestored(after, lost.key.signer.publicKey, cookie);
      } finally {
        await after.stop();
      }
    } finally {
      run('psql', '--quiet', '-c', `drop schema if exists ${schema} cascade`);
      rmSync(home, { recursive: true, force: true });
    }
  },
  60_000,
);
