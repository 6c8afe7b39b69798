/** Files that come with Custos: beside the bundle in `dist/`, or in the repository when run from source. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CustosError, DigestSchema, Specification } from '@custos/core';
import { type LoadedSpecification, loadSpecification } from '@custos/engine';
import { z } from 'zod';

const here = dirname(fileURLToPath(import.meta.url));

/** Path of a shipped folder such as `standard`. */
export function resource(name: string): string {
  for (const base of [here, join(here, '../../..'), join(here, '..')]) {
    const path = join(base, name);
    if (existsSync(path)) return path;
  }
  throw new CustosError(
    'INSTALLATION',
    `The folder ${name} is missing from this installation of Custos; install it again.`,
  );
}

/** EN 304 223, or the user's framework in the same form, with the settings of EN 304 223 where it has none of its own. */
export async function openSpecification(folder?: string): Promise<LoadedSpecification> {
  const standard = await openStandard();
  return folder === undefined ? standard : loadSpecification(folder, standard.specification.settings);
}

/** As compiled by the build; from its YAML where Custos runs from source. */
async function openStandard(): Promise<LoadedSpecification> {
  const folder = join(resource('standard'), 'en-304-223');
  const compiled = `${folder}.json`;
  if (!existsSync(compiled)) return loadSpecification(folder);
  return Compiled.parse(JSON.parse(await readFile(compiled, 'utf8')));
}

const Compiled = z.object({ specification: Specification, digest: DigestSchema });
