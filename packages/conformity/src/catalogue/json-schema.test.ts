/** The JSON Schema for editors says the same as the code: on every shipped document, and on thousands of broken ones. */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkDocument, REFERENCE_ID } from './document.ts';

const standard = new URL('../../../../standard/', import.meta.url);
const schema: unknown = JSON.parse(
  readFileSync(new URL('schema/specification.schema.json', standard), 'utf8'),
);
if (typeof schema !== 'object' || schema === null) throw new Error('the JSON Schema is no object');
const validate = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(schema);

const root = new URL('en-304-223/', standard);
const documents: { path: string; value: unknown }[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((path) => ({ path, value: parse(readFileSync(new URL(path, root), 'utf8')) }));

test('accepts every shipped document', () => {
  expect(documents).toHaveLength(76);
  for (const { path, value } of documents) {
    expect(validate(value), `${path}: ${JSON.stringify(validate.errors)}`).toBe(true);
    expect(checkDocument({ path, value })).toEqual([]);
  }
});

type Change = (holder: Record<string, unknown> | unknown[], key: string | number) => void;

const put =
  (value: unknown): Change =>
  (holder, key) => {
    Object.assign(holder, { [key]: value });
  };

const CHANGES: Record<string, Change> = {
  removed: (holder, key) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else Reflect.deleteProperty(holder, key);
  },
  'a word': put('zz'),
  blank: put('   '),
  'a broken number': put(7.5),
  'a negative number': put(-1),
  'a number': put(3),
  null: put(null),
  'an empty list': put([]),
  'an empty map': put({}),
  'with a stray key': (holder) => {
    Object.assign(holder, Array.isArray(holder) ? [{ stray: 1 }] : { stray: 'x' });
  },
};

function isHolder(value: unknown): value is Record<string, unknown> | unknown[] {
  return typeof value === 'object' && value !== null;
}

/** Every place in a document, as keys from the root. */
function places(value: unknown, at: (string | number)[] = []): (string | number)[][] {
  if (!isHolder(value)) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [
    [...at, key],
    ...places(Object.getOwnPropertyDescriptor(value, key)?.value, [...at, key]),
  ]);
}

function broken(value: unknown, place: readonly (string | number)[], change: Change): unknown {
  const copy: unknown = structuredClone(value);
  let holder: unknown = copy;
  for (const key of place.slice(0, -1)) holder = Object.getOwnPropertyDescriptor(holder, key)?.value;
  const last = place.at(-1);
  if (isHolder(holder) && last !== undefined) change(holder, last);
  return copy;
}

test('agrees with the code on every document with every change at every place', () => {
  // Three provisions stand for the rest: one with features, one mixed, one with all kinds of reference.
  const some = documents.filter(
    ({ path }) => !path.startsWith('provisions/') || /5\.(1\.2-[24]|1\.3-2)\.yaml$/.test(path),
  );
  expect(some).toHaveLength(7);
  let rejected = 0;
  const disagreements: string[] = [];
  for (const { path, value } of some) {
    for (const place of places(value)) {
      for (const [name, change] of Object.entries(CHANGES)) {
        const changed = broken(value, place, change);
        const bySchema = validate(changed);
        const byCode = checkDocument({ path, value: changed }).length === 0;
        if (!bySchema) rejected += 1;
        if (bySchema !== byCode)
          disagreements.push(`${path} ${place.join('.')} ${name}: schema ${bySchema}, code ${byCode}`);
      }
    }
  }
  expect(disagreements).toEqual([]);
  expect(rejected).toBeGreaterThan(1000);
});

test.each<[string, string, (text: string) => string]>([
  ['an unknown verb', 'provisions/5.1.1-1.yaml', (text) => text.replace('norm: shall', 'norm: must')],
  ['an unknown role', 'provisions/5.1.1-1.yaml', (text) => text.replace('[organisation]', '[organization]')],
  [
    'an unknown feature',
    'provisions/5.1.2-4.yaml',
    (text) => text.replace('external_component_used', 'external_component'),
  ],
  ['a wrong reference id', 'provisions/5.1.1-1.yaml', (text) => text.replace('AML.M0018', 'M0018')],
  ['an unquoted number as id', 'principles.yaml', (text) => text.replace('clause: "5.1.1"', 'clause: 5.1')],
  ['a share above 1', 'settings.yaml', (text) => text.replace('default: 0.95', 'default: 95')],
  ['an unknown unit', 'settings.yaml', (text) => text.replace('unit: days', 'unit: weeks')],
  ['a misspelt key', 'provisions/5.1.1-1.yaml', (text) => text.replace('duties:', 'dutys:')],
])('rejects %s', (_name, path, plant) => {
  const text = readFileSync(new URL(path, root), 'utf8');
  const planted = plant(text);
  expect(planted).not.toBe(text);
  expect(validate(parse(planted))).toBe(false);
});

test('knows the same ids of frameworks as the code', () => {
  const rules: unknown = Object(Object(Object(schema).$defs).reference).allOf;
  const patterns = JSON.stringify(rules);
  for (const { pattern, example } of Object.values(REFERENCE_ID)) {
    expect(patterns).toContain(JSON.stringify(pattern.source).slice(1, -1));
    expect(example.split(' or ').every((id) => pattern.test(id))).toBe(true);
  }
});
