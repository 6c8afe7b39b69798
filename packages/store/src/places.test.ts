/** Places that a store can't use: files it may not read, disks that are really full. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type StoreOptions } from './open.ts';
import { act, collect, key, observation, observations, reportOf, tickingClock } from './testing.fixture.ts';

const NOBODY = 65_534;
const OPEN = new URL('./open.ts', import.meta.url).href;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'custos-'));
  chmodSync(root, 0o755);
  mkdirSync(join(root, 'tmp'));
  chmodSync(join(root, 'tmp'), 0o777);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const options = (dir: string) => ({
  kind: 'files' as const,
  dir,
  signer: key.signer,
  clock: tickingClock(),
  organisation: 'o',
});

/** Opens the store in a process that is not root, which may read everything; what it says of the error. */
function openAsNobody(dir: string): string {
  const script = `import(${JSON.stringify(OPEN)}).then(async ({ openStore }) => {
    try {
      const signer = { keyId: 'sha256:' + '0'.repeat(64), publicKey: ${JSON.stringify(key.signer.publicKey)}, sign: () => new Uint8Array(64) };
      await openStore({ kind: 'files', dir: ${JSON.stringify(dir)}, signer, clock: { now: () => '2026-01-01T00:00:00Z' }, organisation: 'o' });
      console.log('opened');
    } catch (error) { console.log(error.code + ': ' + error.message); }
  });`;
  const done = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
    ...(process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, TMPDIR: join(root, 'tmp') },
    timeout: 30_000,
  });
  return done.stdout + done.stderr;
}

describe.skipIf(process.platform === 'win32')('files that may not be read', () => {
  it.each(['store.json', 'checkpoint', 'entries/000000000000.jsonl'])(
    '%s: STORE_UNREADABLE names it, and nothing is changed',
    async (name) => {
      const dir = join(root, 'store');
      const store = await openStore(options(dir));
      await store.record(await observations(3));
      await store.close();
      for (const path of ['', 'entries', 'states', 'tile']) chmodSync(join(dir, path), 0o777);
      chmodSync(join(dir, name), 0o000);
      const said = openAsNobody(dir);
      expect(said).toContain('STORE_UNREADABLE: ');
      expect(said).toContain(`${join(dir, name)} can't be read or written (EACCES)`);
      chmodSync(join(dir, name), 0o644);
      const again = await openStore(options(dir));
      expect(await reportOf(again.export())).toMatchObject({ ok: true, size: 3 });
      await again.close();
    },
  );
});

/** A small disk of its own; undefined where this process may not mount. */
function smallDisk(size: string): string | undefined {
  const dir = join(root, 'disk');
  mkdirSync(dir);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir]);
  return mounted.status === 0 ? dir : undefined;
}

/** Opening needs some room, for its lock at least; where it is missing it says so. */
async function openWhileFull(place: StoreOptions): Promise<void> {
  try {
    await (await openStore(place)).close();
  } catch (error) {
    expect(error).toMatchObject({ code: 'STORE_FULL' });
  }
}

describe.skipIf(process.platform !== 'linux')('a disk that is really full', () => {
  it('files: STORE_FULL, what was acknowledged stays, and with room it goes on', async (test) => {
    const disk = smallDisk('512k');
    if (disk === undefined) return test.skip('this process may not mount a disk');
    const ballast = join(disk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(128 << 10));
    try {
      const store = await openStore(options(join(disk, 'store')));
      let acknowledged = 0;
      let failure: unknown;
      while (failure === undefined && acknowledged < 5000) {
        try {
          acknowledged += (await store.record([await observation(acknowledged)])).length;
        } catch (error) {
          failure = error;
        }
      }
      expect(failure).toMatchObject({ code: 'STORE_FULL', message: expect.stringContaining('make room') });
      expect(acknowledged).toBeGreaterThan(20);
      expect((await collect(store.query())).length).toBe(acknowledged);
      await store.close();

      await openWhileFull(options(join(disk, 'store')));
      truncateSync(ballast, 0);
      const again = await openStore(options(join(disk, 'store')));
      expect(again.recovery).toBeUndefined();
      expect((await collect(again.query())).length).toBe(acknowledged);
      await again.record([act(1)]);
      expect(await reportOf(again.export())).toMatchObject({ ok: true, size: acknowledged + 1 });
      await again.close();
      expect(readdirSync(join(disk, 'store')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    } finally {
      spawnSync('umount', ['-l', disk]);
    }
  });

  it('PGlite: the same', async (test) => {
    const disk = smallDisk('80m');
    if (disk === undefined) return test.skip('this process may not mount a disk');
    const dir = join(disk, 'store');
    const place = { ...options(dir), kind: 'pglite' as const };
    const ballast = join(disk, 'ballast');
    try {
      const store = await openStore(place);
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize - (1 << 20)));
      let acknowledged = 0;
      const fill = async (): Promise<never> => {
        for (;;) acknowledged += (await store.record(await observations(200, acknowledged))).length;
      };
      await expect(fill()).rejects.toMatchObject({ code: 'STORE_FULL' });
      expect((await collect(store.query())).length).toBe(acknowledged);
      await store.close();
      await openWhileFull(place);
      truncateSync(ballast, 0);
      const again = await openStore(place);
      expect((await collect(again.query())).length).toBe(acknowledged);
      await again.record([act(1)]);
      expect(await reportOf(again.export())).toMatchObject({ ok: true, size: acknowledged + 1 });
      await again.close();
    } finally {
      spawnSync('umount', ['-l', disk]);
    }
  }, 60_000);
});
