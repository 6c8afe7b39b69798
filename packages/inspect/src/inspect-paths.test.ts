import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspectPaths } from './inspect-paths.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { tarOf } from './testing/archives.ts';
import { evilPickle, pickle } from './testing/pickle.ts';
import { zipOf } from './testing/zip.ts';

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

test('Git LFS pointers stand for models that are not here', async () => {
  const lfs = join(folder, 'lfs');
  mkdirSync(lfs);
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 123456\n`;
  writeFileSync(join(lfs, 'a.safetensors'), pointer);
  writeFileSync(join(lfs, 'b.json'), pointer.replaceAll('\n', '\r\n'));
  writeFileSync(join(lfs, 'c.zip'), zipOf([{ name: 'model.bin', content: Buffer.from(pointer) }]));
  writeFileSync(join(lfs, 'd.onnx'), `/annex/objects/SHA256E-s1--${'a'.repeat(64)}.onnx\n`);
  const { files, ignored } = await inspectPaths([lfs]);
  expect(ignored).toBe(0);
  expect(files.map((file) => [file.verdict, file.coverage.skipped[0]?.why])).toEqual([
    ...Array.from({ length: 3 }, () => [
      'not_inspected',
      'LFS pointer: the model is not here; run git lfs pull',
    ]),
    ['not_inspected', 'git-annex pointer: the model is not here; run git annex get'],
  ]);
  rmSync(lfs, { recursive: true });
});

test('JSON that was read whole and is of no model is counted; JSON that breaks off is told', async () => {
  const json = join(folder, 'json');
  mkdirSync(json);
  writeFileSync(join(json, 'package.json'), '{"name": "x"}');
  writeFileSync(join(json, 'cut.json'), '{"name": "x"');
  const { files, ignored } = await inspectPaths([json]);
  expect([ignored, files.map((file) => file.path)]).toEqual([1, [join(json, 'cut.json')]]);
  rmSync(json, { recursive: true });
});

test('text under the name of a model is reported', async () => {
  const named = join(folder, 'named');
  mkdirSync(named);
  writeFileSync(join(named, 'model.safetensors'), '<html>Not found</html>');
  const { files } = await inspectPaths([named]);
  expect(files.map((file) => file.verdict)).toEqual(['not_inspected']);
  rmSync(named, { recursive: true });
});

test('what begins as text and goes on as something else is not inspected, alone and in archives', async () => {
  const mixed = join(folder, 'mixed');
  mkdirSync(mixed);
  const head = Buffer.from('word '.repeat(14_000));
  const tail = Buffer.concat([head, Buffer.from([0, 1, 2, 0xff]), evilPickle()]);
  const latin = Buffer.concat([head, Buffer.from('caf\xe9', 'latin1')]);
  const picture = Buffer.concat([Buffer.from('GIF89a'), evilPickle()]);
  for (const [name, content] of Object.entries({ tail, latin, picture })) {
    writeFileSync(join(mixed, name), content);
    writeFileSync(join(mixed, `${name}.zip`), zipOf([{ name: 'notes', content }]));
    writeFileSync(join(mixed, `${name}.tar`), tarOf([{ name: 'notes', content }]));
  }
  const { files, ignored } = await inspectPaths([mixed]);
  expect(ignored).toBe(0);
  expect(files).toHaveLength(9);
  for (const { path, verdict } of files) expect([path, verdict]).not.toEqual([path, 'clean']);
  rmSync(mixed, { recursive: true });
});

test('a character that two readings cut in two is text', async () => {
  const { files } = await inspectPaths([join(folder, 'models')]);
  expect(files).toHaveLength(2);
  const text = join(folder, 'text');
  mkdirSync(text);
  writeFileSync(join(text, 'notes'), `a${'é'.repeat(2 ** 20)}`);
  writeFileSync(join(text, 'cut'), Buffer.from(`a${'é'.repeat(2 ** 20)}`).subarray(0, -1));
  const result = await inspectPaths([text]);
  expect([result.ignored, result.files.map((file) => file.path)]).toEqual([1, [join(text, 'cut')]]);
  rmSync(text, { recursive: true });
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
