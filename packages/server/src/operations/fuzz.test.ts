/**
 * Every operation with everything that its schema allows and much that it does not: never an error of the server, never
 * a word from inside, never a status that the contract does not tell. New operations are covered by being there.
 */
import {
  allows,
  isWrite,
  jsonSchemaOf,
  OPERATIONS,
  type Operation,
  PROBLEMS,
  Problem,
  problemsOf,
} from '@custos/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { openWorld, PEOPLE, type PersonName, type World } from '../testing/world.ts';

const RUNS = 25;
let world: World;
beforeAll(async () => {
  world = await openWorld();
  // What is tested here is what comes behind the limits.
  world.service.limits.take = async () => ({});
}, 120_000);
afterAll(() => world.close());

/** What has broken others: SQL, HTML, formulas, templates, paths, directions of writing, halves of characters, sizes. */
const HOSTILE = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udc00x',
  "' or '1'='1",
  "'; drop table systems; --",
  '" or ""="',
  '\\',
  '%',
  '_%_',
  '%00',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '=HYPERLINK("https://evil.example")',
  '+1+1|cmd',
  '@SUM(1)',
  '{{7*7}}#{7*7}<%= 7*7 %>',
  '../../../../etc/passwd',
  'https://evil.example//\\/',
  'javascript:alert(1)',
  '\u202egnp.exe',
  'ﷺ'.repeat(200),
  'e\u0301'.repeat(300),
  '😀'.repeat(50),
  'İıſK',
  '__proto__',
  'constructor',
  'a'.repeat(20_000),
  '(a+)+$'.repeat(50),
  '-1',
  '1e309',
  'NaN',
  '99999999999999999999',
  '2026-02-30T25:61:61Z',
  '0000-00-00',
  'acme/chatbot',
  'rival',
  'chatbot',
];
const ODD: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown[]>(
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 53,
    -(2 ** 31),
    1e300,
    [],
    {},
    [[]],
    [null],
    { a: { b: { c: [] } } },
    Array.from({ length: 2000 }, () => 'x'),
  ),
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 4 }),
);

type Schema = {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  additionalProperties?: Schema | boolean;
  format?: string;
  pattern?: string;
  minLength?: number;
  minimum?: number;
  $ref?: string;
};

/** Values of a schema; one in 25 parts is something else altogether. */
function valuesOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const right = rightOf(schema, depth);
  return depth > 4 ? right : fc.oneof({ weight: 24, arbitrary: right }, { weight: 1, arbitrary: ODD });
}

function rightOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => valuesOf(choice, depth + 1)));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object': {
      const entries = Object.entries(schema.properties ?? {}).map(
        ([name, member]) => [name, valuesOf(member, depth + 1)] as const,
      );
      return fc.record(Object.fromEntries(entries), { requiredKeys: schema.required ?? [] });
    }
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, depth + 1), {
        minLength: schema.minItems ?? 0,
        maxLength: 3,
      });
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({ min: Math.ceil(schema.minimum ?? 0), max: 100 }),
        fc.integer(),
        fc.double(),
      );
    case 'boolean':
      return fc.boolean();
    case 'string':
      return textOf(schema);
    default:
      return ODD;
  }
}

function textOf({ format, pattern, minLength }: Schema): fc.Arbitrary<string> {
  const hostile = fc.constantFrom(...HOSTILE);
  if (format === 'email')
    return fc.oneof(
      fc.constantFrom(...Object.keys(PEOPLE).map((who) => `${who}@acme.example`)),
      fc.emailAddress(),
      hostile,
    );
  if (format === 'date-time')
    return fc.constantFrom('2026-01-31T12:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z');
  if (format === 'date') return fc.constantFrom('2026-01-31', '0001-01-01', '9999-12-31');
  if (pattern?.includes('sha256')) return fc.constant(`sha256:${'ab'.repeat(32)}`);
  if (pattern?.includes('a-z0-9')) return fc.stringMatching(/^[a-z][a-z0-9-]{3,12}$/);
  return fc.oneof(
    hostile,
    fc.string({ unit: 'grapheme', minLength: minLength ?? 0, maxLength: Math.max(60, minLength ?? 0) }),
  );
}

function schemaOf(schema: z.ZodType | undefined): Schema {
  return schema ? (jsonSchemaOf(schema, 'input') as Schema) : {};
}

/** Somebody who gets through the door. */
function insider(op: Operation): PersonName | undefined {
  const { access } = op;
  if (access === 'public') return undefined;
  if (access === 'account') return 'developer';
  const names = Object.keys(PEOPLE) as PersonName[];
  return names.find((who) => {
    const person = PEOPLE[who];
    return (
      person.organisation === 'acme' && allows({ organisation: person.role, system: person.system }, access)
    );
  });
}

const INSIDE =
  /\n\s+at |\.[mc]?[jt]s:\d|node_modules|\/packages\/|ZodError|SQLSTATE|syntax error at|violates (foreign|unique|check|not-null)|duplicate key value|relation "|column "|current transaction|invalid byte sequence|unsupported Unicode/;

async function check(op: Operation, response: Response): Promise<void> {
  if (op.mediaType === 'text/event-stream' && response.ok) {
    await response.body?.cancel();
    return;
  }
  const text = await response.text();
  const told = new Set([
    op.response ? (op.status ?? 200) : 204,
    ...problemsOf(op).flatMap((code) => (code === 'INTERNAL' ? [] : [PROBLEMS[code]])),
  ]);
  expect(response.status, text.slice(0, 500)).toBeLessThan(500);
  expect(told, `${op.id}: ${text.slice(0, 300)}`).toContain(response.status);
  if (response.ok) return;
  expect(text).not.toMatch(INSIDE);
  if (op.format !== 'scim') Problem.parse(JSON.parse(text));
}

const bySchema = (op: Operation) =>
  fc.record({
    params: valuesOf(schemaOf(op.params), 1),
    query: valuesOf(schemaOf(op.query), 1),
    body: valuesOf(schemaOf(op.body)),
  });

function addressOf(op: Operation, params: unknown, query: unknown): string {
  const values = new Map(Object.entries(params ?? {}));
  const path = op.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const said = values.get(name) ?? 'chatbot';
    const given = name === 'organisation' ? 'acme' : name === 'system' && said !== '' ? 'chatbot' : said;
    return encodeURIComponent(textForm(given).slice(0, 300)) || 'x';
  });
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value.slice(0, 20) : [value]).map((one): [string, string] => [
      name,
      textForm(one).slice(0, 4000),
    ]),
  );
  return `${path}?${new URLSearchParams(pairs).toString()}`;
}

/** As it may stand in an address: halves of characters have no form there. */
function textForm(value: unknown): string {
  return String(typeof value === 'object' ? JSON.stringify(value) : value).replaceAll(/\p{Cs}/gu, '\ufffd');
}

test('an error of the server, a word from inside and an untold status are seen', async () => {
  const op = OPERATIONS.find(({ id }) => id === 'systems.get');
  if (!op) throw new Error('there is no such operation');
  const problem = { type: 'x', title: 'x', status: 404, code: 'NOT_FOUND', detail: 'x' };
  const answer = (status: number, detail = 'x') =>
    new Response(JSON.stringify({ ...problem, detail }), { status });
  await check(op, answer(404));
  await expect(check(op, answer(500))).rejects.toThrow();
  await expect(check(op, answer(410))).rejects.toThrow();
  await expect(check(op, answer(404, 'duplicate key value violates unique constraint'))).rejects.toThrow();
  await expect(check(op, answer(404, 'at x (/srv/app.js:1:2)'))).rejects.toThrow();
});

const reached = new Set<string>();
afterAll(() => {
  // For whoever reads the output: what never got as far as an answer with content.
  const never = OPERATIONS.filter((op) => !reached.has(op.id)).map(({ id }) => id);
  if (process.env.CUSTOS_FUZZ_SHOW) console.info(`never succeeded: ${never.join(' ')}`);
});

describe.each(OPERATIONS.map((op) => [op.id, op] as const))('%s', (_, op) => {
  test('whatever it is asked', async () => {
    const who = insider(op);
    const type = op.format === 'scim' ? 'application/scim+json' : 'application/json';
    const runs = op.body || op.query ? RUNS : 5;
    await fc.assert(
      fc.asyncProperty(bySchema(op), async ({ params, query, body }) => {
        const response = await world.send(who, addressOf(op, params, query), {
          method: op.method,
          headers: { 'content-type': type, 'if-match': '"1"' },
          ...(isWrite(op) ? { body: JSON.stringify(op.body ? body : {}) ?? 'null' } : {}),
        });
        if (response.ok) reached.add(op.id);
        await check(op, response);
      }),
      { numRuns: runs, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
    );
  }, 60_000);
});
