import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { directoryResolver, type Resolver, scan } from './index.ts';
import { unknowns, writeTree } from './testing/tree.ts';

const MB = 1024 * 1024;
/** A worker that never ends with some files, and finds nothing in others. */
const WORKER = `import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ tasks }) => {
  for (const { file } of tasks) if (file.path.startsWith('endless')) for (;;);
  parentPort.postMessage(tasks.map(({ file }) => ({ content: '', bytes: file.size, result: '' })));
});
`;

function workerUrl(): URL {
  const file = join(mkdtempSync(join(tmpdir(), 'custos-worker-')), 'worker.mjs');
  writeFileSync(file, WORKER);
  return pathToFileURL(file);
}

describe('no file holds the scan up', () => {
  it('not the last few', async () => {
    const root = writeTree({ 'endless.py': 'x = 1\n', 'endless.ts': 'x;\n', 'a.py': 'x = 1\n' });
    const result = await scan(directoryResolver(root), { workerUrl: workerUrl(), timeLimit: 300 });
    expect(unknowns(result)).toEqual(['parse-timeout endless.py', 'parse-timeout endless.ts']);
    expect(result.unknowns[0]?.message).toContain('6 bytes');
  });

  it('not a large one', async () => {
    const root = writeTree({ 'endless.safetensors': '', 'a.safetensors': '' });
    for (const name of ['endless.safetensors', 'a.safetensors']) truncateSync(join(root, name), 40 * MB);
    const result = await scan(directoryResolver(root), { workerUrl: workerUrl(), timeLimit: 300 });
    expect(unknowns(result)).toEqual(['parse-timeout endless.safetensors']);
    expect(result.unknowns[0]?.message).toContain(`${40 * MB} bytes`);
    expect(result.stats.bytes).toBe(40 * MB);
  });

  it('not one that a slow tree gives piece by piece', async () => {
    const file = { path: 'slow.safetensors', size: 400 * MB, mtimeMs: 0, ctimeMs: 0, inode: 0 };
    const slow: Resolver = {
      identity: 'slow',
      async *entries() {
        yield { file };
      },
      read: (_file, _offset, length) =>
        new Promise((done) => setTimeout(() => done(Buffer.alloc(Math.min(length, 1024))), 20)),
      close: async () => {},
    };
    const result = await scan(slow, { workerUrl: workerUrl(), timeLimit: 200 });
    expect(unknowns(result)).toEqual(['parse-timeout slow.safetensors']);
    expect(result.unknowns[0]?.message).toContain(`${400 * MB} bytes`);
  });
});
