// Bundles the CLI, the scan worker and what they need beside them into packages/cli/dist. No type check here: `npm run types`.

import { rmSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { build as buildSite } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'packages/cli/dist');
// A failed or interrupted build leaves the last good one in place.
const out = `${dist}.${process.pid}.part`;

process.on('exit', () => rmSync(out, { recursive: true, force: true }));
await mkdir(out, { recursive: true });

const entryPoints = {
  custos: join(root, 'packages/cli/src/main.ts'),
  'scan-worker': join(root, 'packages/scan/src/worker.ts'),
  'inspect-worker': join(root, 'packages/inspect/src/worker.ts'),
  'hash-worker': join(root, 'packages/trust/src/model-signing/hash-worker.mjs'),
  'parquet-worker': join(root, 'packages/provenance/src/import/parquet-worker.mjs'),
  'provenance-worker': join(root, 'packages/provenance/src/index/worker.ts'),
  'pglite-worker': join(root, 'packages/store/src/pglite/pglite-worker.mjs'),
};

/** Lets the bundler leave out what a bundle does not use of our packages, and of what those stand on. */
const ownPackagesHaveNoSideEffects = {
  name: 'own-packages',
  setup({ onResolve }) {
    onResolve({ filter: /^@custos\/\w+$/ }, ({ path }) => ({
      path: join(root, 'packages', path.slice('@custos/'.length), 'src/index.ts'),
      sideEffects: false,
    }));
    onResolve({ filter: /^\.{1,2}\// }, ({ path, importer }) =>
      importer.startsWith(join(root, 'packages'))
        ? { path: join(dirname(importer), path), sideEffects: false }
        : undefined,
    );
  },
};

const banner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
};

await build({
  entryPoints,
  outdir: out,
  outExtension: { '.js': '.mjs' },
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Chunks lie beside the workers and folders that they find by their own place.
  chunkNames: '[name]-[hash]',
  // Parts with native code or WebAssembly stay in node_modules; they are loaded on demand.
  external: ['@electric-sql/pglite', '@myriaddreamin/*', 'pg-native'],
  banner,
  legalComments: 'linked',
  logLevel: 'warning',
});

await cp(join(root, 'standard'), join(out, 'standard'), { recursive: true });
const standard = await compileStandard();
await bundleVerifier(standard);
await buildConsole();
await cp(join(root, 'content'), join(out, 'content'), { recursive: true });
await cp(join(root, 'examples'), join(out, 'examples'), { recursive: true });
const migrations = join(root, 'packages/store/src/sql/migrations');
await cp(migrations, join(out, 'migrations'), { recursive: true });
await copySchemas();
await rm(dist, { recursive: true, force: true });
await rename(out, dist);

/** The console, as files that the service hands out; compressed here once. */
async function buildConsole() {
  const folder = join(out, 'console');
  await buildSite({
    root: join(root, 'packages/web'),
    configFile: join(root, 'packages/web/vite.config.ts'),
    build: { outDir: folder, emptyOutDir: true },
    logLevel: 'warn',
  });
  for (const name of await readdir(join(folder, 'assets')))
    if (/\.(js|css)$/.test(name)) {
      const path = join(folder, 'assets', name);
      await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
    }
}

/** Reading and checking 76 YAML files takes a third of a second at every start; the checked result is one JSON file. */
async function compileStandard() {
  const loader = join(out, 'load-specification.mjs');
  await build({
    stdin: {
      contents: "export { loadSpecification } from './packages/engine/src/catalogue/load.ts';",
      resolveDir: root,
      loader: 'ts',
    },
    outfile: loader,
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    banner,
  });
  const { loadSpecification } = await import(pathToFileURL(loader).href);
  const loaded = await loadSpecification(join(root, 'standard/en-304-223'));
  await writeFile(join(out, 'standard/en-304-223.json'), JSON.stringify(loaded));
  await rm(loader);
  return loaded;
}

/** The verifier of evidence packs: one file that needs nothing beside it. */
async function bundleVerifier({ specification, digest }) {
  await build({
    entryPoints: [join(root, 'packages/engine/src/pack/verifier-main.ts')],
    outfile: join(out, 'custos-verify.mjs'),
    absWorkingDir: root,
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    define: {
      CUSTOS_SPECIFICATIONS: JSON.stringify({
        [digest]: `${specification.standard} ${specification.version}`,
      }),
    },
    plugins: [ownPackagesHaveNoSideEffects],
    banner,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** The CycloneDX schemas by which bills of materials are validated. */
async function copySchemas() {
  const require = createRequire(join(root, 'packages/bom/package.json'));
  const folder = join(dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res/schema');
  await mkdir(join(out, 'cyclonedx-schemas'));
  for (const name of ['bom-1.4', 'bom-1.5', 'bom-1.6', 'bom-1.7', 'cryptography-defs', 'jsf-0.82', 'spdx'])
    await cp(
      join(folder, `${name}.SNAPSHOT.schema.json`),
      join(out, 'cyclonedx-schemas', `${name}.SNAPSHOT.schema.json`),
    );
}
