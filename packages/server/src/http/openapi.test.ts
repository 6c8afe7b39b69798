/** The OpenAPI document, the reference page and the typed client, against the running app. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  createClient,
  createSystem,
  declareSystem,
  exportLedger,
  getMe,
  getSystem,
  listSystems,
  OPERATIONS,
  openApiDocument,
  PROBLEMS,
  ProblemError,
  problemsOf,
} from '@custos/contract';
import { Validator } from '@seriousme/openapi-schema-validator';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openWorld, type PersonName, type World } from '../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 120_000);
afterAll(() => world.close());

const Described = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        summary: z.string(),
        parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })),
        responses: z.record(z.string(), z.looseObject({ description: z.string() })),
        security: z.array(z.unknown()),
      }),
    ),
  ),
});

describe('openapi.json', () => {
  const document = openApiDocument(OPERATIONS, '1.0.0');

  test('is valid by the schema of OpenAPI 3.1, and the validator sees what is not', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
    const broken = { ...structuredClone(document), paths: { '/x': { get: { responses: 'none' } } } };
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
  });

  test('tells every operation: a summary, every parameter of its path, every problem, who may', () => {
    const { paths } = Described.parse(document);
    const told = Object.entries(paths).flatMap(([path, methods]) =>
      Object.values(methods).map((op) => ({ path, ...op })),
    );
    expect(told.map(({ operationId }) => operationId).sort()).toEqual(OPERATIONS.map(({ id }) => id));
    for (const op of OPERATIONS) {
      const one = told.find(({ operationId }) => operationId === op.id);
      expect(one?.summary.length, op.id).toBeGreaterThan(5);
      const names = one?.parameters.filter((p) => p.in === 'path').map(({ name }) => name);
      expect(new Set(names), op.id).toEqual(new Set([...op.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1])));
      for (const code of problemsOf(op))
        expect(one?.responses[PROBLEMS[code]]?.description, op.id).toContain(code);
      expect(one?.security.length === 0, op.id).toBe(op.access === 'public');
    }
  });

  test('is what the server hands out', async () => {
    const response = await world.send(undefined, '/openapi.json');
    expect(response.status).toBe(200);
    const paths = (value: unknown) => Object.keys(Described.parse(value).paths).sort();
    expect(paths(await response.json())).toEqual(paths(document));
  });

  test('every problem is explained in the documentation', () => {
    const page = readFileSync(new URL('../../../../docs/service/api.md', import.meta.url), 'utf8');
    for (const code of Object.keys(PROBLEMS)) expect(page, code).toContain(`\`${code}\``);
  });
});

describe('the typed client', () => {
  const as = (who: PersonName | undefined) =>
    createClient({
      baseUrl: world.service.baseUrl,
      fetch: async (input, init) => world.send(who, String(input).slice(world.service.baseUrl.length), init),
    });
  const params = { organisation: 'acme' };
  const body = (id: string) => ({
    id,
    name: 'Made by the client',
    purpose: 'Shows that the client and the server agree',
    phase: 'design' as const,
    use: { inputs: ['text' as const], outputs: ['text' as const], exposure: 'internal' as const },
  });

  test('makes, reads with the version, changes, lists page by page', async () => {
    const client = as('contributor');
    expect(await client.call(createSystem, { params, body: body('by-client') })).toMatchObject({
      id: 'by-client',
    });
    const ref = { ...params, system: 'by-client' };
    const { value, etag } = await client.ask(getSystem, { params: ref });
    expect(value.roles).toEqual([{ person: world.address('contributor'), role: 'developer' }]);
    const changed = { ...body('by-client'), name: 'Changed' };
    const ifMatch = etag ?? '';
    expect(await client.call(declareSystem, { params: ref, body: changed }, { ifMatch })).toMatchObject({
      name: 'Changed',
    });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await as('viewer').call(listSystems, {
        params,
        query: { limit: 1, ...(cursor ? { cursor } : {}) },
      });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(['by-client', 'chatbot']);
  });

  test('repeats a write by its key, and reads text', async () => {
    const client = as('contributor');
    const call = { params, body: body('repeated') };
    const first = await client.call(createSystem, call, { idempotencyKey: 'the-same-key' });
    expect(await client.call(createSystem, call, { idempotencyKey: 'the-same-key' })).toEqual(first);
    const text = await as('auditor').call(exportLedger, { params: { ...params, system: 'chatbot' } });
    expect(text.split('\n')[0]).toContain('custos');
  });

  test('throws what the server says is wrong', async () => {
    const refused = await as('contributor')
      .call(createSystem, { params, body: body('x') })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProblemError);
    expect(refused).toMatchObject({
      problem: { status: 422, code: 'INVALID', errors: [{ pointer: '/body/id' }] },
    });
    await expect(as(undefined).call(getMe, {})).rejects.toMatchObject({ problem: { code: 'NOT_SIGNED_IN' } });
  });
});

const CHROMIUM = '/usr/bin/chromium';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

describe.skipIf(!existsSync(CHROMIUM))(`the reference page (needs ${CHROMIUM})`, () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => browser?.close());

  test.each([
    ['light', 1440],
    ['dark', 390],
  ] as const)(
    'in %s at %i pixels: no violation, and not a word on the browser’s console',
    async (colorScheme, width) => {
      const context = await browser.newContext({
        colorScheme,
        bypassCSP: false,
        viewport: { width, height: 900 },
      });
      const page = await context.newPage();
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      await page.route('**/*', async (route) => {
        const answer = await world.send(undefined, new URL(route.request().url()).pathname);
        await route.fulfill({
          status: answer.status,
          headers: Object.fromEntries(answer.headers),
          body: Buffer.from(await answer.arrayBuffer()),
        });
      });
      await page.goto(`${world.service.baseUrl}/docs`);
      expect(said).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
      // Everything is looked at, also what is folded; but not all schemas at once, which takes minutes.
      await page.evaluate("document.querySelectorAll('details').forEach((one, n) => { one.open = n < 10 })");
      await page.evaluate(axe);
      const found = await page.evaluate(
        `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((r) => r.violations.map((v) => v.id + ' ' + v.nodes[0].html.slice(0, 200)))`,
      );
      expect(found).toEqual([]);
      await context.close();
    },
    120_000,
  );
});
