/** The CycloneDX JSON schemas, as the JavaScript library of CycloneDX ships them. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CustosError } from '@custos/core';
import { isObject, type JsonObject } from '../json/json.ts';
import type { SpecVersion } from './model.ts';

/** Folder beside a bundle that holds copies of the schemas. */
export const SCHEMA_FOLDER = 'cyclonedx-schemas';

/** Schemas that the others refer to. */
const SHARED = ['spdx', 'jsf-0.82', 'cryptography-defs'] as const;

export function bomSchema(version: SpecVersion): JsonObject {
  return readSchema(`bom-${version}`);
}

/** By the names under which the others refer to them. */
export function sharedSchemas(): Record<string, JsonObject> {
  return Object.fromEntries(
    SHARED.map((name) => [`http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`, readSchema(name)]),
  );
}

function readSchema(name: string): JsonObject {
  const path = join(folder(), `${name}.SNAPSHOT.schema.json`);
  const schema: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isObject(schema))
    throw new CustosError('INSTALLATION', `${name}.SNAPSHOT.schema.json is no schema; install Custos again.`);
  return schema;
}

function folder(): string {
  const beside = join(dirname(fileURLToPath(import.meta.url)), SCHEMA_FOLDER);
  if (existsSync(beside)) return beside;
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res', 'schema');
}
