/** What each job leaves behind, and that it leaves it once. */
import { getServiceStatus, listSystems, runJob } from '@custos/contract';
import { DAY } from '@custos/core';
import { claimJob, holdJob, jobStates, scheduleJobs } from '@custos/store';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../testing/world.ts';
import { JOBS } from './index.ts';
import type { Job } from './job.ts';
import { JobRunner, untilNext } from './runner.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const REF = { organisation: 'acme', system: 'chatbot' };

async function due(job: string): Promise<void> {
  await world.service.context.database.acrossOrganisations((control) =>
    sql`update jobs set due_at = now() where job = ${job}`.execute(control),
  );
}

async function state(job: string, organisation = 'acme') {
  const { database } = world.service.context;
  const rows = await database.within(organisation, jobStates);
  return rows.find((row) => row.job === job);
}

async function events(organisation = 'acme') {
  const { rows } = await world.service.context.database.within(organisation, (control) =>
    sql<{ kind: string; detail: string }>`select kind, detail from events order by xid, id`.execute(control),
  );
  return rows.map(({ kind, detail }) => ({ kind, detail: JSON.parse(detail) }));
}

async function acts(organisation: string, type: string) {
  const ledger = await world.service.context.database.ledger(organisation);
  const found = [];
  for await (const entry of ledger.query({ kind: 'act' }))
    if (entry.kind === 'act' && entry.act.type === type) found.push(entry.act.detail);
  return found;
}

describe('all jobs', () => {
  test('run to their end in each organisation', async () => {
    await world.service.jobs.drain();
    for (const organisation of ['acme', 'rival'])
      for (const { name, scope } of JOBS) {
        const row = await state(name, scope === 'service' ? '' : organisation);
        expect(row?.error ?? null, name).toBeNull();
        expect(row?.succeeded_at, name).toBeInstanceOf(Date);
      }
  });

  test('systems are assessed, and their verdicts announced', async () => {
    const response = await world.call('viewer', listSystems, { params: { organisation: 'acme' } });
    const { items } = listSystems.response.parse(await response.json());
    expect(items[0]?.assessment?.evaluatedAt).toBeDefined();
    expect((await events()).filter(({ kind }) => kind === 'assessment.changed')).toHaveLength(1);
  });
});

describe('anchoring', () => {
  test("the organisation's ledger holds each checkpoint once", async () => {
    const before = await acts('acme', 'checkpoint.anchored');
    expect(before).toHaveLength(1);
    await due('ledger.anchor');
    await world.service.jobs.drain();
    expect(await acts('acme', 'checkpoint.anchored')).toEqual(before);
    const { database } = world.service.context;
    const { size, root } = await (await database.ledger('acme', 'chatbot')).ledger.checkpoint();
    expect(before[0]).toEqual({ systems: [{ system: 'chatbot', size, root }] });
    expect(JSON.stringify(await acts('rival', 'checkpoint.anchored'))).not.toContain(root);
  });
});

describe('expiry notices', () => {
  test('each verdict that is about to lapse is told of once', async () => {
    const at = new Date(Date.now() + 5 * 86_400_000).toISOString();
    const far = new Date(Date.now() + 50 * 86_400_000).toISOString();
    const { database } = world.service.context;
    await database.within('acme', (control) =>
      control
        .insertInto('expiries')
        .values([
          { ...REF, duty: '5.1.1-1#a', at },
          { ...REF, duty: '5.1.1-1#b', at: far },
        ])
        .execute(),
    );
    for (let i = 0; i < 2; i++) {
      await due('expiry.notices');
      await world.service.jobs.drain();
    }
    const told = (await events()).filter(({ kind }) => kind === 'expiry.near');
    expect(told).toEqual([{ kind: 'expiry.near', detail: { duties: [{ duty: '5.1.1-1#a', at }] } }]);
    expect((await events('rival')).filter(({ kind }) => kind === 'expiry.near')).toEqual([]);
  });
});

describe('self-check', () => {
  test('an altered entry is found at the weekly reading, told of once, and well again when it is put back', async () => {
    const { database } = world.service.context;
    const owner = sql.table(`${database.schema}.ledger_entries`);
    const tamper = async (from: string, to: string) => {
      await database.db.transaction().execute(async (trx) => {
        await sql`set local session_replication_role = replica`.execute(trx);
        await sql`update ${owner} set act = replace(act, ${from}, ${to}) where organisation = 'acme/chatbot' and act is not null`.execute(
          trx,
        );
      });
    };
    const age = (days: number) =>
      database.within('acme', (control) =>
        sql`update ledger_checks set read_at = now() - make_interval(days => ${days}::int)`.execute(control),
      );
    await tamper('system.assessed', 'system.assesses');
    await due('ledger.self-check');
    await world.service.jobs.drain();
    expect((await state('ledger.self-check'))?.error, 'nothing new to read').toBeNull();
    await age(8);
    for (let i = 0; i < 2; i++) {
      await due('ledger.self-check');
      await world.service.jobs.drain();
    }
    expect((await state('ledger.self-check'))?.error).toContain('chatbot');
    const alarms = (await events()).filter(
      ({ kind, detail }) => kind === 'job.alarm' && detail.why === 'ledger',
    );
    expect(alarms.map(({ detail }) => detail.ledger)).toEqual(['acme/chatbot']);
    const response = await world.call('auditor', getServiceStatus, { params: { organisation: 'acme' } });
    const status = getServiceStatus.response.parse(await response.json());
    expect(status.ledgers.failures).toMatchObject([{ system: 'chatbot' }]);
    await tamper('system.assesses', 'system.assessed');
    await due('ledger.self-check');
    await world.service.jobs.drain();
    expect((await state('ledger.self-check'))?.error).toBeNull();
    expect((await events()).filter(({ kind }) => kind === 'job.recovered')).toHaveLength(1);
  });

  test('a ledger that got shorter is found at once', async () => {
    const { database } = world.service.context;
    const reached = await database.within('rival', (control) =>
      control
        .selectFrom('ledger_checks')
        .selectAll()
        .where('system', '=', 'chatbot')
        .executeTakeFirstOrThrow(),
    );
    await database.within('rival', (control) =>
      control
        .updateTable('ledger_checks')
        .set({ size: reached.size + 5 })
        .where('system', '=', 'chatbot')
        .execute(),
    );
    await due('ledger.self-check');
    await world.service.jobs.drain();
    const found = await database.within('rival', (control) =>
      control
        .selectFrom('ledger_checks')
        .select('failure')
        .where('system', '=', 'chatbot')
        .executeTakeFirstOrThrow(),
    );
    expect(found.failure).toContain('entries are gone');
    await database.within('rival', (control) =>
      control
        .updateTable('ledger_checks')
        .set({ size: reached.size })
        .where('system', '=', 'chatbot')
        .execute(),
    );
  });
});

describe('an instance that was only slow', () => {
  const job: Job = {
    name: 'test.slow',
    summary: 'x',
    scope: 'organisation',
    every: 3_600_000,
    run: async () => undefined,
  };

  test('can not commit what its successor does again', async () => {
    const { database } = world.service.context;
    await database.acrossOrganisations((control) => scheduleJobs(control, [job]));
    const take = (holder: string) =>
      database.acrossOrganisations((control) => claimJob(control, { jobs: [job], holder, lease: 60_000 }));
    const first = await take('a');
    expect(first?.job).toBe('test.slow');
    if (first === undefined) return;
    expect((await take('b'))?.organisation, 'somebody has the first').not.toBe(first.organisation);
    await database.acrossOrganisations((control) =>
      sql`update jobs set leased_until = now() - interval '1 second' where organisation = ${first.organisation} and job = 'test.slow'`.execute(
        control,
      ),
    );
    const second = await take('c');
    expect(second).toMatchObject({ organisation: first.organisation, fence: first.fence + 1 });
    const effect = (run: typeof first) =>
      database.within(run.organisation, async (control) => {
        await holdJob(control, run);
        return 'done';
      });
    await expect(effect(first)).rejects.toMatchObject({ code: 'JOB_LOST' });
    expect(second && (await effect(second))).toBe('done');
  });
});

describe('alarms', () => {
  test('a job that fails is told of once, and again when it is well', async () => {
    let fails = true;
    const job: Job = {
      name: 'test.fails',
      summary: 'x',
      scope: 'organisation',
      every: 3_600_000,
      run: async () => {
        if (fails) throw new Error('a secret of the inside');
      },
    };
    const runner = new JobRunner(world.service, { jobs: [job] });
    await runner.drain();
    await due(job.name);
    await runner.drain();
    const own = async () => (await events()).filter(({ detail }) => detail.job === job.name);
    expect(await own()).toEqual([{ kind: 'job.alarm', detail: { job: job.name, why: 'failed' } }]);
    expect((await state(job.name))?.error).not.toContain('secret');
    expect((await state(job.name))?.failures).toBe(2);
    fails = false;
    await due(job.name);
    await runner.drain();
    expect((await own()).map(({ kind }) => kind)).toEqual(['job.alarm', 'job.recovered']);
  });

  test('a daily job that failed does not wait for the next day', async () => {
    const job: Job = {
      name: 'test.daily',
      summary: 'x',
      scope: 'organisation',
      every: DAY,
      hour: 1,
      run: async () => {
        throw new Error('the database was away');
      },
    };
    await new JobRunner(world.service, { jobs: [job] }).drain();
    const wait = ((await state(job.name))?.due_at.getTime() ?? 0) - Date.now();
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(3_600_000);
  });

  test('a job of every minute is not told of when the service was away for some minutes', async () => {
    const { database } = world.service.context;
    const overdue = async (minutes: number) => {
      await database.within('acme', (control) =>
        sql`update jobs set alarmed_at = null, succeeded_at = now() - make_interval(mins => ${minutes}::int),
          due_at = now() + interval '1 day' where job = 'bulletins.send'`.execute(control),
      );
      return (await state('bulletins.send'))?.overdue;
    };
    expect(await overdue(10)).toBe(false);
    expect(await overdue(20)).toBe(true);
    expect(await overdue(0)).toBe(false);
  });

  test('a job that stopped running is told of by whoever still looks', async () => {
    const { database } = world.service.context;
    await database.within('acme', (control) =>
      sql`update jobs set succeeded_at = now() - 2.1 * period * interval '1 millisecond', due_at = now() + interval '1 day'
        where job = 'ledger.self-check'`.execute(control),
    );
    await world.service.jobs.look();
    await world.service.jobs.look();
    const told = (await events()).filter(({ detail }) => detail.why === 'overdue');
    expect(told).toEqual([{ kind: 'job.alarm', detail: { job: 'ledger.self-check', why: 'overdue' } }]);
    const response = await world.call('administrator', getServiceStatus, {
      params: { organisation: 'acme' },
    });
    const { jobs } = getServiceStatus.response.parse(await response.json());
    expect(jobs.find(({ name }) => name === 'ledger.self-check')?.state).toBe('overdue');
    expect(await world.service.metrics.text()).toMatch(/custos_jobs_overdue\{job="ledger.self-check"\} 1/);
  });
});

describe('by hand', () => {
  test('an administrator has a job run; it is witnessed', async () => {
    const params = { organisation: 'acme', job: 'ledger.anchor' };
    expect((await world.call('administrator', runJob, { params })).status).toBe(204);
    expect((await state('ledger.anchor'))?.due_at.getTime()).toBeLessThan(Date.now() + 1000);
    expect(await acts('acme', 'job.requested')).toEqual([{ job: 'ledger.anchor' }]);
  });
  test('nobody else, and no job of another name', async () => {
    const params = { organisation: 'acme', job: 'ledger.anchor' };
    expect((await world.call('auditor', runJob, { params })).status).toBe(403);
    expect((await world.call('stranger', runJob, { params })).status).toBe(404);
    const other = { params: { ...params, job: 'no.such' } };
    expect((await world.call('administrator', runJob, other)).status).toBe(404);
    expect(await acts('acme', 'job.requested')).toHaveLength(1);
  });
});

test('a daily job waits for its hour, each organisation a little later than another', () => {
  const at = (time: string, organisation = '') =>
    untilNext({ every: 1, hour: 1 }, organisation, Date.parse(time));
  expect(at('2026-01-01T00:00:00Z')).toBe(3_600_000);
  expect(at('2026-01-01T01:00:00Z')).toBe(86_400_000);
  expect(at('2026-01-01T00:00:00Z', 'acme')).not.toBe(at('2026-01-01T00:00:00Z', 'rival'));
});
