/**
 * Wall time and peak memory of our scan against `cdxgen -t ai` on the same tree in one run, and of a second scan with a
 * cache. Both run as processes of their own; ours from an esbuild bundle, as the CLI ships it. cdxgen opens no connection
 * with `-t ai`, so it waits for nothing but the processor. On a machine that does other work as well, compare the
 * processor time.
 *
 *   npx tsx bench/scan-vs-cdxgen.ts TREE CDXGEN_BINARY
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const [tree, cdxgen] = process.argv.slice(2);
if (tree === undefined || cdxgen === undefined) {
  process.stderr.write('usage: scan-vs-cdxgen TREE CDXGEN_BINARY\n');
  process.exit(2);
}

/** Of a second, in which Linux counts processor time. */
const TICKS = 100;

interface Measured {
  seconds: number;
  /** User and system time of the process and its threads, as /proc tells it shortly before the end. */
  processor: number;
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
  let processor = 0;
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
    readFile(`/proc/${child.pid}/stat`, 'utf8').then(
      (stat) => {
        const [user = 0, system = 0] = stat
          .slice(stat.lastIndexOf(')') + 2)
          .split(' ')
          .slice(11, 13)
          .map(Number);
        processor = Math.max(processor, (user + system) / TICKS);
      },
      () => undefined,
    );
  }, 20);
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', () => {
      clearInterval(watch);
      done({
        seconds: (performance.now() - started) / 1_000,
        processor,
        peakMb: Math.round(peak / 1_024),
        output,
      });
    });
  });
}

async function bundle(directory: string): Promise<string> {
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
  const main = join(directory, 'main.mjs');
  await writeFile(
    main,
    `import { setFlagsFromString } from 'node:v8';
setFlagsFromString('--interrupt-budget=3000000');
setFlagsFromString('--no-regexp-tier-up');
const { scan, directoryResolver } = await import('./scan.mjs');
const result = await scan(directoryResolver(process.argv[2]), { cacheDir: process.argv[3] });
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
    `scan           ${first.seconds.toFixed(2)} s  ${first.processor.toFixed(2)} s processor  ${first.peakMb} MB  ${first.output.trim()}\n`,
  );
  process.stdout.write(
    `scan again     ${second.seconds.toFixed(2)} s  ${second.processor.toFixed(2)} s processor  ${second.peakMb} MB  ${second.output.trim()}\n`,
  );
  process.stdout.write(
    `cdxgen -t ai   ${peer.seconds.toFixed(2)} s  ${peer.processor.toFixed(2)} s processor  ${peer.peakMb} MB  ${components} references\n`,
  );
  process.stdout.write(
    `scan / cdxgen  ${(first.seconds / peer.seconds).toFixed(3)}   in processor time ${(first.processor / peer.processor).toFixed(3)}   first / second ${(first.seconds / second.seconds).toFixed(1)}\n`,
  );
} finally {
  await rm(directory, { recursive: true, force: true });
}
