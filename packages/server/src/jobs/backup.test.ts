/** The mirror of the ledgers, by schedule. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type ServiceLedger } from '@custos/store';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../testing/world.ts';
import { backupJob } from './backup.ts';
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
