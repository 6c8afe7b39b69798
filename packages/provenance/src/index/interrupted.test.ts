/** What a build leaves that did not end: nothing that counts. */
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { addRecords, aSource, folder } from '../testing/build.fixture.ts';
import { IndexBuilder } from './builder.ts';
import { IndexReader } from './index-reader.ts';
import { verifyIndex } from './verify.ts';

const require = createRequire(import.meta.url);
// One process, so that killing it kills the build.
const tsx = pathToFileURL(require.resolve('tsx')).href;
const program = fileURLToPath(new URL('../testing/build-program.ts', import.meta.url));

const one = [{ url: 'https://example.com/kept', time: 1, digest: 1, source: 0 }];

function count(dir: string): number {
  const index = new IndexReader(dir);
  try {
    return [...index.records({})].flat().length;
  } finally {
    index.close();
  }
}

it('leaves the last good index when it is killed, and the next build cleans up', async () => {
  const dir = folder();
  await addRecords(dir, one);
  const child = spawn(process.execPath, ['--import', tsx, program, dir, '3000000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((sorted) => child.stdout.once('data', () => sorted()));
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await ended;
  expect(readdirSync(dir)).toEqual(expect.arrayContaining(['build.part', 'lock']));
  expect(count(dir)).toBe(1);
  await addRecords(dir, [{ url: 'https://example.com/new', time: 1, digest: 2, source: 0 }]);
  expect(count(dir)).toBe(2);
  expect(readdirSync(dir).filter((name) => name.endsWith('.part') || name === 'lock')).toEqual([]);
});

it('leaves the last good index when there is no room, and says so', async () => {
  const dir = folder();
  await addRecords(dir, one);
  // A limit to the size of files is met like a full disk.
  const done = spawnSync(
    'sh',
    ['-c', `ulimit -f 512; exec "$0" "$@"`, process.execPath, '--import', tsx, program, dir, '200000'],
    { encoding: 'utf8' },
  );
  expect(done.stderr).toMatch(/DISK_FULL CustosError: There is no room left at .*; the index is as it was/);
  expect(count(dir)).toBe(1);
  expect((await verifyIndex(dir)).problems).toEqual([]);
  expect(readdirSync(dir).filter((name) => name.endsWith('.part') || name === 'lock')).toEqual([]);
}, 30_000);

it('touches no file that is not its own', async () => {
  const dir = folder();
  for (const name of ['film.part', 'other.seg', 'notes.txt']) writeFileSync(join(dir, name), 'x');
  await addRecords(dir, one);
  expect(readdirSync(dir)).toEqual(expect.arrayContaining(['film.part', 'other.seg', 'notes.txt']));
});

it('has one writer at a time', async () => {
  const dir = folder();
  const first = new IndexBuilder(dir);
  expect(() => new IndexBuilder(dir)).toThrow(expect.objectContaining({ code: 'INDEX_LOCKED' }));
  await first.abort();
  expect(existsSync(join(dir, 'lock'))).toBe(false);
  writeFileSync(join(dir, 'lock'), `1 another-host.${hostname()}\n`);
  expect(() => new IndexBuilder(dir)).toThrow(/by process 1 on another-host/);
});

it('adds nothing when it is given up', async () => {
  const dir = folder();
  await addRecords(dir, one);
  const builder = new IndexBuilder(dir, { runBytes: 10_000 });
  const source = builder.addSource(aSource());
  for (let i = 0; i < 5000; i++) {
    if (builder.full) await builder.drain();
    builder.add(`https://example.org/${i}`, 1, 1, source);
  }
  await builder.abort();
  expect(count(dir)).toBe(1);
});

const names = (dir: string) => readdirSync(dir).sort();

it('refuses a folder whose manifest is missing, and deletes nothing in it', async () => {
  const dir = folder();
  await addRecords(dir, one);
  copyFileSync(join(dir, 'manifest.json'), join(dir, 'kept.json'));
  rmSync(join(dir, 'manifest.json'));
  const before = names(dir);
  const damaged = expect.objectContaining({
    code: 'INDEX_DAMAGED',
    message: expect.stringMatching(/no manifest\.json.*Restore manifest\.json.*another folder \(--index\)/s),
  });
  expect(() => new IndexBuilder(dir)).toThrow(damaged);
  expect(() => new IndexReader(dir)).toThrow(damaged);
  await expect(verifyIndex(dir)).rejects.toThrow(damaged);
  expect(names(dir)).toEqual(before);
  copyFileSync(join(dir, 'kept.json'), join(dir, 'manifest.json'));
  expect(count(dir)).toBe(1);
});

it('keeps segments that it did not make, and verification names them', async () => {
  const dir = folder();
  await addRecords(dir, one);
  const older = readFileSync(join(dir, 'manifest.json'));
  await addRecords(dir, [{ url: 'https://example.com/new', time: 1, digest: 2, source: 0 }]);
  const segments = names(dir).filter((name) => name.endsWith('.seg'));
  // A manifest from a backup knows nothing of the later import.
  writeFileSync(join(dir, 'manifest.json'), older);
  await addRecords(dir, [{ url: 'https://example.com/other', time: 1, digest: 3, source: 0 }]);
  expect(names(dir)).toEqual(expect.arrayContaining(segments));
  expect((await verifyIndex(dir)).problems).toEqual([expect.stringMatching(/\.seg: no manifest names it/)]);
});

it('a folder in which nothing was ever finished is no index', async () => {
  const dir = folder();
  await new IndexBuilder(dir).abort();
  expect(() => new IndexReader(dir)).toThrow(expect.objectContaining({ code: 'NO_INDEX' }));
  await addRecords(dir, one);
  expect(count(dir)).toBe(1);
  const foreign = folder();
  mkdirSync(join(foreign, 'build.part'));
  expect(() => new IndexBuilder(foreign)).toThrow(expect.objectContaining({ code: 'INDEX_DAMAGED' }));
  expect(names(foreign)).toEqual(['build.part']);
});

it('changes nothing when what goes with it is refused', async () => {
  const dir = folder();
  await addRecords(dir, one);
  const before = names(dir);
  const builder = new IndexBuilder(dir);
  builder.add('https://example.com/new', 1, 2, builder.addSource(aSource()));
  await expect(
    builder.finish(async ({ sources }) => {
      expect(sources).toHaveLength(2);
      expect(count(dir)).toBe(1);
      throw new Error('refused');
    }),
  ).rejects.toThrow('refused');
  expect(names(dir)).toEqual(before);
  expect(count(dir)).toBe(1);
});

it('takes over a lock that a killed process left, also before it had written its name', async () => {
  const dir = folder();
  await addRecords(dir, one);
  const lock = join(dir, 'lock');
  // Processes in containers have the same few numbers again and again.
  writeFileSync(lock, `${process.pid} ${hostname()}\n`);
  await addRecords(dir, one);
  writeFileSync(lock, '');
  expect(() => new IndexBuilder(dir)).toThrow(expect.objectContaining({ code: 'INDEX_LOCKED' }));
  const past = new Date(Date.now() - 60_000);
  utimesSync(lock, past, past);
  await addRecords(dir, one);
  expect(existsSync(lock)).toBe(false);
});

it('leaves the last good index when it is killed with everything merged and nothing replaced', async () => {
  const dir = folder();
  await addRecords(dir, one);
  const before = names(dir);
  const done = spawnSync(process.execPath, ['--import', tsx, program, dir, '5000', 'die']);
  expect(done.signal).toBe('SIGKILL');
  expect(names(dir)).toEqual(expect.arrayContaining([...before, 'build.part', 'lock', 'manifest.json.part']));
  expect(names(dir).filter((name) => name.endsWith('.seg')).length).toBeGreaterThan(1);
  expect(count(dir)).toBe(1);
  expect((await verifyIndex(dir)).problems).toEqual([]);
  // What it made is its own until a manifest is lost: then nothing is removed.
  copyFileSync(join(dir, 'manifest.json'), join(dir, 'kept.json'));
  rmSync(join(dir, 'manifest.json'));
  const left = names(dir);
  expect(() => new IndexBuilder(dir)).toThrow(expect.objectContaining({ code: 'INDEX_DAMAGED' }));
  expect(names(dir)).toEqual(left.filter((name) => name !== 'lock'));
  copyFileSync(join(dir, 'kept.json'), join(dir, 'manifest.json'));
  rmSync(join(dir, 'kept.json'));
  await new IndexBuilder(dir).abort();
  expect(names(dir)).toEqual(before);
  expect(count(dir)).toBe(1);
});
