/** What installed packages say of themselves: `package.json` of npm, `METADATA` of Python. Read as text, never imported. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Asset } from '@custos/core';
import { z } from 'zod';
import type { ComponentFacts } from './facts.ts';

const MAX = 1024 * 1024;
const PackageJson = z.object({
  version: z.string(),
  license: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  homepage: z.string().optional().catch(undefined),
  author: z
    .union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
    .optional()
    .catch(undefined),
});

/** Facts of the version in use; of another version, none. */
export function installedFacts(root: string, asset: Asset): ComponentFacts {
  if (asset.kind !== 'component' || asset.version === undefined) return {};
  const [ecosystem, ...rest] = asset.name.split('/');
  const name = rest.join('/');
  if (name === '' || name.includes('..')) return {};
  if (ecosystem === 'npm') return npmFacts(root, name, asset.version);
  return ecosystem === 'pypi' ? pythonFacts(root, name, asset.version) : {};
}

function npmFacts(root: string, name: string, version: string): ComponentFacts {
  const text = read(join(root, 'node_modules', name, 'package.json'));
  if (text === undefined) return {};
  try {
    const found = PackageJson.parse(JSON.parse(text));
    if (found.version !== version) return {};
    return {
      ...(found.license === undefined ? {} : { licences: [found.license] }),
      ...(found.description === undefined ? {} : { description: found.description }),
      ...(found.homepage === undefined ? {} : { documentation: found.homepage }),
      ...(found.author === undefined ? {} : { supplier: found.author }),
    };
  } catch {
    return {};
  }
}

function pythonFacts(root: string, name: string, version: string): ComponentFacts {
  const folder = `${name.toLowerCase().replaceAll(/[-_.]+/g, '_')}-${version}.dist-info`;
  for (const environment of ['.venv', 'venv', 'env'])
    for (const python of folders(join(root, environment, 'lib'))) {
      const packages = join(root, environment, 'lib', python, 'site-packages');
      const match = folders(packages).find(
        (one) =>
          one.toLowerCase().replaceAll(/[-.](?=.*-\d)/g, '_') === folder || one.toLowerCase() === folder,
      );
      const text = match === undefined ? undefined : read(join(packages, match, 'METADATA'));
      if (text !== undefined) return metadataFacts(text);
    }
  return {};
}

/** Core metadata 2.x: RFC 822 headers up to an empty line. */
function metadataFacts(text: string): ComponentFacts {
  const [head = ''] = text.split(/\r?\n\r?\n/, 1);
  const header = (name: string) =>
    [...head.matchAll(new RegExp(`^${name}: (.+)$`, 'gim'))].flatMap((match) => match[1]?.trim() || []);
  const licence = header('License-Expression')[0] ?? header('License')[0];
  const supplier = header('Author')[0] ?? header('Author-email')[0] ?? header('Maintainer')[0];
  const link = header('Project-URL')[0]?.split(',').at(-1)?.trim() ?? header('Home-page')[0];
  const summary = header('Summary')[0];
  return {
    ...(licence === undefined ? {} : { licences: [licence] }),
    ...(summary === undefined ? {} : { description: summary }),
    ...(link === undefined ? {} : { documentation: link }),
    ...(supplier === undefined ? {} : { supplier }),
  };
}

function read(path: string): string | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= MAX ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function folders(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}
