/** Starting, ending, and what happens when the database goes away or its disk is full. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declareSystem, getSystem, listSystems, streamEvents } from '@custos/contract';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningService } from './service.ts';
import {
  DECLARATION_BODY,
  found,
  freePort,
  type Shared,
  shared,
  start,
  type Visitor,
  visitor,
} from './testing/running.ts';

const URL_OF_SERVER = process.env.CUSTOS_TEST_DATABASE_URL ?? 'postgres://root@127.0.0.1:5432/test';
const PARAMS = { organisation: 'acme', system: 'chatbot' };

async function asAdmin(work: (client: pg.Client) => Promise<unknown>): Promise<boolean> {
  const client = new pg.Client({ connectionString: URL_OF_SERVER, connectionTimeoutMillis: 1000 });
  try {
    await client.connect();
  } catch {
    return false;
  }
  try {
    await work(client);
    return true;
  } finally {
    await client.end();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'custos-life-'));
const postgres = await asAdmin((client) => client.query('select 1'));
const schema = `test_${randomUUID().replaceAll('-', '')}`;
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (postgres) await asAdmin((client) => client.query(`drop schema if exists ${schema} cascade`));
});

function place(name: string): Shared {
  return shared(
    postgres ? { kind: 'postgres', url: URL_OF_SERVER, schema } : { kind: 'pglite', dir: join(folder, name) },
  );
}

/** Counts in the purpose of the system, by versioned writes. @returns what the service answered, in order */
async function count(who: Visitor, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) {
    const seen = await who.call(getSystem, { params: PARAMS });
    if (!seen.ok) {
      statuses.push(seen.status);
      continue;
    }
    const { declaration } = getSystem.response.parse(await seen.json());
    const n = Number(declaration.purpose.split(' ')[1] ?? 0) + 1;
    const body = { ...declaration, purpose: `Counted ${n} by versioned writes` };
    const headers = { 'if-match': seen.headers.get('etag') ?? '' };
    const done = await who.call(declareSystem, { params: PARAMS, body }, headers);
    statuses.push(done.status);
  }
  return statuses;
}

describe('a running service', () => {
  let own: Shared;
  let running: RunningService;
  let cookie: string;
  let who: Visitor;
  beforeAll(async () => {
    own = place('own');
    running = await start(own, { jobs: true });
    cookie = await found(running);
    who = visitor(running.url, cookie);
  });
  afterAll(() => running.stop());

  test('is alive, ready, and tells figures to this machine only', async () => {
    expect(await (await fetch(`${running.url}/healthz`)).json()).toEqual({ status: 'ok' });
    const ready = await fetch(`${running.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({
      status: 'ready',
      checks: { database: 'ok', migrations: 'ok', jobs: 'ok', accepting: 'ok' },
    });
    const metrics = await fetch(`${running.url}/metrics`);
    expect(metrics.status).toBe(200);
    const text = await metrics.text();
    expect(text).toMatch(
      /http_server_request_duration_seconds_count\{http_request_method="POST",http_route="\/api\/v1\/organisations\/\{organisation\}\/systems",http_response_status_code="201"\} 1/,
    );
    expect(text).toMatch(/custos_jobs_alive 1/);
    expect(text).not.toMatch(/acme|alex|chatbot/);
    const passedOn = { headers: { 'x-forwarded-for': '203.0.113.9' } };
    expect((await fetch(`${running.url}/metrics`, passedOn)).status).toBe(404);
  });

  test('with a token, figures are for whoever has it', async () => {
    const port = await freePort();
    const other = await start(postgres ? own : place('token'), {
      port,
      metricsToken: 'a token of enough length',
    });
    const ask = (authorization?: string) =>
      fetch(`${other.url}/metrics`, authorization ? { headers: { authorization } } : {});
    expect((await ask()).status).toBe(404);
    expect((await ask('Bearer wrong')).status).toBe(404);
    expect((await ask('Bearer a')).status).toBe(404);
    await other.stop();
  });

  test('says which port is taken', async () => {
    const taken = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
    await expect(start(postgres ? own : place('taken'), { port })).rejects.toMatchObject({
      code: 'LISTEN',
      message: expect.stringMatching(new RegExp(`127.0.0.1:${port} .*EADDRINUSE.*CUSTOS_PORT`)),
    });
    taken.close();
  });

  test.skipIf(!postgres)(
    'answers 503 when its connections are cut, and goes on when they are back',
    async () => {
      const cut = () =>
        asAdmin((client) =>
          client.query(
            `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and query like '%${schema}%'`,
          ),
        );
      let under = true;
      const cutting = (async () => {
        while (under) {
          await cut();
          await new Promise((resolve) => setTimeout(resolve, 30));
        }
      })();
      const statuses = (await Promise.all([count(who, 25), count(who, 25), count(who, 25)])).flat();
      under = false;
      await cutting;
      expect([...new Set(statuses)].filter((status) => ![200, 412, 503].includes(status))).toEqual([]);
      expect(statuses).toContain(503);
      expect(await count(who, 3)).toEqual([200, 200, 200]);
      expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
    },
  );

  test.skipIf(!postgres)(
    'ends without losing an answer: what was acknowledged is there, streams end',
    async () => {
      const second = await start(own);
      const client = visitor(second.url, cookie);
      const stream = await client.call(streamEvents, { params: { organisation: 'acme' } });
      const before = Number((await purpose(client)).split(' ')[1] ?? 0);
      const answers: number[] = [];
      let stopped = false;
      const writers = Array.from({ length: 4 }, async () => {
        while (!stopped)
          try {
            answers.push(...(await count(client, 1)));
          } catch {
            // The door is closed.
            return;
          }
      });
      await new Promise((resolve) => setTimeout(resolve, 400));
      const begun = performance.now();
      await second.stop();
      stopped = true;
      expect(performance.now() - begun).toBeLessThan(10_000);
      await Promise.all(writers);
      await stream.text();
      const acknowledged = answers.filter((status) => status === 200).length;
      expect(acknowledged).toBeGreaterThan(0);
      expect(Number((await purpose(who)).split(' ')[1])).toBe(before + acknowledged);
      await expect(fetch(`${second.url}/healthz`)).rejects.toThrow();
    },
  );
});

async function purpose(client: Visitor): Promise<string> {
  const response = await client.call(getSystem, { params: PARAMS });
  return getSystem.response.parse(await response.json()).purpose;
}

describe('several instances', () => {
  test.skipIf(!postgres)('that start at once on an empty database bring it up to date once', async () => {
    const fresh = `${schema}_fresh`;
    const both = shared({ kind: 'postgres', url: URL_OF_SERVER, schema: fresh });
    const running = await Promise.all([start(both), start(both), start(both)]);
    await asAdmin(async (client) => {
      const { rows } = await client.query(
        `select version, count(*)::int as n from ${fresh}.schema_migrations group by version order by version`,
      );
      expect(rows.every(({ n }) => n === 1)).toBe(true);
      expect(rows.length).toBeGreaterThan(8);
    });
    await Promise.all(running.map((one) => one.stop()));
    await asAdmin((client) => client.query(`drop schema ${fresh} cascade`));
  });

  test('on one embedded store: the second is told who has it', async () => {
    const one = shared({ kind: 'pglite', dir: join(folder, 'one') });
    const running = await start(one);
    await expect(start(one)).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining(`in use by process ${process.pid}`),
    });
    await running.stop();
    await (await start(one)).stop();
  });
});

describe.skipIf(process.platform !== 'linux')('a full disk', () => {
  test('gives 503 and keeps what was acknowledged; with room it goes on', async (context) => {
    const disk = mkdtempSync(join(tmpdir(), 'custos-disk-'));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=120m', 'tmpfs', disk]).status !== 0)
      return context.skip('this process may not mount a disk');
    let running: RunningService | undefined;
    try {
      running = await start(shared({ kind: 'pglite', dir: join(disk, 'store') }));
      const who = visitor(running.url, await found(running));
      expect(await count(who, 2)).toEqual([200, 200]);
      const ballast = join(disk, 'ballast');
      fill(ballast);
      const big = { ...DECLARATION_BODY, name: 'x'.repeat(100) };
      let status = 0;
      for (let i = 0; i < 200 && status !== 503; i++) {
        const seen = await who.call(getSystem, { params: PARAMS });
        if (!seen.ok) {
          status = seen.status;
          break;
        }
        const headers = { 'if-match': seen.headers.get('etag') ?? '' };
        const body = { ...big, purpose: `${'p'.repeat(1900)} ${i}` };
        status = (await who.call(declareSystem, { params: PARAMS, body }, headers)).status;
        expect([200, 503]).toContain(status);
      }
      expect(status).toBe(503);
      rmSync(ballast);
      expect((await who.call(listSystems, { params: { organisation: 'acme' } })).status).toBe(200);
    } finally {
      await running?.stop();
      spawnSync('umount', [disk]);
      rmSync(disk, { recursive: true, force: true });
    }
  });
});

/** Writes until nothing more fits. */
function fill(path: string): void {
  for (let size = 256; size > 0; size = Math.floor(size / 2)) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size << 10), { flag: 'a' });
    } catch {
      // Smaller pieces.
    }
  }
}
