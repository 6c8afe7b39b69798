import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Bom, Component } from '../cyclonedx/model.ts';
import { REFERENCE_KEYS } from '../cyclonedx/rename.ts';
import { validateBom } from '../cyclonedx/validate.ts';
import { inventoryFixture } from '../inventory/inventory.fixture.ts';
import { toCycloneDx } from '../inventory/to-cyclonedx.ts';
import { isArray, isObject } from '../json/json.ts';
import { mergeBoms } from './merge-boms.ts';

const OPTIONS = { timestamp: '2026-06-01T12:00:00Z', tool: { name: 'custos', version: '0.1.0' } };

function bill(components: readonly Component[], more: Partial<Bom> = {}): Bom {
  return { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components, ...more };
}
const merge = (...boms: readonly Bom[]) => {
  const merged = mergeBoms(
    boms.map((bom, index) => ({ name: `${'abc'[index]}.json`, bom })),
    OPTIONS,
  );
  expect(validateBom(merged.bom, 'merged').problems).toEqual([]);
  return merged;
};
const lib = (more: Partial<Component>): Component => ({ type: 'library', name: 'x', ...more });
const sha = (byte: string) => [{ alg: 'SHA-256', content: byte.repeat(32) }];

test('the same package is one component, with the source of each field; licences of both are a conflict', () => {
  const purl = 'pkg:pypi/x@1';
  const { bom, joined, conflicts } = merge(
    bill([lib({ 'bom-ref': 'a', purl, licenses: [{ license: { id: 'MIT' } }] })]),
    bill([lib({ 'bom-ref': 'b', purl, licenses: [{ license: { id: 'ISC' } }], hashes: sha('ab') })], {
      dependencies: [{ ref: 'b', dependsOn: [] }],
    }),
  );
  expect(bom.components).toEqual([
    {
      type: 'library',
      name: 'x',
      'bom-ref': 'a',
      purl,
      licenses: [{ license: { id: 'MIT' } }],
      hashes: sha('ab'),
    },
  ]);
  expect(joined[0]?.fields).toMatchObject({
    hashes: ['b.json'],
    purl: ['a.json', 'b.json'],
    licenses: ['a.json'],
  });
  expect(conflicts).toMatchObject([
    { subject: 'a', path: '/licenses', kept: { source: 'a.json' }, other: { source: 'b.json' } },
  ]);
  expect(bom.dependencies).toEqual([{ ref: 'a' }]);
  expect(bom.citations?.map((citation) => citation.attributedTo)).toEqual([
    'merged-source:1',
    'merged-source:2',
  ]);
});

test('the same package with another digest is a conflict, not a second hash', () => {
  const purl = 'pkg:pypi/x@1';
  const { bom, conflicts } = merge(
    bill([lib({ purl, hashes: sha('ab') })]),
    bill([lib({ purl, hashes: sha('cd') })]),
  );
  expect(bom.components?.[0]?.hashes).toEqual(sha('ab'));
  expect(conflicts).toMatchObject([{ path: '/hashes/SHA-256', other: { value: sha('cd')[0] } }]);
});

test('a digest joins; a weak digest, a shared digest and two package URLs do not', () => {
  const weak = [{ alg: 'SHA-1', content: 'ab'.repeat(20) }];
  expect(
    merge(bill([lib({ hashes: sha('ab') })]), bill([lib({ hashes: sha('ab') })])).bom.components?.length,
  ).toBe(1);
  const one = lib({ hashes: weak, copyright: 'a' });
  expect(merge(bill([one]), bill([lib({ hashes: weak })])).bom.components?.length).toBe(2);
  const shared = bill([lib({ name: 'p', hashes: sha('ab') }), lib({ name: 'q', hashes: sha('ab') })]);
  expect(merge(shared, bill([lib({ hashes: sha('ab') })])).bom.components?.length).toBe(3);
  const forked = merge(
    bill([lib({ purl: 'pkg:npm/a@1', hashes: sha('ab') })]),
    bill([lib({ purl: 'pkg:npm/b@1', hashes: sha('ab') })]),
  );
  expect(forked.bom.components?.length).toBe(2);
});

test('a reference that means something else is renamed wherever it is used', () => {
  const { bom, renamed } = merge(
    bill([lib({ 'bom-ref': '1', name: 'left' })]),
    bill([lib({ 'bom-ref': '1', name: 'right' })], {
      dependencies: [{ ref: '1' }],
      compositions: [{ aggregate: 'complete', assemblies: ['1'] }],
    }),
  );
  expect(renamed).toEqual([{ source: 'b.json', from: '1', to: '1#2' }]);
  expect(bom.components?.map((one) => one['bom-ref'])).toEqual(['1', '1#2']);
  expect(bom.dependencies).toEqual([{ ref: '1#2' }]);
  expect(bom.compositions).toEqual([{ aggregate: 'complete', assemblies: ['1#2'] }]);
});

test('nested components are found where they stand, and new ones stay below their parent', () => {
  const { bom } = merge(
    bill([
      lib({
        name: 'outer',
        purl: 'pkg:npm/outer@1',
        components: [lib({ name: 'in', purl: 'pkg:npm/in@1' })],
      }),
    ]),
    bill([lib({ name: 'in', purl: 'pkg:npm/in@1', copyright: 'c', components: [lib({ name: 'deep' })] })]),
  );
  expect(bom.components).toMatchObject([
    { name: 'outer', components: [{ name: 'in', copyright: 'c', components: [{ name: 'deep' }] }] },
  ]);
});

test('a model card survives a merge with a bill that does not know it; merging with itself adds nothing', () => {
  const own = toCycloneDx(inventoryFixture());
  const once = merge(own, bill([lib({ name: 'other' })]));
  const model = (bom: Bom) =>
    bom.components?.find((one) => one.type === 'machine-learning-model' && one.hashes);
  expect(model(once.bom)).toEqual(model(own));
  const twice = merge(own, own);
  expect(twice.conflicts).toEqual([]);
  // The product of the second bill is the system itself, known as the first's product.
  expect(twice.bom.components?.length).toBe(own.components?.length);
  expect(twice.bom.services).toEqual(own.services);
  expect(twice.bom.dependencies).toEqual(own.dependencies);
});

test('two copies of one package inside one bill stay two', () => {
  const copy = (name: string) => lib({ name, components: [lib({ name: 'dep', purl: 'pkg:npm/dep@1' })] });
  const { bom } = merge(bill([lib({ name: 'z' })]), bill([copy('p'), copy('q')]));
  expect(bom.components?.map((one) => one.components?.length ?? 0)).toEqual([0, 1, 1]);
});

test('tools of the old form are kept, and the same bills give the same serial number', () => {
  const old = bill([], {
    specVersion: '1.4',
    metadata: { tools: [{ vendor: 'v', name: 'maker', version: '1' }] },
  });
  const { bom } = merge(bill([]), old);
  expect(bom.metadata?.tools).toMatchObject({
    components: [
      { name: 'maker', manufacturer: { name: 'v' } },
      { name: 'custos' },
      { type: 'file' },
      { type: 'file' },
    ],
  });
  expect(merge(bill([]), old).bom.serialNumber).toBe(bom.serialNumber);
});

test('every reference field of the schemas is known to the renaming', () => {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')),
    'res/schema',
  );
  for (const version of ['1.4', '1.5', '1.6', '1.7']) {
    const schema: unknown = JSON.parse(
      readFileSync(join(folder, `bom-${version}.SNAPSHOT.schema.json`), 'utf8'),
    );
    const found = new Set<string>();
    collect(schema, found);
    expect(found.size).toBeGreaterThan(2);
    expect([...found].filter((key) => !REFERENCE_KEYS.has(key))).toEqual([]);
  }
});

function collect(value: unknown, found: Set<string>): void {
  if (isArray(value)) for (const item of value) collect(item, found);
  if (!isObject(value)) return;
  if (isObject(value.properties))
    for (const [key, property] of Object.entries(value.properties))
      if (isReference(property, 0)) found.add(key);
  for (const item of Object.values(value)) collect(item, found);
}

function isReference(property: unknown, depth: number): boolean {
  if (!isObject(property) || depth > 4) return false;
  if (/\/(?:refType|refLinkType|bomLinkElementType|cryptoRefArray)$/.test(String(property.$ref ?? '')))
    return true;
  const choices = [property.anyOf, property.oneOf, property.allOf].flatMap((list) =>
    isArray(list) ? list : [],
  );
  return [...choices, property.items].some((choice) => isReference(choice, depth + 1));
}
