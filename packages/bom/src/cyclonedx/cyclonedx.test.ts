/** The specification's own corpora, valid and invalid, and the round trip of everything that is valid. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustosError } from '@custos/core';
import { describe, expect, test } from 'vitest';
import { readJson } from '../json/read-json.ts';
import { VECTORS } from '../vectors.fixture.ts';
import { validateBom } from './validate.ts';
import { writeBom } from './write.ts';

const ROOT = join(VECTORS, 'cyclonedx/tools/src/test/resources');
const files = ['1.6', '1.7'].flatMap((version) =>
  (existsSync(ROOT) ? readdirSync(join(ROOT, version)) : []).map((name) => ({
    name,
    path: join(ROOT, version, name),
  })),
);

describe.skipIf(!existsSync(ROOT))('the corpora of the specification', () => {
  test('are there', () => {
    expect(files.filter(({ name }) => name.startsWith('valid-')).length).toBeGreaterThan(100);
    expect(files.filter(({ name }) => name.startsWith('invalid-')).length).toBeGreaterThan(40);
  });
  test.each(files)('$name', ({ name, path }) => {
    const value = readJson(readFileSync(path), name);
    expect(isValid(value, name)).toBe(name.startsWith('valid-'));
  });
  test.each(files.filter(({ name }) => name.startsWith('valid-')))('$name survives', ({ name, path }) => {
    const value = readJson(readFileSync(path), name);
    expect(readJson(Buffer.from(writeBom(value, name)), name)).toEqual(value);
  });
});

function isValid(value: unknown, name: string): boolean {
  try {
    return validateBom(value, name).problems.length === 0;
  } catch (error) {
    if (error instanceof CustosError && error.code === 'BOM_FORMAT') return false;
    throw error;
  }
}
