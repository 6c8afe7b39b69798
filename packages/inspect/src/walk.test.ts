/** Whatever a walk passes over is told; nothing that lies in a folder ends it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inspectPaths } from './inspect-paths.ts';
import { evilPickle } from './testing/pickle.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'custos-walk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function reasons(): Promise<Record<string, string>> {
  const { files } = await inspectPaths([folder]);
  return Object.fromEntries(
    files.map((file) => {
      expect(file.verdict).toBe('not_inspected');
      return [file.path.slice(folder.length + 1), file.coverage.skipped[0]?.why ?? ''];
    }),
  );
}

test('pipes and sockets are not inspected, and not read', async () => {
  execFileSync('mkfifo', [join(folder, 'model.pkl')]);
  const server = createServer().listen(join(folder, 'socket'));
  try {
    expect(await reasons()).toEqual({ 'model.pkl': 'is a pipe, no file', socket: 'is a socket, no file' });
  } finally {
    server.close();
  }
});

test('links to nothing, to themselves, to devices and to folders elsewhere are not inspected', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'custos-elsewhere-'));
  writeFileSync(join(elsewhere, 'model.pkl'), evilPickle());
  symlinkSync(join(folder, 'gone'), join(folder, 'dangling'));
  symlinkSync('itself', join(folder, 'itself'));
  symlinkSync('/dev/null', join(folder, 'null'));
  symlinkSync(elsewhere, join(folder, 'linked'));
  try {
    expect(await reasons()).toEqual({
      dangling: 'is a link to nothing',
      itself: expect.stringContaining('ELOOP'),
      null: 'is a device, no file',
      linked: expect.stringContaining('is a link to a folder'),
    });
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

test('a link to a folder that is walked anyway needs no word; one into a folder that is not entered does', async () => {
  mkdirSync(join(folder, 'run'));
  mkdirSync(join(folder, 'node_modules', 'models'), { recursive: true });
  symlinkSync('run', join(folder, 'latest'));
  symlinkSync(join('node_modules', 'models'), join(folder, 'models'));
  expect(Object.keys(await reasons())).toEqual(['models']);
});

test('a folder that can not be read is not inspected', async () => {
  // Deeper than a path can say: closed to everybody, also to the administrator, to whom no mode is.
  const half = Array.from({ length: 10 }, () => 'd'.repeat(250)).join('/');
  for (const top of ['a', 'b']) mkdirSync(join(folder, top, half), { recursive: true });
  renameSync(join(folder, 'b'), join(folder, 'a', half, 'b'));
  try {
    const [[path, why] = []] = Object.entries(await reasons());
    expect(path).toMatch(/^a\/(d{250}\/){10}b\//);
    expect(why).toContain('ENAMETOOLONG');
  } finally {
    execFileSync('rm', ['-rf', folder]);
  }
});

test('folders of tools are counted', async () => {
  for (const name of ['.git', 'a/node_modules']) mkdirSync(join(folder, name), { recursive: true });
  const { files, notEntered } = await inspectPaths([folder]);
  expect(files).toEqual([]);
  expect(notEntered).toEqual([join(folder, '.git'), join(folder, 'a/node_modules')]);
});

test('a named link to itself is an error that says so', async () => {
  symlinkSync('itself', join(folder, 'itself'));
  await expect(inspectPaths([join(folder, 'itself')])).rejects.toMatchObject({ code: 'INPUT_PATH' });
});

test('a file that has two names is reported under each that was named', async () => {
  writeFileSync(join(folder, 'a.pkl'), evilPickle());
  symlinkSync('a.pkl', join(folder, 'b.pkl'));
  const named = await inspectPaths([join(folder, 'a.pkl'), join(folder, 'b.pkl')]);
  expect(named.files.map((file) => file.verdict)).toEqual(['unsafe', 'unsafe']);
  expect((await inspectPaths([folder])).files).toHaveLength(1);
});
