import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { LookTask } from './look.ts';
import { LookPool } from './pool.ts';

/** A worker that dies of one file, never ends with another, and answers for every other with its path. */
const WORKER = `import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ tasks }) => {
  for (const { file } of tasks) if (file.path === 'deadly.py') process.exit(3);
  for (const { file } of tasks) if (file.path === 'endless.py') for (;;);
  parentPort.postMessage(tasks.map(({ file }) => ({ content: '', bytes: 1, result: file.path })));
});
`;

function task(path: string): LookTask {
  return { file: { path, size: 1, mtimeMs: 0, ctimeMs: 0, inode: 0 }, wanted: 1 };
}

let pool: LookPool | undefined;
afterEach(() => pool?.close());

describe('the pool', () => {
  it('loses the file that ends its thread, and no other', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'custos-pool-')), 'worker.mjs');
    writeFileSync(file, WORKER);
    pool = new LookPool({ workerUrl: pathToFileURL(file) });
    const paths = ['a.py', 'deadly.py', 'b.py', 'c.py'];
    const [first, second] = await Promise.all([
      pool.run({ root: '', kind: 0, tasks: paths.map(task) }),
      pool.run({ root: '', kind: 1, tasks: [task('d.ts')] }),
    ]);
    expect(first.map((one) => one.result)).toEqual([
      'a.py',
      expect.stringContaining('parse-failed'),
      'b.py',
      'c.py',
    ]);
    expect(first[1]?.passing).toBe(true);
    expect(second.map((one) => one.result)).toEqual(['d.ts']);
  });

  it('does not wait for a file that never ends', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'custos-pool-')), 'worker.mjs');
    writeFileSync(file, WORKER);
    pool = new LookPool({ workerUrl: pathToFileURL(file), timeLimit: 1_500 });
    const answers = await pool.run({ root: '', kind: 0, tasks: ['a.py', 'endless.py'].map(task) });
    expect(answers.map((one) => one.result)).toEqual(['a.py', expect.stringContaining('parse-timeout')]);
  });

  it('says when there is no worker file', () => {
    expect(new LookPool({ workerUrl: new URL('file:///nowhere/worker.mjs') }).available).toBe(false);
  });
});
