import { expect, test } from 'vitest';
import { inventoryFixture } from '../inventory/inventory.fixture.ts';
import { toCycloneDx } from '../inventory/to-cyclonedx.ts';
import { completenessOf } from './completeness.ts';
import { ELEMENTS } from './elements.ts';
import { BILL, DATASET, MODEL } from './subjects.ts';

const missing = (kind: string, name: string, of = completenessOf(toCycloneDx(inventoryFixture()))) =>
  of
    .find((one) => one.kind === kind && one.name === name)
    ?.rows.filter((row) => !row.present)
    .map((row) => row.element.id);

test('each of the fifty elements is asked of exactly one kind of subject', () => {
  expect(ELEMENTS.length).toBe(50);
  const asked = [BILL, MODEL, DATASET].flatMap((tests) => Object.keys(tests));
  expect(asked.sort()).toEqual(ELEMENTS.map((element) => element.id).sort());
});

test('what the card, the header and the declaration give is present; the rest is named', () => {
  expect(missing('model', 'models/place.safetensors')).toEqual([
    'model-identifier',
    'model-version',
    'model-timestamp',
    'model-producer',
  ]);
  expect(missing('model', 'lindenhof-labs/placenames-base')).toContain('model-hash-value');
  expect(missing('dataset', 'data/train.csv')).toEqual([
    'dataset-description',
    'dataset-identifier',
    'dataset-sensitivity',
    'dataset-license',
  ]);
  expect(missing('bill', 'Placenames service')).toEqual([
    'sbom-author-signature',
    'system-producer',
    'system-timestamp',
    'system-data-flow',
    'system-data-usage',
    'infrastructure-hardware',
    'security-controls',
    'security-compliance',
    'cybersecurity-policy',
    'vulnerability-referencing',
    'security-metrics',
  ]);
});

test('an empty bill lacks everything but its format', () => {
  const rows = completenessOf({ bomFormat: 'CycloneDX', specVersion: '1.7' })[0]?.rows ?? [];
  expect(rows.filter((row) => row.present).map((row) => row.element.id)).toEqual([
    'sbom-data-format-name',
    'sbom-data-format-version',
  ]);
});
