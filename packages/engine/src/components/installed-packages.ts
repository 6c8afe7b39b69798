/** What installed packages say of themselves: `package.json` of npm, `METADATA` of Python. Read as text, never imported. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Asset } from '@custos/core';
import { z } from 'zod';
import type { ComponentFacts } from './facts.ts';

const MAX = 1024 * 1024;
const PackageJson = z.object({
  version: z.string(),
  license: z.string().optional().catch(undefined),
  /** As npm had it before 2014. */
  licenses: z
    .array(z.object({ type: z.string() }))
    .optional()
    .catch(undefined),
  description: z.string().optional().catch(undefined),
  homepage: z.string().optional().catch(undefined),
  repository: z
    .object({ url: z.string() })
    .transform(({ url }) => url)
    .optional()
    .catch(undefined),
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
  const text = read(root, join(root, 'node_modules', name, 'package.json'));
  if (text === undefined) return {};
  try {
    const found = PackageJson.parse(JSON.parse(text));
    if (found.version !== version) return {};
    const licences = found.license === undefined ? found.licenses?.map(({ type }) => type) : [found.license];
    const documentation = found.homepage ?? found.repository;
    return {
      ...(licences === undefined ? {} : { licences }),
      ...(found.description === undefined ? {} : { description: found.description }),
      ...(documentation === undefined ? {} : { documentation }),
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
      const text = match === undefined ? undefined : read(root, join(packages, match, 'METADATA'));
      if (text !== undefined) return metadataFacts(text, version);
    }
  return {};
}

/** Core metadata 2.x: RFC 822 headers up to an empty line. */
function metadataFacts(text: string, version: string): ComponentFacts {
  const [head = ''] = text.split(/\r?\n\r?\n/, 1);
  const header = (name: string) =>
    [...head.matchAll(new RegExp(`^${name}: (.+)$`, 'gim'))].flatMap((match) => match[1]?.trim() || []);
  if (header('Version')[0] !== version) return {};
  const classified = header('Classifier')
    .filter((one) => one.startsWith('License ::'))
    .map((one) => one.split('::').at(-1)?.trim() ?? '');
  const expression = header('License-Expression');
  const licences = expression.length > 0 ? expression : [...header('License').slice(0, 1), ...classified];
  const supplier = header('Author')[0] ?? header('Author-email')[0] ?? header('Maintainer')[0];
  const link = header('Project-URL')[0]?.split(',').at(-1)?.trim() ?? header('Home-page')[0];
  const summary = header('Summary')[0];
  return {
    ...(licences.length === 0 ? {} : { licences }),
    ...(summary === undefined ? {} : { description: summary }),
    ...(link === undefined ? {} : { documentation: link }),
    ...(supplier === undefined ? {} : { supplier }),
  };
}

/** A file of the folder; a link out of it is none. */
function read(root: string, path: string): string | undefined {
  try {
    if (relative(realpathSync(root), realpathSync(path)).startsWith('..')) return undefined;
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
