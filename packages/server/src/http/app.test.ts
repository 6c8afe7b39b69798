/** What holds for every request, whichever operation it asks for. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import {
  assignRoles,
  createSystem,
  declareSystem,
  getMe,
  getSystem,
  listSystems,
  operation,
  Problem,
} from '@custos/contract';
import { serve } from '@hono/node-server';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { visitor } from '../testing/visitor.ts';
import { openWorld, type World } from '../testing/world.ts';
import { createApp } from './app.ts';
import { RequestLimits } from './rate-limit.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 120_000);
afterAll(() => world.close());

const acme = { organisation: 'acme' };
const chatbot = { organisation: 'acme', system: 'chatbot' };
const SYSTEMS = '/api/v1/organisations/acme/systems';
const DECLARATION = {
  id: 'chatbot',
  name: 'Support chatbot',
  purpose: 'Answers questions of customers about their orders',
  phase: 'deployment' as const,
  use: { inputs: ['text' as const], outputs: ['text' as const], exposure: 'public' as const },
};
const JSON_TYPE = { 'content-type': 'application/json' };

function post(body: NonNullable<RequestInit['body']>, headers: Record<string, string> = JSON_TYPE) {
  return world.send('contributor', SYSTEMS, { method: 'POST', headers, body });
}

async function problem(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return Problem.parse(await response.json());
}

describe('versions', () => {
  test('an answer that the client has is not sent again', async () => {
    const first = await world.call('developer', getSystem, { params: chatbot });
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"1-[0-9a-f]{32}"$/);
    for (const given of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await world.call('developer', getSystem, { params: chatbot }, { 'if-none-match': given });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    const other = await world.call(
      'developer',
      getSystem,
      { params: chatbot },
      { 'if-none-match': '"1-00"' },
    );
    expect(other.status).toBe(200);
  });

  test('the tag moves with what is shown, also where no version does', async () => {
    const before = (await world.call('developer', listSystems, { params: acme })).headers.get('etag');
    const of = (await world.call('developer', getSystem, { params: chatbot })).headers.get('etag');
    await world.service.assessor.current(chatbot);
    expect((await world.call('developer', listSystems, { params: acme })).headers.get('etag')).not.toBe(
      before,
    );
    const now = (await world.call('developer', getSystem, { params: chatbot })).headers.get('etag');
    expect([now?.slice(0, 3), now === of]).toEqual(['"1-', false]);
  });

  test('a write names the version it saw: 428 without, 412 with another', async () => {
    const call = { params: chatbot, body: DECLARATION };
    expect((await world.call('developer', declareSystem, call)).status).toBe(428);
    const etag = (await world.call('developer', getSystem, { params: chatbot })).headers.get('etag') ?? '';
    expect((await world.call('developer', declareSystem, call, { 'if-match': etag })).status).toBe(200);
    const late = await world.call('developer', declareSystem, call, { 'if-match': etag });
    expect([late.status, (await problem(late)).code]).toEqual([412, 'VERSION_CHANGED']);
    for (const given of ['*', 'W/"1"', '"-1"', '"1'])
      expect((await world.call('developer', declareSystem, call, { 'if-match': given })).status).toBe(412);
  });
});

describe('repeated writes', () => {
  const body = (id: string) => ({ ...DECLARATION, id });
  const create = (id: string, key: string, who: 'contributor' | 'developer' = 'contributor') =>
    world.call(who, createSystem, { params: acme, body: body(id) }, { 'idempotency-key': key });

  test('the same request with the same key gets the first answer and is done once', async () => {
    const first = await create('once', 'key-of-once');
    const text = await first.text();
    expect(first.status).toBe(201);
    const again = await create('once', 'key-of-once');
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([
      201,
      text,
      first.headers.get('etag'),
    ]);
    const ledger = await world.service.context.database.ledger('acme');
    let made = 0;
    for await (const entry of ledger.query({ kind: 'act' }))
      if (entry.kind === 'act' && JSON.stringify(entry.act.detail).includes('"once"')) made++;
    expect(made).toBe(1);
  });

  test('422 for another request with the same key, and 422 for a key that is none', async () => {
    await create('mismatch', 'key-of-mismatch');
    const other = await create('mismatch-2', 'key-of-mismatch');
    expect([other.status, (await problem(other)).code]).toEqual([422, 'IDEMPOTENCY_MISMATCH']);
    expect((await create('mismatch-3', 'short')).status).toBe(422);
  });

  test('the key of one person is nothing to another', async () => {
    expect((await create('mine', 'key-of-both')).status).toBe(201);
    expect((await create('yours', 'key-of-both', 'developer')).status).toBe(201);
  });

  test('ten at once: it is done once, and nobody gets another answer than the first', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => create('parallel', 'key-in-parallel')),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(201);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    const busy = answers.find(({ status }) => status === 409);
    if (busy) expect((await problem(busy)).code).toBe('IDEMPOTENCY_IN_FLIGHT');
    expect((await create('parallel', 'key-in-parallel')).status).toBe(201);
  });

  test('a claim whose request died is never run again', async () => {
    const { database, clock } = world.service.context;
    const request = new Request(`${world.service.baseUrl}${SYSTEMS}`, { method: 'POST' });
    const { requestDigest } = await import('./idempotency.ts');
    const { claimKey } = await import('@custos/store');
    const sent = Buffer.from(JSON.stringify(body('died')));
    const claim = { organisation: 'acme', person: world.address('contributor'), key: 'key-of-the-dead' };
    const old = new Date(Date.parse(clock.now()) - 3_600_000).toISOString();
    await database.within('acme', (control) =>
      claimKey(control, claim, { request: requestDigest(request, sent), now: old, since: old }),
    );
    const answer = await create('died', 'key-of-the-dead');
    expect([answer.status, (await problem(answer)).code]).toEqual([409, 'IDEMPOTENCY_UNKNOWN']);
    const there = await world.call('administrator', getSystem, { params: { ...acme, system: 'died' } });
    expect(there.status).toBe(404);
  });

  test('what was refused may be tried again with the same key', async () => {
    expect((await create('taken', 'key-of-taken-1')).status).toBe(201);
    expect((await create('taken', 'key-of-taken-2')).status).toBe(409);
    const again = await create('taken', 'key-of-taken-2');
    expect((await problem(again)).code).toBe('CONFLICT');
  });
});

describe('bodies', () => {
  test('415 for what is no JSON, 400 for JSON that two readers would read differently', async () => {
    expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('{}', { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await post('{}', { 'content-type': 'application/json; charset=latin1' })).status).toBe(415);
    for (const body of ['', '{', '{"id":"a","id":"b"}', Buffer.from([0x22, 0xff, 0x22]), '[1,]'])
      expect((await post(body)).status).toBe(400);
  });

  test('400 for deep nesting, however deep, and quickly', async () => {
    for (const depth of [65, 100_000]) {
      const body = `${'['.repeat(depth)}${']'.repeat(depth)}`;
      expect((await post(body)).status).toBe(400);
    }
  });

  test('422 for names that reach into prototypes, for NUL and for halves of characters', async () => {
    for (const body of [
      '{"__proto__":{"phase":"deployment"}}',
      JSON.stringify({ ...DECLARATION, id: 'nul', name: 'a\0b' }),
      JSON.stringify({ ...DECLARATION, id: 'nul', name: 'a\ud800b' }),
      '{"id":1e999}',
    ]) {
      const answer = await post(body);
      expect(answer.status).toBe(422);
      expect((await problem(answer)).errors?.[0]?.pointer).toMatch(/^\/body/);
    }
    expect((await world.send('viewer', `${SYSTEMS}?search=a%00b`)).status).toBe(422);
    expect(Object.hasOwn(Object.prototype, 'phase')).toBe(false);
  });

  test('413 for a body beyond the limit, whatever Content-Length says', async () => {
    expect((await post('x'.repeat(300 << 10))).status).toBe(413);
    const endless = new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(64 << 10)) });
    const init: RequestInit = {
      method: 'POST',
      headers: { ...JSON_TYPE, 'content-length': '2' },
      body: endless,
      duplex: 'half',
    };
    expect((await world.send('contributor', SYSTEMS, init)).status).toBe(413);
    const endlessToo = new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(64 << 10)) });
    const setUp = await world.send(undefined, '/api/v1/set-up', { ...init, body: endlessToo });
    expect(setUp.status).toBe(413);
  });
});

describe('methods', () => {
  test('405 says what is possible', async () => {
    const answer = await world.send('viewer', SYSTEMS, { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS, POST']);
    expect((await problem(answer)).code).toBe('METHOD_NOT_ALLOWED');
    expect((await world.send(undefined, '/openapi.json', { method: 'POST' })).status).toBe(405);
  });

  test('HEAD is GET without a body; OPTIONS names methods and opens nothing to other sites', async () => {
    const head = await world.send('viewer', SYSTEMS, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const preflight = await world.send(undefined, SYSTEMS, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
    const answers = [
      preflight,
      await world.send('viewer', SYSTEMS, { headers: { origin: 'https://evil.example' } }),
    ];
    for (const { headers } of answers)
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  test('a method in a header or query changes nothing', async () => {
    const answer = await world.send('viewer', `${SYSTEMS}?_method=DELETE`, {
      method: 'GET',
      headers: { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' },
    });
    expect(answer.status).toBe(200);
  });

  test('404 is a problem document, also outside of the API', async () => {
    for (const path of ['/api/v1/nothing', '/api', '/nothing'])
      expect((await problem(await world.send('viewer', path))).status).toBe(404);
  });
});

test('every answer carries the headers that browsers need, and a request id', async () => {
  for (const path of ['/healthz', '/docs', '/openapi.json', SYSTEMS, '/nothing']) {
    const { headers } = await world.send('viewer', path);
    const csp = headers.get('content-security-policy') ?? '';
    expect(csp).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).not.toMatch(/script-src[^;]*unsafe/);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(headers.get('strict-transport-security')).toBe(null);
    expect(headers.get('server') ?? headers.get('x-powered-by')).toBe(null);
  }
  const secure = createApp({ ...world.service, baseUrl: 'https://custos.example' });
  const { headers } = await secure.request('https://custos.example/healthz');
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
  expect(headers.get('content-security-policy')).toContain('upgrade-insecure-requests');
});

describe('limits', () => {
  test('what is left is said, and what is too much is refused until the minute is over', async () => {
    const ask = () =>
      world.send('viewer', '/api/v1/organisations/acme/examples', {
        method: 'POST',
        headers: { 'x-forwarded-for': crypto.randomUUID() },
      });
    const first = await ask();
    expect(first.headers.get('ratelimit-limit')).toBe('6');
    expect(first.headers.get('ratelimit-remaining')).toBe('5');
    let last = first;
    for (let n = 0; n < 6; n++) last = await ask();
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await problem(last)).code).toBe('TOO_MANY_REQUESTS');
  });

  test('one person’s calls are not another’s, nor those of another operation', async () => {
    const limits = new RequestLimits();
    const op = operation({ ...getMe, id: 'test.read', limits: { perMinute: 1 } });
    await limits.take(op, 'a@acme.example');
    await expect(limits.take(op, 'a@acme.example')).rejects.toMatchObject({ problem: 'TOO_MANY_REQUESTS' });
    await limits.take(op, 'b@acme.example');
    await limits.take({ ...op, id: 'test.other' }, 'a@acme.example');
  });
});

test('duplicate headers are refused, and a body that never comes is ended', async () => {
  const server = serve({ fetch: createApp(world.service).fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise((ready) => server.once('listening', ready));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ask = (text: string) =>
    new Promise<string>((done, failed) => {
      const socket = connect(port, '127.0.0.1', () => socket.end(text));
      let all = '';
      socket.on('data', (data) => (all += data.toString()));
      socket.on('end', () => done(all));
      socket.on('error', failed);
    });
  try {
    const twice = 'authorization: Bearer a\r\nAuthorization: Bearer b\r\n';
    expect(await ask(`GET /api/v1/me HTTP/1.1\r\nhost: a\r\n${twice}connection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 400 /,
    );
    const once = 'authorization: Bearer a\r\n';
    expect(await ask(`GET /api/v1/me HTTP/1.1\r\nhost: a\r\n${once}connection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 401 /,
    );
  } finally {
    await new Promise((ended) => server.close(ended));
  }
});

test('the log tells who asked for what and how it ended, and no secret', async () => {
  const lines: string[] = [];
  const into = new Writable({
    write: (chunk, _, next) => {
      lines.push(String(chunk));
      next();
    },
  });
  const app = createApp({ ...world.service, log: pino({ level: 'info' }, into) });
  const secret = 'S3cret-of-somebody-who-trusts-us';
  const send = (path: string, init: RequestInit = {}) => app.request(`http://127.0.0.1:7223${path}`, init);
  await send(`/api/v1/me?token=${secret}`, {
    headers: { authorization: `Bearer ${secret}`, cookie: `a=${secret}` },
  });
  await send(`/api/auth/reset-password/${secret}?token=${secret}`);
  await send(`/api/v1/${secret}`);
  await send('/api/v1/set-up', {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify({ token: secret, password: secret }),
  });
  const whole = lines.join('');
  expect(whole).not.toContain(secret);
  const entries = lines.map((line): Record<string, unknown> => JSON.parse(line));
  expect(entries.at(-1)).toMatchObject({
    msg: 'request',
    method: 'POST',
    operation: 'account.set-up',
    status: 422,
  });
  expect(entries.every((entry) => typeof entry.request === 'string' && typeof entry.ms === 'number')).toBe(
    true,
  );
});

test('who comes back from an identity provider is counted by address, a /64 of IPv6 as one', async () => {
  const back = async (address: string) =>
    (await visitor(world.service, address).request('/api/v1/session/sso/callback?state=none&code=none'))
      .status;
  for (let host = 1; host <= 30; host++) expect(await back(`2001:db8:0:c::${host}`)).toBe(303);
  expect(await back('2001:db8:0:c::ffff')).toBe(429);
  expect(await back('2001:db8:0:d::1')).toBe(303);
});

test('files of the console are kept for a year; one that is not there is 404 and is not kept', async () => {
  const root = mkdtempSync(join(tmpdir(), 'custos-files-'));
  try {
    mkdirSync(join(root, 'assets'));
    writeFileSync(join(root, 'index.html'), '<h1>Console</h1>');
    writeFileSync(join(root, 'assets/index-abc.js'), 'export {};');
    const app = createApp({ ...world.service, console: root });
    const send = (path: string, method = 'GET') => app.request(`http://127.0.0.1:7223${path}`, { method });
    const there = await send('/assets/index-abc.js');
    expect([there.status, there.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    for (const path of ['/assets/index-of-before.js', '/assets/', '/assets/a/b.css']) {
      const gone = await send(path);
      expect([path, gone.status, gone.headers.get('cache-control')]).toEqual([path, 404, 'no-store']);
      expect((await problem(gone)).code).toBe('NOT_FOUND');
    }
    expect((await send('/assets/index-of-before.js', 'POST')).status).toBe(404);
    expect(await (await send('/acme/systems')).text()).toContain('Console');
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('roles can not be replaced without the version', async () => {
  expect(
    (await world.call('administrator', assignRoles, { params: chatbot, body: { roles: [] } })).status,
  ).toBe(428);
});
