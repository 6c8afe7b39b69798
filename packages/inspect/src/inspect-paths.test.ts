import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspectPaths } from './inspect-paths.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { evilPickle, pickle } from './testing/pickle.ts';

let folder: string;
const good = pickle().emptyList().stop().done();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'custos-inspect-'));
  mkdirSync(join(folder, 'models'));
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(folder, 'models', 'b.pkl'), good);
  writeFileSync(join(folder, 'models', 'a.pkl'), evilPickle());
  writeFileSync(join(folder, 'models', 'readme.md'), '# A model\n');
  writeFileSync(join(folder, '.git', 'object'), evilPickle());
  symlinkSync(join(folder, 'models', 'b.pkl'), join(folder, 'models', 'c.pkl'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('folders are walked in order; text in them is no model, links lead to one file', async () => {
  const { files, ignored } = await inspectPaths([folder]);
  expect(files.map((file) => [file.path.slice(folder.length + 1), file.verdict])).toEqual([
    ['models/a.pkl', 'unsafe'],
    ['models/b.pkl', 'clean'],
  ]);
  expect(ignored).toBe(1);
});

test('what is named is reported, whatever it is', async () => {
  const { files } = await inspectPaths([join(folder, 'models', 'readme.md')]);
  expect(files[0]?.verdict).toBe('not_inspected');
  expect(files[0]?.coverage.skipped[0]?.why).toBe('not a model file: text');
});

test('a path that is not there is an error', async () => {
  await expect(inspectPaths([join(folder, 'no')])).rejects.toMatchObject({ code: 'INPUT_PATH' });
});

/** Threads that fail in the ways in which threads fail, for one file of three. */
test.each([
  ['ends', 'process.exit(1)', 'ended'],
  ['throws', "throw new Error('broken')", 'failed: broken'],
  ['hangs', 'for (;;);', 'took more than'],
])('a thread that %s loses its file only', async (_, fault, why) => {
  const big = join(folder, 'big');
  mkdirSync(big, { recursive: true });
  for (const name of ['1', '2', '3']) writeFileSync(join(big, `${name}.bin`), Buffer.alloc(4 * 2 ** 20, 1));
  const worker = join(folder, 'worker.mjs');
  writeFileSync(
    worker,
    `import { parentPort } from 'node:worker_threads';
     parentPort.on('message', (task) => {
       if (task.path.endsWith('2.bin')) { ${fault} }
       const coverage = { bytes: 1, total: 1, members: 1, of: 1, skipped: [] };
       parentPort.postMessage({ inspection: { path: task.path, format: 'x', size: 1, findings: [], coverage, verdict: 'clean' } });
     });`,
  );
  const { files } = await inspectPaths([big], {
    workerUrl: pathToFileURL(worker),
    // The grace that a thread has beyond this is part of the waiting.
    limits: { ...DEFAULT_LIMITS, milliseconds: -3_000 },
  });
  expect(files.map((file) => file.verdict)).toEqual(['clean', 'not_inspected', 'clean']);
  expect(files[1]?.coverage.skipped[0]?.why).toContain(why);
  rmSync(big, { recursive: true });
});
