/** What is written against the SPDX 3.0.1 schema of the specification. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { inventoryFixture } from '../inventory/inventory.fixture.ts';
import { toCycloneDx } from '../inventory/to-cyclonedx.ts';
import { objects } from '../json/json.ts';
import { readBom } from '../read-bom.ts';
import { VECTORS } from '../vectors.fixture.ts';
import { toSpdx3 } from './to-spdx3.ts';

const CORPORA = join(VECTORS, 'cyclonedx/tools/src/test/resources');
const SCHEMA = join(VECTORS, 'schemas/spdx/spdx-3.0.1-schema.json');
/** The schema of the specification, where it lies; tests that need it are skipped elsewhere. */
const schema: unknown = existsSync(SCHEMA) ? JSON.parse(readFileSync(SCHEMA, 'utf8')) : {};
const validate = new Ajv2020({ strict: false }).compile(Object(schema));
const document = toSpdx3(toCycloneDx(inventoryFixture()));
const graph = objects(document['@graph']);
const ofType = (type: string) => graph.filter((element) => element.type === type);

test.skipIf(!existsSync(SCHEMA))('is valid SPDX 3.0.1, and the schema would see what is not', () => {
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  expect(validate({ ...document, '@graph': [...graph, { type: 'ai_AIPackage', ai_wrong: 1 }] })).toBe(false);
});

test('models carry the AI profile, data the Dataset profile, and both are related', () => {
  const model = ofType('ai_AIPackage').find((element) => element.name === 'models/place.safetensors');
  expect(model).toMatchObject({
    ai_typeOfModel: ['bert', 'BertForTokenClassification'],
    ai_domain: ['text-classification'],
    ai_metric: [{ type: 'DictionaryEntry', key: 'f1 (places)', value: '0.91' }],
    verifiedUsing: [{ type: 'Hash', algorithm: 'sha256', hashValue: 'a1'.repeat(32) }],
  });
  const data = ofType('dataset_DatasetPackage').find((element) => element.name === 'data/train.csv');
  expect(data).toMatchObject({ dataset_datasetType: ['structured'], dataset_datasetSize: 10 });
  const relations = ofType('Relationship').filter((element) => element.from === model?.spdxId);
  expect(relations.map((element) => String(element.relationshipType)).sort()).toEqual([
    'dependsOn',
    'descendantOf',
    'hasDeclaredLicense',
    'trainedOn',
  ]);
});

test('every reference is an element of the document', () => {
  const known = new Set(graph.map((element) => element.spdxId));
  for (const { from, to } of ofType('Relationship')) {
    expect(known).toContain(from);
    for (const target of Array.isArray(to) ? to : []) expect(known).toContain(target);
  }
});

test.skipIf(!existsSync(SCHEMA) || !existsSync(CORPORA))(
  'every valid bill of the CycloneDX corpora becomes valid SPDX',
  () => {
    for (const version of ['1.6', '1.7'])
      for (const name of readdirSync(join(CORPORA, version)).filter((one) => one.startsWith('valid-'))) {
        const { bom } = readBom(readFileSync(join(CORPORA, version, name)), name);
        validate(toSpdx3(bom));
        expect(validate.errors ?? [], name).toEqual([]);
      }
  },
);

test('same bill, same bytes', () => {
  expect(JSON.stringify(toSpdx3(toCycloneDx(inventoryFixture())))).toBe(JSON.stringify(document));
});
