import { expect, test } from 'vitest';
import { validateBom } from '../cyclonedx/validate.ts';
import { componentsOf } from '../cyclonedx/walk.ts';
import { writeBom } from '../cyclonedx/write.ts';
import { inventoryFixture } from './inventory.fixture.ts';
import { licenceChoices } from './licences.ts';
import { toCycloneDx } from './to-cyclonedx.ts';

const bom = toCycloneDx(inventoryFixture());
const component = (ref: string) =>
  [...componentsOf(bom)].find(({ value }) => value['bom-ref'] === ref)?.value;

test.each(['1.6', '1.7'] as const)(
  'a bill of %s is valid and all its references lead somewhere',
  (version) => {
    const made = toCycloneDx(inventoryFixture(), version);
    expect(validateBom(made, 'made')).toEqual({ version, problems: [], references: [] });
  },
);

test('a model card is filled from front matter, configuration and headers', () => {
  const model = component('model:models/place.safetensors');
  expect(model?.type).toBe('machine-learning-model');
  expect(model?.licenses).toEqual([{ license: { id: 'Apache-2.0', acknowledgement: 'declared' } }]);
  expect(model?.hashes).toEqual([{ alg: 'SHA-256', content: 'a1'.repeat(32) }]);
  expect(model?.modelCard?.modelParameters).toEqual({
    task: 'text-classification',
    architectureFamily: 'bert',
    modelArchitecture: 'BertForTokenClassification',
    datasets: [{ ref: 'dataset:data/train.csv' }, { type: 'dataset', name: 'lindenhof-labs/places' }],
    inputs: [{ format: 'text' }],
    outputs: [{ format: 'text' }],
  });
  expect(model?.modelCard?.quantitativeAnalysis?.performanceMetrics).toEqual([
    { type: 'f1', value: '0.91', slice: 'places' },
  ]);
  expect(model?.modelCard?.considerations?.technicalLimitations?.[0]).toContain('Routing of messages');
  expect(model?.pedigree?.ancestors?.map((one) => one.name)).toEqual(['lindenhof-labs/placenames-base']);
});

test('data carry owners and custodians', () => {
  expect(component('dataset:data/train.csv')?.data?.[0]?.governance).toEqual({
    custodians: [{ contact: { name: 'data-office' } }],
    owners: [{ contact: { email: 'dev@example.org' } }],
  });
});

test('packages and hub models have package URLs, hosted models are external, places are evidence', () => {
  expect(component('component:pypi/transformers')?.purl).toBe('pkg:pypi/transformers@4.50.0');
  const base = component('model:lindenhof-labs/placenames-base');
  expect(base?.purl).toBe('pkg:huggingface/lindenhof-labs/placenames-base');
  expect(base?.isExternal).toBe(true);
  expect(base?.evidence?.occurrences).toEqual([{ location: 'train.py', line: 8 }]);
});

test('services, dependencies, formulation and annotations', () => {
  expect(bom.services?.map((service) => service['bom-ref'])).toEqual([
    'endpoint:api.example.net',
    'tool:mcp/files',
  ]);
  expect(bom.services?.[0]?.endpoints).toEqual(['https://api.example.net/']);
  expect(bom.dependencies?.find(({ ref }) => ref === 'component:own/.')?.dependsOn).toEqual([
    'component:pypi/transformers',
    'endpoint:api.example.net',
    'model:models/place.safetensors',
  ]);
  expect(bom.formulation?.[0]?.workflows?.[0]?.tasks?.[0]).toMatchObject({
    uid: 'run-7',
    inputs: [{ resource: { ref: 'dataset:data/train.csv' } }],
    outputs: [{ type: 'artifact', resource: { ref: 'model:models/place.safetensors' } }],
  });
  expect(bom.annotations?.[0]?.subjects).toEqual(['model:lindenhof-labs/placenames-base']);
});

test('the same inventory in another order gives the same bytes; another inventory another serial number', () => {
  const input = inventoryFixture();
  const turned = { ...input, assets: input.assets.toReversed(), edges: input.edges.toReversed() };
  expect(writeBom(toCycloneDx(turned))).toBe(writeBom(bom));
  const less = toCycloneDx({ ...input, assets: input.assets.slice(1) });
  expect(less.serialNumber).not.toBe(bom.serialNumber);
});

test('a password in an address does not reach the bill', () => {
  const input = inventoryFixture();
  const made = toCycloneDx({
    ...input,
    assets: input.assets.map((asset) =>
      asset.kind === 'endpoint'
        ? { ...asset, properties: { url: 'https://user:secret@api.example.net/v1?key=secret' } }
        : asset,
    ),
  });
  expect(made.services?.[0]?.endpoints).toEqual(['https://api.example.net/v1']);
  expect(writeBom(made)).not.toContain('secret');
});

test('licences become ids, an expression, or names; placeholders become nothing', () => {
  const declared = { acknowledgement: 'declared' };
  expect(licenceChoices(['mit'])).toEqual([{ license: { id: 'MIT', ...declared } }]);
  expect(licenceChoices(['MIT OR Apache-2.0'])).toEqual([{ expression: 'MIT OR Apache-2.0', ...declared }]);
  expect(licenceChoices(['llama3', 'mit'], 'https://example.org/l')).toEqual([
    { license: { name: 'llama3', ...declared, url: 'https://example.org/l' } },
    { license: { id: 'MIT', ...declared } },
  ]);
  expect(licenceChoices(['unknown', 'other', ''])).toEqual([]);
});
