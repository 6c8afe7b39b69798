/** Counting together in Redis, and what happens when it goes away. Skipped where there is no redis-server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { getMe, operation } from '@custos/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLimits, type RequestLimits } from './rate-limit.ts';

const SERVER = '/usr/bin/redis-server';
const read = operation({ ...getMe, id: 'test.read', limits: { perMinute: 3 } });
const write = operation({ ...read, id: 'test.write', method: 'POST' });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe.skipIf(!existsSync(SERVER))(`with Redis (needs ${SERVER})`, () => {
  let redis: ChildProcess;
  let limits: RequestLimits[];

  beforeAll(async () => {
    const port = await freePort();
    redis = spawn(SERVER, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', '/tmp'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise<void>((ready) =>
      redis.stdout?.on('data', (said) => String(said).includes('Ready to accept') && ready()),
    );
    const url = `redis://127.0.0.1:${port}`;
    limits = [await openLimits(url), await openLimits(url)];
    // The connection is made behind the constructor.
    for (const one of limits) await until(() => one.take(write, 'warm@acme.example'));
  });
  afterAll(() => {
    redis.kill('SIGKILL');
    for (const one of limits) one.close();
  });

  test('two instances count together', async () => {
    const [one, other] = limits;
    for (const [n, each] of [one, other, one].entries())
      expect((await each?.take(write, 'a@acme.example'))?.['ratelimit-remaining']).toBe(String(2 - n));
    await expect(other?.take(write, 'a@acme.example')).rejects.toMatchObject({
      problem: 'TOO_MANY_REQUESTS',
    });
  });

  test('without Redis writes are refused, and reads are counted here', async () => {
    redis.kill('SIGKILL');
    await new Promise((ended) => redis.once('exit', ended));
    const [one] = limits;
    await expect(one?.take(write, 'b@acme.example')).rejects.toMatchObject({
      problem: 'UNAVAILABLE',
      code: 'LIMITER_UNAVAILABLE',
      headers: { 'retry-after': '5' },
    });
    for (let n = 0; n < 3; n++) await one?.take(read, 'b@acme.example');
    await expect(one?.take(read, 'b@acme.example')).rejects.toMatchObject({ problem: 'TOO_MANY_REQUESTS' });
  });
});

async function until(work: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < 100; n++) {
    try {
      await work();
      return;
    } catch {
      await new Promise((later) => setTimeout(later, 20));
    }
  }
  throw new Error('Redis was not reached.');
}
