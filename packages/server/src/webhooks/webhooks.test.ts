/** Webhooks from the change to the receiver: signatures, repetition, and receivers that behave badly. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createWebhook,
  deleteWebhook,
  listDeliveries,
  listWebhooks,
  recordObservations,
  redeliver,
  testWebhook,
  updateWebhook,
} from '@custos/contract';
import { emit } from '@custos/store';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../testing/world.ts';
import { send } from './send.ts';
import { BACKOFF, WebhookSender } from './sender.ts';

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly path: string;
}

let world: World;
let receiver: Server;
let base: string;
const received: Received[] = [];
let answer: (response: ServerResponse, path: string) => void;

beforeAll(async () => {
  world = await openWorld({ webhooksPrivate: true });
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body, path: request.url ?? '' });
      answer(response, request.url ?? '');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await world.close();
});
beforeEach(() => {
  received.length = 0;
  answer = (response) => response.writeHead(204).end();
});

const PARAMS = { organisation: 'acme' };

async function made(body: { url: string; kinds?: ['request.changed'] | ['observation.recorded'] }) {
  const response = await world.call('administrator', createWebhook, { params: PARAMS, body });
  expect(response.status).toBe(201);
  return createWebhook.response.parse(await response.json());
}

async function removed(webhook: string): Promise<void> {
  const response = await world.call('administrator', deleteWebhook, { params: { ...PARAMS, webhook } });
  expect(response.status).toBe(204);
}

async function sent(): Promise<void> {
  await world.service.webhooks.take();
  await world.service.webhooks.idle();
}

async function deliveries(webhook: string) {
  const response = await world.call('administrator', listDeliveries, { params: { ...PARAMS, webhook } });
  return listDeliveries.response.parse(await response.json()).items;
}

async function makeDue(): Promise<void> {
  await world.service.context.database.within('acme', (control) =>
    sql`update webhook_deliveries set due_at = now(), leased_until = null`.execute(control),
  );
}

function changed(): Promise<void> {
  return world.service.context.database.within('acme', (control) =>
    emit(control, { kind: 'request.changed', system: 'chatbot', detail: { request: 'r1' } }),
  );
}

/** As a receiver does it, by the specification of Standard Webhooks. */
function verifies(secret: string, { headers, body }: Received): boolean {
  const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

describe('a change', () => {
  test('reaches the endpoint once, signed, with ids only', async () => {
    const hook = await made({ url: `${base}/a`, kinds: ['observation.recorded'] });
    const before = Math.floor(Date.now() / 1000);
    const subject = [{ name: 'model', digest: { sha256: 'ab'.repeat(32) } }];
    const observation = {
      type: 'test-run',
      content: SECRET_CONTENT,
      subject,
      producer: { name: 'runner', version: '1' },
    };
    const response = await world.call('developer', recordObservations, {
      params: { ...PARAMS, system: 'chatbot' },
      body: { observations: [observation] },
    });
    expect(response.status, await response.clone().text()).toBe(201);
    await sent();
    await sent();
    const own = received.filter(({ body }) => body.includes('test-run'));
    expect(own).toHaveLength(1);
    const [got] = own;
    if (!got) return;
    expect(verifies(hook.secret, got)).toBe(true);
    expect(verifies(`whsec_${Buffer.from('another').toString('base64')}`, got)).toBe(false);
    expect(verifies(hook.secret, { ...got, body: got.body.replace('chatbot', 'chatbox') })).toBe(false);
    // A receiver refuses what is older than some minutes: the time of the attempt is signed, and it is now.
    expect(Number(got.headers['webhook-timestamp'])).toBeGreaterThanOrEqual(before);
    const later = { ...got.headers, 'webhook-timestamp': String(before + 3600) };
    expect(verifies(hook.secret, { ...got, headers: later })).toBe(false);
    const { type, timestamp, data } = JSON.parse(got.body);
    expect(type).toBe('observation.recorded');
    expect(Date.parse(timestamp)).not.toBeNaN();
    expect(data).toMatchObject({ organisation: 'acme', system: 'chatbot', count: 1 });
    expect(got.body).not.toContain('words of the observation');
    await removed(hook.id);
  });

  test('reaches no endpoint of another kind, of another organisation, or one that is switched off', async () => {
    const other = await made({ url: `${base}/other`, kinds: ['observation.recorded'] });
    const off = await made({ url: `${base}/off` });
    const body = { url: off.url, active: false };
    const change = await world.call(
      'administrator',
      updateWebhook,
      { params: { ...PARAMS, webhook: off.id }, body },
      { 'if-match': `"${off.version}"` },
    );
    expect(change.status).toBe(200);
    const theirs = await world.call('stranger', createWebhook, {
      params: { organisation: 'rival' },
      body: { url: `${base}/rival` },
    });
    expect(theirs.status).toBe(201);
    await changed();
    await sent();
    expect(received).toEqual([]);
    await removed(other.id);
    await removed(off.id);
  });

  test('that is undone reaches nobody', async () => {
    const hook = await made({ url: `${base}/undone` });
    const { database } = world.service.context;
    const undone = database.within('acme', async (control) => {
      await emit(control, { kind: 'request.changed', system: 'chatbot' });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await sent();
    expect(
      received.filter(({ path }) => path === '/undone').map(({ body }) => JSON.parse(body).type),
    ).toEqual([]);
    await removed(hook.id);
  });
});

describe('a receiver that fails', () => {
  test('is tried again under the same id with a new signature, given up at last, and sent to again by hand', async () => {
    const hook = await made({ url: `${base}/fails`, kinds: ['request.changed'] });
    answer = (response) => response.writeHead(500).end('inside');
    await changed();
    for (let attempt = 0; attempt <= BACKOFF.length + 1; attempt++) {
      await makeDue();
      await sent();
    }
    expect(received).toHaveLength(BACKOFF.length + 1);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(received.every((one) => verifies(hook.secret, one))).toBe(true);
    const [dead] = await deliveries(hook.id);
    expect(dead).toMatchObject({ state: 'dead', status: 500, attempts: BACKOFF.length + 1 });
    expect(JSON.stringify(dead)).not.toContain('inside');
    answer = (response) => response.writeHead(200).end();
    const params = { ...PARAMS, webhook: hook.id, delivery: dead?.id ?? '' };
    expect((await world.call('administrator', redeliver, { params })).status).toBe(204);
    expect((await world.call('administrator', redeliver, { params })).status).toBe(409);
    await sent();
    expect(await deliveries(hook.id)).toMatchObject([{ id: dead?.id, state: 'delivered', status: 200 }]);
    expect(received.at(-1)?.headers['webhook-id']).toBe(dead?.id);
    await removed(hook.id);
  });

  test('by a redirect is not followed', async () => {
    const hook = await made({ url: `${base}/moved`, kinds: ['request.changed'] });
    answer = (response, path) =>
      path === '/moved'
        ? response.writeHead(307, { location: `${base}/there` }).end()
        : response.writeHead(200).end();
    await changed();
    await sent();
    expect(received.map(({ path }) => path)).toEqual(['/moved']);
    expect(await deliveries(hook.id)).toMatchObject([{ state: 'pending', status: 307 }]);
    await removed(hook.id);
  });

  test('by hanging is left after the timeout; by an endless answer, too', async () => {
    answer = () => undefined;
    const { database } = world.service.context;
    const { seal, log } = world.service;
    const impatient = new WebhookSender({ database, seal, log, allowPrivate: true, timeout: 300 });
    const hook = await made({ url: `${base}/hangs`, kinds: ['request.changed'] });
    await changed();
    const begun = performance.now();
    await impatient.take();
    await impatient.idle();
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(await deliveries(hook.id)).toMatchObject([
      { state: 'pending', error: 'There was no answer within 0.3 s.' },
    ]);
    await removed(hook.id);
    answer = (response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(1 << 16)), 1);
      response.on('close', () => clearInterval(more));
    };
    const status = await send({
      url: `${base}/endless`,
      headers: {},
      body: '{}',
      allowPrivate: true,
      timeout: 5000,
    });
    expect(status).toBe(200);
  });
});

describe('a receiver that hangs', () => {
  test('holds up its own deliveries, four at a time, and nobody else’s', async () => {
    answer = (response, path) => {
      if (path !== '/tarpit') response.writeHead(204).end();
    };
    const { seal, log } = world.service;
    const { database } = world.service.context;
    const slow = await made({ url: `${base}/tarpit`, kinds: ['request.changed'] });
    for (let i = 0; i < 20; i++) await changed();
    const quick = await made({ url: `${base}/quick`, kinds: ['request.changed'] });
    await changed();
    const sender = new WebhookSender({ database, seal, log, allowPrivate: true, timeout: 400 });
    expect(await sender.take()).toBe(5);
    expect(await sender.take(), 'it has as many as it gets').toBe(0);
    await sender.idle();
    expect(received.filter(({ path }) => path === '/quick')).toHaveLength(1);
    expect(received.filter(({ path }) => path === '/tarpit')).toHaveLength(4);
    await removed(slow.id);
    await removed(quick.id);
  });
});

describe('names', () => {
  test('the connection goes to the address that was looked at, whatever the name says later', async () => {
    const { port } = new URL(base);
    const asked: string[] = [];
    const resolve = async (name: string) => {
      asked.push(name);
      return asked.length === 1 ? ['127.0.0.1'] : ['10.0.0.1'];
    };
    const url = `http://rebinding.example:${port}/pinned`;
    expect(await send({ url, headers: {}, body: '{}', allowPrivate: true, resolve })).toBe(204);
    expect(asked).toEqual(['rebinding.example']);
    expect(received[0]?.headers.host).toBe(`rebinding.example:${port}`);
  });
  test('an internal address behind a name gets no connection', async () => {
    const { port } = new URL(base);
    const url = `https://hooks.example:${port}/`;
    const attempt = send({
      url,
      headers: {},
      body: '{}',
      allowPrivate: false,
      resolve: async () => ['127.0.0.1'],
    });
    await expect(attempt).rejects.toMatchObject({ code: 'WEBHOOK_URL' });
    expect(received).toEqual([]);
  });
});

describe('the operations', () => {
  test('the secret is shown once and lies encrypted', async () => {
    const hook = await made({ url: `${base}/secret` });
    const list = await (await world.call('administrator', listWebhooks, { params: PARAMS })).text();
    expect(list).toContain(hook.id);
    expect(list).not.toContain(hook.secret);
    const { rows } = await world.service.context.database.within('acme', (control) =>
      sql<{ secret: string }>`select secret from webhooks where webhook = ${hook.id}`.execute(control),
    );
    expect(rows[0]?.secret).not.toContain(hook.secret.slice(6));
    await removed(hook.id);
  });
  test('a test message', async () => {
    const hook = await made({ url: `${base}/test` });
    const response = await world.call('administrator', testWebhook, {
      params: { ...PARAMS, webhook: hook.id },
    });
    expect(response.status).toBe(202);
    await sent();
    expect(received.map(({ body }) => JSON.parse(body).type)).toContain('webhook.test');
    await removed(hook.id);
  });
  test('412 for a change that somebody overtook; 404 for what is another organisation’s', async () => {
    const hook = await made({ url: `${base}/v` });
    const body = { url: hook.url, active: true };
    const call = (organisation: string, who: 'administrator' | 'stranger', version: number) =>
      world.call(
        who,
        updateWebhook,
        { params: { organisation, webhook: hook.id }, body },
        { 'if-match': `"${version}"` },
      );
    expect((await call('acme', 'administrator', 1)).status).toBe(200);
    expect((await call('acme', 'administrator', 1)).status).toBe(412);
    expect((await call('rival', 'stranger', 2)).status).toBe(404);
    for (const op of [deleteWebhook, listDeliveries, testWebhook])
      expect(
        (await world.call('stranger', op, { params: { organisation: 'rival', webhook: hook.id } })).status,
        op.id,
      ).toBe(404);
    await removed(hook.id);
  });
});

const SECRET_CONTENT = {
  run: 'words of the observation',
  suite: 'smoke',
  tool: 'runner',
  target: `sha256:${'ab'.repeat(32)}`,
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: '2026-01-01T00:01:00Z',
  modalities: [],
  threats: [],
  results: [{ case: 'a', trials: 1, successes: 1 }],
  unhandledErrors: 0,
  measuredBy: 'output',
  runBy: 'developer',
  findings: [],
};
