// Bundles the CLI, the scan worker and what they need beside them into packages/cli/dist. No type check here: `npm run types`.

import { rmSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'packages/cli/dist');
// A failed or interrupted build leaves the last good one in place.
const out = `${dist}.${process.pid}.part`;
const require = createRequire(join(root, 'packages/scan/package.json'));

process.on('exit', () => rmSync(out, { recursive: true, force: true }));
await mkdir(out, { recursive: true });

const entryPoints = {
  custos: join(root, 'packages/cli/src/main.ts'),
  'scan-worker': join(root, 'packages/scan/src/worker.ts'),
  'hash-worker': join(root, 'packages/trust/src/model-signing/hash-worker.mjs'),
  'pglite-worker': join(root, 'packages/store/src/pglite/pglite-worker.mjs'),
};

await build({
  entryPoints,
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Chunks lie beside the workers and folders that they find by their own place.
  chunkNames: '[name]-[hash]',
  // Parts with native code or WebAssembly stay in node_modules; they are loaded on demand.
  external: ['@electric-sql/pglite', '@myriaddreamin/*', 'pg-native', 'web-tree-sitter'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  legalComments: 'linked',
  logLevel: 'warning',
});

await cp(join(root, 'standard'), join(out, 'standard'), { recursive: true });
const migrations = join(root, 'packages/store/src/sql/migrations');
await cp(migrations, join(out, 'migrations'), { recursive: true });
const grammars = join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm');
await mkdir(join(out, 'grammars'));
for (const name of await readdir(grammars))
  if (/^(tree-sitter-(python|typescript|javascript|tsx))\.wasm$/.test(name))
    await cp(join(grammars, name), join(out, 'grammars', name));
await cp(
  require.resolve('web-tree-sitter/web-tree-sitter.wasm'),
  join(out, 'grammars', 'web-tree-sitter.wasm'),
);
await rm(dist, { recursive: true, force: true });
await rename(out, dist);
