/** The table of packages holds in every file, and each rule is shown a violation that it must find. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  isTestCode,
  type PackageFacts,
  type Rule,
  type SourceFile,
  TABLE,
  violations,
} from './architecture-rules.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const Manifest = z.looseObject({
  name: z.string(),
  exports: z.unknown().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

function manifest(folder: string): z.infer<typeof Manifest> {
  return Manifest.parse(JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')));
}

function factsOf(folder: string): PackageFacts {
  const { dependencies, devDependencies } = manifest(folder);
  return {
    dependencies: new Set(Object.keys(dependencies)),
    devDependencies: new Set(Object.keys(devDependencies)),
  };
}

const packages = readdirSync(join(root, 'packages')).sort();
const facts = new Map<string, PackageFacts>([
  ['root', factsOf('.')],
  ...packages.map((name): [string, PackageFacts] => [name, factsOf(`packages/${name}`)]),
]);

const sources: SourceFile[] = packages.flatMap((name) =>
  readdirSync(join(root, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => `packages/${name}/src/${path}`)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
);

describe('the packages', () => {
  it('are those of the table, each with one door; the command line and the console have none', () => {
    expect(packages).toEqual(Object.keys(TABLE).sort());
    for (const name of packages) {
      const found = manifest(`packages/${name}`);
      expect(found.name).toBe(`@custos/${name}`);
      expect(JSON.stringify(found.exports)).toBe(
        name === 'cli' || name === 'web' ? undefined : JSON.stringify({ '.': './src/index.ts' }),
      );
    }
  });

  it('declare of each other only what the table allows', () => {
    for (const name of packages)
      for (const dependency of facts.get(name)?.dependencies ?? [])
        if (dependency.startsWith('@custos/'))
          expect(TABLE[name], `packages/${name}/package.json`).toContain(dependency.slice(8));
  });

  it('keep every rule in every file', () => {
    expect(sources.length).toBeGreaterThan(200);
    const found = sources.flatMap((file) => violations(file, facts));
    expect(found.map((item) => `${item.path}: ${item.rule}: ${item.message}`)).toEqual([]);
  });
});

const PLANTED: [Rule, string, string, string][] = [
  [
    'table',
    'core importing conformity',
    'packages/core/src/x.ts',
    "import { assess } from '@custos/conformity';",
  ],
  ['table', 'conformity importing trust', 'packages/conformity/src/x.ts', "export * from '@custos/trust';"],
  [
    'table',
    'trust importing store as a type',
    'packages/trust/src/x.ts',
    "type S = import('@custos/store').EvidenceStore;",
  ],
  ['table', 'store importing engine on demand', 'packages/store/src/x.ts', "await import('@custos/engine');"],
  [
    'table',
    'a test importing what its package may not',
    'packages/core/src/x.test.ts',
    "import '@custos/scan';",
  ],
  ['table', 'an unknown package', 'packages/helpers/src/x.ts', 'export const a = 1;'],
  [
    'door',
    'a deep import',
    'packages/engine/src/x.ts',
    "import { io } from '@custos/store/src/files/io.ts';",
  ],
  [
    'inside',
    'a way around the door',
    'packages/engine/src/x.ts',
    "import { io } from '../../store/src/files/io.ts';",
  ],
  [
    'inside',
    'product code using test code',
    'packages/engine/src/x.ts',
    "import { a } from './report/fixture.ts';",
  ],
  ['declared', 'an undeclared package', 'packages/core/src/x.ts', "import yaml from 'yaml';"],
  [
    'declared',
    'a development dependency in product code',
    'packages/cli/src/x.ts',
    "import { it } from 'vitest';",
  ],
  [
    'declared',
    'an undeclared package by require',
    'packages/cli/src/x.ts',
    "require.resolve('left-pad/package.json');",
  ],
  ['environment', 'process.env', 'packages/store/src/x.ts', 'const url = process.env.CUSTOS_DATABASE_URL;'],
  ['environment', 'process["env"]', 'packages/store/src/x.ts', "const url = process['env'];"],
  ['environment', 'env taken out of process', 'packages/cli/src/run.ts', 'const { env } = process;'],
  ['environment', 'node:process', 'packages/cli/src/run.ts', "import { env } from 'node:process';"],
  ['any', 'any in a parameter', 'packages/scan/src/x.ts', 'export function f(x: any): void { x; }'],
  ['any', 'any in a test', 'packages/scan/src/x.test.ts', 'const x = 1 as any;'],
  ['double-cast', 'as unknown as', 'packages/scan/src/x.ts', 'export const n = "1" as unknown as number;'],
  ['suppression', '@ts-ignore', 'packages/scan/src/x.ts', '// @ts-ignore\nexport const n: number = "";'],
  [
    'suppression',
    '@ts-expect-error in product code',
    'packages/scan/src/x.ts',
    '/* @ts-expect-error */ f();',
  ],
  [
    'pure-imports',
    'files in conformity',
    'packages/conformity/src/x.ts',
    "import { readFile } from 'node:fs/promises';",
  ],
  ['pure-imports', 'network in core, without node:', 'packages/core/src/x.ts', "import http from 'http';"],
  ['pure-time', 'the clock in conformity', 'packages/conformity/src/x.ts', 'export const t = Date.now();'],
  ['pure-time', 'a new Date() in core', 'packages/core/src/x.ts', 'export const t = new Date();'],
  ['pure-time', 'chance in conformity', 'packages/conformity/src/x.ts', 'export const t = Math.random();'],
  [
    'dynamic',
    'a computed import',
    'packages/scan/src/x.ts',
    'export const load = (name: string) => import(name);',
  ],
  ['syntax', 'a file that does not parse', 'packages/scan/src/x.ts', 'export const = ;'],
];

describe('a planted violation is found', () => {
  it.each(PLANTED)('%s: %s', (rule, _name, path, text) => {
    expect(violations({ path, text }, facts).map((item) => item.rule)).toContain(rule);
  });

  it('of every rule', () => {
    const rules: Record<Rule, true> = {
      syntax: true,
      table: true,
      door: true,
      inside: true,
      declared: true,
      environment: true,
      any: true,
      'double-cast': true,
      suppression: true,
      'pure-imports': true,
      'pure-time': true,
      dynamic: true,
    };
    expect([...new Set(PLANTED.map(([rule]) => rule))].sort()).toEqual(Object.keys(rules).sort());
  });

  it('and what is allowed is not', () => {
    const allowed: [string, string][] = [
      ['packages/engine/src/x.ts', "import { assess } from '@custos/conformity';"],
      ['packages/cli/src/environment.ts', 'export const e = process.env;'],
      ['packages/trust/src/x.test.ts', "import { it } from 'vitest'; const e = process.env.CUSTOS_VECTORS;"],
      ['packages/conformity/src/x.ts', 'export const t = new Date(0).toISOString(); // any, as unknown as'],
      ['packages/core/src/time.ts', 'export const now = () => new Date();'],
    ];
    for (const [path, text] of allowed) expect(violations({ path, text }, facts), path).toEqual([]);
  });
});

it('knows test code by its name', () => {
  for (const path of [
    'packages/a/src/x.test.ts',
    'packages/a/src/testing/world.ts',
    'packages/a/src/x.fixture.ts',
    'packages/a/src/fixture.ts',
    'packages/conformity/src/checks/release-evidence.ts',
    'packages/conformity/src/checks/5.2.1/testing-evidence.ts',
  ])
    expect(isTestCode(path), path).toBe(true);
  for (const path of [
    'packages/engine/src/observations/read-evidence.ts',
    'packages/conformity/src/kernel/evidence-index.ts',
  ])
    expect(isTestCode(path), path).toBe(false);
});
