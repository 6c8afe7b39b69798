/**
 * What a passive scanner would look at: every page of the console, every operation and every public page, asked over real
 * HTTP, as nobody and as people, as if reached by http and by https.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  isWrite,
  OPERATIONS,
  type Operation,
  publishOrganisation,
  publishSystem,
  saveOrganisationPublication,
  saveSystemPublication,
} from '@custos/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../packages/server/src/http/app.ts';
import { createAuth } from '../packages/server/src/identity/auth.ts';
import { listen } from '../packages/server/src/testing/listen.ts';
import { freePort } from '../packages/server/src/testing/running.ts';
import { openWorld, passwordOf, type World } from '../packages/server/src/testing/world.ts';
import { CHROMIUM, hasChromium, openBrowser } from './run-console.ts';
import { type Answer, broken, CANARY, RULES } from './security-baseline-rules.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DIST = join(ROOT, 'packages/cli/dist');
const CONSOLE = join(DIST, 'console');
const SESSION = '/api/v1/session/password';
const PERSON = 'administrator';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  world.service.limits.take = async () => ({});
  await publish(world);
}, 120_000);
afterAll(() => world.close());

interface Running {
  readonly origin: string;
  /** Of somebody signed in. */
  readonly cookie: string;
  ask(
    method: string,
    path: string,
    more?: { headers?: Record<string, string>; body?: string },
  ): Promise<Answer>;
  stop(): Promise<unknown>;
}

/** The service as people reach it at that address, with the built console. */
async function start(origin: string, at = 0): Promise<Running> {
  const { database, clock } = world.service.context;
  const { log, secret } = world.service;
  const auth = createAuth({ database, clock, log, secret, baseUrl: origin });
  const app = createApp({
    ...world.service,
    auth,
    baseUrl: origin,
    console: CONSOLE,
    verifier: join(DIST, 'custos-verify.mjs'),
  });
  const { port, stop } = await listen(app, at);
  const ask: Running['ask'] = (method, path, { headers = {}, body } = {}) =>
    new Promise((answered, failed) => {
      const call = request({
        port,
        host: '127.0.0.1',
        method,
        path,
        headers: {
          host: new URL(origin).host,
          ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
      });
      call.on('error', failed);
      call.on('response', (response) => {
        const type = response.headers['content-type'] ?? '';
        const parts: Buffer[] = [];
        const done = () =>
          answered({
            method,
            path,
            origin,
            status: response.statusCode ?? 0,
            headers: new Map(
              Object.entries(response.headersDistinct).map(([name, values]) => [name, values ?? []]),
            ),
            body: Buffer.concat(parts).toString('utf8'),
            private: /^\/(api|scim)\//.test(path),
            people: [world.address(PERSON)],
          });
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', done);
        // A stream has no end.
        if (type.startsWith('text/event-stream'))
          response.once('data', () => {
            done();
            response.destroy();
          });
        response.on('error', () => undefined);
      });
      call.end(body);
    });
  const body = JSON.stringify({ email: world.address(PERSON), password: passwordOf(PERSON) });
  const entered = await ask('POST', SESSION, {
    headers: { 'content-type': 'application/json', origin },
    body,
  });
  const cookie = (entered.headers.get('set-cookie') ?? []).map((one) => one.split(';')[0]).join('; ');
  expect([entered.status, cookie]).toEqual([200, expect.stringContaining('custos.session_token=')]);
  expect(broken(entered)).toEqual([]);
  return {
    origin,
    cookie,
    ask,
    stop,
  };
}

const pathOf = ({ path }: Operation): string =>
  path
    .replace('{organisation}', 'acme')
    .replace('{system}', 'chatbot')
    .replace(/\{\w+\}/g, '1');

/** Pages of the console, as its router names them. */
function pages(): string[] {
  const router = readFileSync(join(ROOT, 'packages/web/src/router.tsx'), 'utf8');
  const paths = [...router.matchAll(/^ {2}path: '([^']+)'/gm)].map(([, path = '']) =>
    path.replace('$organisation', 'acme').replace('$system', 'chatbot').replace(/\$\w+/g, '1'),
  );
  return [...new Set(paths.flatMap((path) => [path, `/acme/systems/chatbot${path}`]))];
}

const assets = (): string[] => [
  '/icon.svg',
  ...readdirSync(join(CONSOLE, 'assets'))
    .filter((name) => !name.endsWith('.gz'))
    .map((name) => `/assets/${name}`),
];
const OWN = ['/docs', '/openapi.json', '/healthz', '/readyz', '/metrics'];
const PUBLIC = [
  '/p/acme',
  '/p/acme/chatbot',
  '/p/acme/chatbot/notices.atom',
  '/p/acme/.well-known/security.txt',
  '/.well-known/security.txt',
];
const NOWHERE = [
  '/api/v1/nothing',
  '/scim/v2/nothing',
  '/assets/nothing.js',
  '/p/nothing',
  '/%ff',
  '/api/v1/session/sso/callback',
];
const FILES = [
  '/.git/HEAD',
  '/.env',
  '/package.json',
  '/assets/',
  '/assets/../index.html',
  '/assets/..%2f..%2fcustos.mjs',
  '/assets/%2e%2e/%2e%2e/custos.mjs',
  '/assets/....//custos.mjs',
  '/index.html.map',
  '/server-status',
];

async function publish({ send }: World): Promise<void> {
  const say = 'Words that say something about it, in a sentence';
  const page = { version: '1', incidentContact: 'mailto:security@acme.example' };
  const organisation = {
    ...page,
    ...Object.fromEntries(
      ['scope', 'aiIssues', 'reporting', 'responseTime', 'safeHarbour'].map((name) => [name, say]),
    ),
    contacts: ['mailto:security@acme.example'],
    expires: new Date(Date.now() + 86_400_000).toISOString(),
    languages: ['en'],
  };
  const system = {
    ...page,
    ...Object.fromEntries(
      ['purpose', 'use', 'management', 'integration', 'configuration'].map((name) => [name, say]),
    ),
    ...Object.fromEntries(['prohibited', 'limitations', 'failureModes'].map((name) => [name, [say]])),
    dataUse: {
      text: say,
      retentionDays: 30,
      storageRegions: 'EU',
      usedForTraining: false,
      humanReview: true,
      subProcessors: 'none',
    },
    hashes: [],
    justifications: false,
  };
  const steps = [
    ['administrator', saveOrganisationPublication, organisation],
    ['administrator', publishOrganisation, undefined],
    ['developer', saveSystemPublication, system],
    ['developer', publishSystem, undefined],
  ] as const;
  let version = 0;
  for (const [who, op, body] of steps) {
    if (op === saveSystemPublication) version = 0;
    const done = await send(who, pathOf(op), {
      method: op.method,
      headers: { 'content-type': 'application/json', 'if-match': `"${version}"` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    version += 1;
    expect(done.status, await done.text()).toBe(200);
  }
}

describe.skipIf(!existsSync(CONSOLE)).each(['http://127.0.0.1:7223', 'https://custos.example'])(
  'answers at %s',
  (origin) => {
    let running: Running;
    beforeAll(async () => {
      running = await start(origin);
    });
    afterAll(() => running?.stop());

    test('keep the rules of passive scanners', async () => {
      const wrong: string[] = [];
      const look = async (...given: Parameters<Running['ask']>) => {
        const answer = await running.ask(...given);
        wrong.push(...broken(answer));
        return answer;
      };
      const query = new URLSearchParams({ zq: CANARY }).toString();
      for (const path of [...pages(), ...OWN, ...PUBLIC, ...NOWHERE, ...FILES])
        await look('GET', `${path}?${query}`);
      for (const path of [...assets(), ...PUBLIC]) expect((await look('GET', path)).status, path).toBe(200);
      const headers = { cookie: running.cookie };
      for (const op of OPERATIONS) {
        const path = pathOf(op);
        await look('OPTIONS', path);
        await look(
          op.method,
          path,
          isWrite(op) ? { body: '"nonsense"', headers: { 'content-type': 'application/json' } } : {},
        );
        if (!isWrite(op)) await look('GET', path, { headers });
      }
      expect(wrong).toEqual([]);
    }, 120_000);

    test('no write by cookie without this origin', async () => {
      for (const op of OPERATIONS.filter(isWrite))
        for (const headers of [{}, { origin: 'https://evil.example' }, { origin: 'null' }] as Record<
          string,
          string
        >[]) {
          const given = { ...headers, cookie: running.cookie, 'content-type': 'application/json' };
          const { status } = await running.ask(op.method, pathOf(op), { headers: given, body: '{}' });
          const mayAsk = op.access === 'public' && headers.origin === undefined;
          if (!mayAsk) expect([op.id, headers.origin, status]).toEqual([op.id, headers.origin, 403]);
        }
    }, 120_000);

    test('hand out no files but those of the console', async () => {
      for (const path of FILES) {
        const { status, body } = await running.ask('GET', path);
        expect(status === 404 || body.includes('<div id="root">'), path).toBe(true);
      }
      for (const path of assets().filter((name) => /\.(js|css)$/.test(name))) {
        const { status } = await running.ask('GET', `${path}.map`);
        expect(status, path).toBe(404);
      }
    });

    test('know no TRACE, CONNECT and methods of other protocols', async () => {
      for (const path of ['/', '/api/v1/me', '/docs', '/assets/', '/p/acme'])
        for (const method of ['TRACE', 'PROPFIND', 'PUT', 'DELETE']) {
          const answer = await running.ask(method, path, {
            headers: { 'x-mine': CANARY.replaceAll(/[^a-z]/g, '') },
          });
          expect([404, 405, 401], `${method} ${path}`).toContain(answer.status);
          expect(answer.body).not.toContain('x-mine');
        }
    });
  },
);

describe.skipIf(!hasChromium || !existsSync(CONSOLE))(`a browser (needs ${CHROMIUM})`, () => {
  test('is content with the headers, and shows nothing of before when somebody goes back after signing out', async () => {
    const port = await freePort();
    const running = await start(`http://127.0.0.1:${port}`, port);
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(30_000);
      const said: string[] = [];
      page.on('console', (message) => void said.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => void said.push(error.message));
      await page.goto(`${running.origin}/sign-in`);
      await page.getByLabel('E-mail').fill(world.address(PERSON));
      await page.getByRole('textbox', { name: 'Password' }).fill(passwordOf(PERSON));
      said.length = 0;
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.waitForURL(`${running.origin}/acme`);
      await page.goto(`${running.origin}/acme/members`);
      await page.getByText(world.address('developer')).waitFor();
      // It is drawn in a worker.
      await page.goto(`${running.origin}/acme/systems/chatbot/inventory`);
      await page.locator('h1').first().waitFor();
      await page.goto(`${running.origin}/acme/members`);
      await page.getByText(world.address('developer')).waitFor();
      expect(said).toEqual([]);
      await page.getByRole('button', { name: 'account menu' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.waitForURL(/sign-in/);
      await page.goBack();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await page.getByText(world.address('developer')).count()).toBe(0);
    } finally {
      await browser.close();
      await running.stop();
    }
  }, 120_000);
});

test('no operation takes a secret in its address', () => {
  const secret = /token|secret|password|code/i;
  const names = ({ path, query }: Operation) => [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    ...Object.keys(query?.shape ?? {}),
  ];
  const taking = OPERATIONS.filter((op) => names(op).some((name) => secret.test(name)));
  // Readers of feeds and of mail send nothing but an address.
  expect(taking.map(({ id }) => id).sort()).toEqual([
    'bulletins.feed',
    'subscriptions.confirm',
    'subscriptions.end',
    'subscriptions.leave',
    'subscriptions.look',
  ]);
});

describe('the rules', () => {
  const page = '<!doctype html><meta charset="utf-8"><p>Page</p>';
  const good = (more: Partial<Answer> = {}, headers: Record<string, string> = {}): Answer => ({
    method: 'GET',
    path: '/acme',
    origin: 'https://custos.example',
    status: 200,
    private: false,
    people: ['ada@acme.example'],
    body: page,
    ...more,
    headers: new Map(
      Object.entries({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'permissions-policy': 'camera=()',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'cache-control': 'no-cache',
        'content-type': 'text/html; charset=utf-8',
        ...headers,
      }).map(([name, value]) => [name, [value]]),
    ),
  });
  const of = (body: string) => good({ body: `${page}${body}` });
  const BAD: Record<string, Answer> = {
    '2': of('10.0.0.7'),
    '3': of('<link href="/a;jsessionid=1">'),
    '10009': of('nginx/1.25.3'),
    '10010': good({}, { 'set-cookie': '__Host-a=b; Path=/; Secure; SameSite=Lax' }),
    '10011': good({}, { 'set-cookie': 'a=b; Path=/; HttpOnly; SameSite=Lax' }),
    '10015': good({ private: true }),
    '10017': of('<script src="https://evil.example/a.js"></script>'),
    '10019': good({}, { 'content-type': 'text/html' }),
    '10020': good({}, { 'x-frame-options': 'SAMEORIGIN' }),
    '10021': good({}, { 'x-content-type-options': '' }),
    '10023': of('\n    at run (/srv/app.js:1:1)'),
    '10025': good({}, { 'referrer-policy': 'origin' }),
    '10027': of('<!-- later -->'),
    '10028': good({ status: 303, body: '' }, { location: 'https://evil.example/' }),
    '10029': good({}, { 'set-cookie': '__Host-a=zq; HttpOnly; Secure; SameSite=Lax' }),
    '10031': of(CANARY),
    '10033': of('<title>Index of /</title>'),
    '10035': good({}, { 'strict-transport-security': '' }),
    '10036': good({}, { server: 'x' }),
    '10038': good({}, { 'content-security-policy': '' }),
    '10041': of('<form action="http://custos.example/a">'),
    '10044': good({ status: 303 }, { location: '/' }),
    '10054': good({}, { 'set-cookie': '__Host-a=b; HttpOnly; Secure' }),
    '10055': good(
      {},
      {
        'content-security-policy':
          "default-src 'none'; script-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      },
    ),
    '10057': of('07a9ba3011f51ae0c2e2d9302e13b31c'),
    '10062': of('4111111111111111'),
    '10063': good({}, { 'permissions-policy': '' }),
    '10096': of('1700000000'),
    '10097': of('$2b$10$abc'),
    '10098': good({}, { 'access-control-allow-origin': '*' }),
    '10099': of('<?php'),
    '10105': good({}, { 'www-authenticate': 'Basic' }),
    '10108': of('<a target="_blank" href="/a">'),
    '10110': of('document.write(1)'),
    '90002': of('rO0ABXNy'),
    '90004': good({}, { 'cross-origin-opener-policy': 'unsafe-none' }),
    '90022': good({ status: 500 }),
    '90033': good({}, { 'set-cookie': '__Host-a=b; HttpOnly; Secure; SameSite=Lax; Domain=example' }),
  };

  test('say nothing of an answer that keeps them', () => expect(broken(good())).toEqual([]));

  test.each(RULES.map(({ ids, name }) => [name, ids] as const))('see what breaks them: %s', (name, ids) => {
    const bad = ids.map((id) => BAD[id]).find((answer) => answer !== undefined);
    expect(bad, `no answer breaks ${ids.join()}`).toBeDefined();
    expect(bad && broken(bad).join('\n')).toContain(` ${name}: `);
  });

  test('are all on the page that lists them', () => {
    const text = readFileSync(join(ROOT, 'docs/service/baseline.md'), 'utf8');
    const listed = [...text.matchAll(/^\| (\d+) \|.*\| (\S[^|]*) \|$/gm)].map(
      ([, id = '', state = '']) => [id, state] as const,
    );
    const checked = new Set(['10024', ...RULES.flatMap(({ ids }) => ids)]);
    expect(
      listed
        .filter(([, state]) => !state.startsWith('not '))
        .map(([id]) => id)
        .sort(),
    ).toEqual([...checked].sort());
    expect(new Set(listed.map(([id]) => id)).size).toBe(listed.length);
  });
});
