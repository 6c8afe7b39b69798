/** Schemas in `standard/schema/` are those that the code makes. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { custosYamlJsonSchema, loadSpecification } from '@custos/engine';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';

const path = fileURLToPath(new URL('../standard/schema/custos.schema.json', import.meta.url));
const written: unknown = JSON.parse(readFileSync(path, 'utf8'));

it('the schema of custos.yaml is up to date', () => {
  expect(
    written,
    'run `node packages/cli/dist/custos.mjs catalogue schema > standard/schema/custos.schema.json`',
  ).toEqual(JSON.parse(JSON.stringify(custosYamlJsonSchema())));
});

it('refuses a key that custos.yaml does not know', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    typeof written === 'object' && written !== null ? written : false,
  );
  const declaration = {
    id: 'support-bot',
    name: 'Support bot',
    purpose: 'Answers customers about their orders',
    phase: 'deployment',
    use: { inputs: ['text'], outputs: ['text'], exposure: 'public' },
    roles: { developer: ['dev@example.org'] },
  };
  expect(validate(declaration)).toBe(true);
  expect(validate({ ...declaration, exposrue: 'public' })).toBe(false);
});

it('the build holds the standard as its files say it', async () => {
  const compiled = new URL('../packages/cli/dist/standard/en-304-223.json', import.meta.url);
  const folder = fileURLToPath(new URL('../standard/en-304-223', import.meta.url));
  expect(JSON.parse(readFileSync(compiled, 'utf8'))).toEqual(await loadSpecification(folder));
});
