/**
 * Wall time and peak memory of our scan against `cdxgen -t ai` on the same tree in one run, and of a second scan with a
 * cache. Both run as processes of their own; ours from an esbuild bundle, as the CLI ships it.
 *
 *   npx tsx bench/scan-vs-cdxgen.ts TREE CDXGEN_BINARY
 */
import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const [tree, cdxgen] = process.argv.slice(2);
if (tree === undefined || cdxgen === undefined) {
  process.stderr.write('usage: scan-vs-cdxgen TREE CDXGEN_BINARY\n');
  process.exit(2);
}

interface Measured {
  seconds: number;
  peakMb: number;
  output: string;
}

/** Runs a program under GNU time's eyes: wall time here, peak resident memory from the kernel's account of it. */
function measure(command: string, args: readonly string[]): Promise<Measured> {
  const started = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CDXGEN_TIMEOUT_MS: '600000' },
  });
  let output = '';
  let peak = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const watch = setInterval(() => {
    readFile(`/proc/${child.pid}/status`, 'utf8').then(
      (status) => {
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
      },
      () => undefined,
    );
  }, 20);
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', () => {
      clearInterval(watch);
      done({ seconds: (performance.now() - started) / 1_000, peakMb: Math.round(peak / 1_024), output });
    });
  });
}

async function bundle(directory: string): Promise<string> {
  const require = createRequire(join(process.cwd(), 'packages/scan/src/index.ts'));
  const banner = {
    js: "import { createRequire as _cr } from 'node:module'; const require = _cr(import.meta.url);",
  };
  const common = {
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minify: true,
    banner,
  } as const;
  await build({
    ...common,
    entryPoints: ['packages/scan/src/worker.ts'],
    outfile: join(directory, 'scan-worker.mjs'),
  });
  await build({
    ...common,
    entryPoints: ['packages/scan/src/index.ts'],
    outfile: join(directory, 'scan.mjs'),
  });
  await copyFile(
    require.resolve('web-tree-sitter/web-tree-sitter.wasm'),
    join(directory, 'web-tree-sitter.wasm'),
  );
  const grammars = join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm');
  for (const name of ['python', 'javascript', 'typescript', 'tsx']) {
    await copyFile(join(grammars, `tree-sitter-${name}.wasm`), join(directory, `tree-sitter-${name}.wasm`));
  }
  const main = join(directory, 'main.mjs');
  await writeFile(
    main,
    `import { scan, directoryResolver } from './scan.mjs';
import { fileURLToPath } from 'node:url';
const result = await scan(directoryResolver(process.argv[2]), { cacheDir: process.argv[3], wasmDir: fileURLToPath(new URL('.', import.meta.url)) });
console.log(JSON.stringify({ ...result.stats, assets: result.assets.length, findings: result.findings.length, unknowns: result.unknowns.length, scanners: undefined }));\n`,
  );
  return main;
}

const directory = await mkdtemp(join(tmpdir(), 'custos-bench-'));
try {
  await mkdir(join(directory, 'cache'));
  const main = await bundle(directory);
  const first = await measure(process.execPath, [main, tree, join(directory, 'cache')]);
  const second = await measure(process.execPath, [main, tree, join(directory, 'cache')]);
  const peer = await measure(cdxgen, ['-t', 'ai', '-o', join(directory, 'bom.json'), tree]);
  const components = await readFile(join(directory, 'bom.json'), 'utf8').then(
    (text) => (/"bomFormat"/.test(text) ? (text.match(/"bom-ref"/g)?.length ?? 0) : 0),
    () => 0,
  );
  process.stdout.write(
    `scan           ${first.seconds.toFixed(2)} s  ${first.peakMb} MB  ${first.output.trim()}\n`,
  );
  process.stdout.write(
    `scan again     ${second.seconds.toFixed(2)} s  ${second.peakMb} MB  ${second.output.trim()}\n`,
  );
  process.stdout.write(
    `cdxgen -t ai   ${peer.seconds.toFixed(2)} s  ${peer.peakMb} MB  ${components} references\n`,
  );
  process.stdout.write(
    `scan / cdxgen  ${(first.seconds / peer.seconds).toFixed(3)}   first / second ${(first.seconds / second.seconds).toFixed(1)}\n`,
  );
} finally {
  await rm(directory, { recursive: true, force: true });
}
