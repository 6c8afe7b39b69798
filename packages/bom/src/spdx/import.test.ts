import { expect, test } from 'vitest';
import { componentsOf } from '../cyclonedx/walk.ts';
import { inventoryFixture } from '../inventory/inventory.fixture.ts';
import { toCycloneDx } from '../inventory/to-cyclonedx.ts';
import { readBom } from '../read-bom.ts';
import { toSpdx3 } from './to-spdx3.ts';

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

test('SPDX 3 that was written is read again with models, data, hashes, licences and dependencies', () => {
  const { bom, format } = readBom(json(toSpdx3(toCycloneDx(inventoryFixture()))), 'spdx3.json');
  expect(format).toBe('SPDX 3.0');
  const model = [...componentsOf(bom)].find(({ value }) => value.name === 'models/place.safetensors')?.value;
  expect(model).toMatchObject({
    type: 'machine-learning-model',
    hashes: [{ alg: 'SHA-256', content: 'a1'.repeat(32) }],
    licenses: [{ license: { id: 'Apache-2.0' } }],
    modelCard: { modelParameters: { architectureFamily: 'bert', task: 'text-classification' } },
    pedigree: { ancestors: [{ name: 'lindenhof-labs/placenames-base' }] },
  });
  expect(model?.modelCard?.modelParameters?.datasets?.length).toBe(2);
  expect(bom.dependencies?.some(({ dependsOn }) => (dependsOn?.length ?? 0) > 0)).toBe(true);
  expect(bom.metadata?.timestamp).toBe('2026-06-01T12:00:00Z');
});

test('SPDX 2.3 is read; NOASSERTION is nothing, relationships go both ways', () => {
  const { bom, format } = readBom(
    json({
      spdxVersion: 'SPDX-2.3',
      SPDXID: 'SPDXRef-DOCUMENT',
      name: 'thing',
      creationInfo: {
        created: '2026-01-01T00:00:00Z',
        creators: ['Tool: maker-1', 'Organization: Lindenhof'],
      },
      packages: [
        {
          SPDXID: 'SPDXRef-a',
          name: 'a',
          versionInfo: '1.0',
          licenseConcluded: 'NOASSERTION',
          licenseDeclared: 'MIT',
          supplier: 'Organization: Lindenhof',
          checksums: [
            { algorithm: 'SHA256', checksumValue: 'AB'.repeat(32) },
            { algorithm: 'ADLER32', checksumValue: '1' },
          ],
          externalRefs: [
            {
              referenceCategory: 'PACKAGE-MANAGER',
              referenceType: 'purl',
              referenceLocator: 'pkg:pypi/a@1.0',
            },
          ],
        },
        { SPDXID: 'SPDXRef-b', name: 'b', licenseConcluded: 'NOASSERTION' },
      ],
      relationships: [
        { spdxElementId: 'SPDXRef-b', relatedSpdxElement: 'SPDXRef-a', relationshipType: 'DEPENDENCY_OF' },
        { spdxElementId: 'SPDXRef-a', relatedSpdxElement: 'SPDXRef-gone', relationshipType: 'DEPENDS_ON' },
      ],
    }),
    'two.json',
  );
  expect(format).toBe('SPDX 2.3');
  expect(bom.components?.[0]).toEqual({
    type: 'library',
    'bom-ref': 'SPDXRef-a',
    name: 'a',
    version: '1.0',
    supplier: { name: 'Lindenhof' },
    hashes: [{ alg: 'SHA-256', content: 'ab'.repeat(32) }],
    licenses: [{ license: { id: 'MIT', acknowledgement: 'declared' } }],
    purl: 'pkg:pypi/a@1.0',
  });
  expect(bom.components?.[1]?.licenses).toBeUndefined();
  expect(bom.dependencies).toEqual([{ ref: 'SPDXRef-a', dependsOn: ['SPDXRef-b'] }, { ref: 'SPDXRef-b' }]);
  expect(bom.metadata).toMatchObject({ authors: [{ name: 'Lindenhof' }] });
});
