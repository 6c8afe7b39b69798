import { expect, test } from 'vitest';
import type { Bom, Component } from '../cyclonedx/model.ts';
import { inventoryFixture } from '../inventory/inventory.fixture.ts';
import { toCycloneDx } from '../inventory/to-cyclonedx.ts';
import { diffBoms } from './diff-boms.ts';

const bill = (components: readonly Component[], more: Partial<Bom> = {}): Bom => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.7',
  components,
  ...more,
});
const npm = (name: string, version: string, more: Partial<Component> = {}): Component => ({
  type: 'library',
  name,
  version,
  purl: `pkg:npm/${name}@${version}`,
  ...more,
});

test('a new version is a change with its fields, not one gone and one new', () => {
  const diff = diffBoms(bill([npm('a', '1'), npm('gone', '1')]), bill([npm('a', '2'), npm('new', '1')]));
  expect(diff.added.map((one) => one.name)).toEqual(['new']);
  expect(diff.removed.map((one) => one.name)).toEqual(['gone']);
  expect(diff.changed).toMatchObject([
    {
      kind: 'component',
      name: 'a',
      fields: [
        { path: '/purl', before: 'pkg:npm/a@1', after: 'pkg:npm/a@2' },
        { path: '/version', before: '1', after: '2' },
      ],
    },
  ]);
});

test('of two versions of one package, the unchanged one is not paired with the changed', () => {
  const diff = diffBoms(bill([npm('a', '1'), npm('a', '2')]), bill([npm('a', '3'), npm('a', '1')]));
  expect(diff.changed.map((one) => one.version)).toEqual(['3']);
  expect([...diff.added, ...diff.removed]).toEqual([]);
});

test('order, time and serial number are no change; a nested field and a dependency are', () => {
  const input = inventoryFixture();
  const before = toCycloneDx(input);
  const later = toCycloneDx({ ...input, timestamp: '2026-07-01T00:00:00Z', findings: [] });
  expect(diffBoms(before, { ...before, components: before.components?.toReversed() ?? [] })).toEqual({
    added: [],
    removed: [],
    changed: [],
  });
  expect(diffBoms(before, later).changed.map((one) => one.kind)).toEqual(['bill']);
  const model = (bom: Bom, task: string): Bom => ({
    ...bom,
    components: (bom.components ?? []).map((one) =>
      one.modelCard ? { ...one, modelCard: { ...one.modelCard, modelParameters: { task } } } : one,
    ),
  });
  const fields = diffBoms(model(before, 'a'), model(before, 'b')).changed.flatMap((one) => one.fields);
  expect(fields).toEqual([{ path: '/modelCard/modelParameters/task', before: 'a', after: 'b' }]);
  const loose = toCycloneDx({ ...input, edges: [] });
  expect(diffBoms(before, loose).changed.some((one) => one.kind === 'dependency')).toBe(true);
});
