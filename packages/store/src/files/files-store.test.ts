/** What only files can suffer: half-written ends, full disks, edits in an editor. */
import {
  appendFileSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { act, collect, key, observation, observations, tickingClock } from '../testing.fixture.ts';
import { openFiles } from './files-store.ts';
import { type FilesIo, nodeIo } from './io.ts';
import { tilePath } from './tiles.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'custos-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (io?: FilesIo) =>
  openFiles({
    dir,
    signer: key.signer,
    clock: tickingClock(),
    organisation: 'o',
    ...(io === undefined ? {} : { io }),
  });
const segment = () => join(dir, 'entries', '000000000000.jsonl');

/** The file system, until the given call from now on of one kind finds the disk full (a write after half of its bytes). */
function faulty(failing: 'write' | 'sync' | 'rename'): { io: FilesIo; at(call: number): void } {
  let left = Number.POSITIVE_INFINITY;
  const refuses = (kind: typeof failing) => kind === failing && --left <= 0;
  const full = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  return {
    at: (call) => {
      left = call;
    },
    io: {
      ...nodeIo,
      write: (fd, bytes, position) => {
        if (!refuses('write')) return nodeIo.write(fd, bytes, position);
        nodeIo.write(fd, bytes.subarray(0, Math.ceil(bytes.length / 2)), position);
        throw full();
      },
      sync: async (fd) => {
        if (refuses('sync')) throw full();
        await nodeIo.sync(fd);
      },
      rename: (from, to) => {
        if (refuses('rename')) throw full();
        nodeIo.rename(from, to);
      },
    },
  };
}

async function filled(count: number): Promise<void> {
  const store = await open();
  await store.record(await observations(count));
  await store.close();
}

describe('the files store', () => {
  it('writes lines in which the statement can be read beside its signature', async () => {
    await filled(1);
    const line: unknown = JSON.parse(readFileSync(segment(), 'utf8'));
    expect(line).toMatchObject({
      kind: 'observation',
      index: 0,
      statement: { predicate: { content: { n: 0 } } },
      signatures: [{}],
    });
    expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toContain('lock');
  });

  it('sets a half-written last line aside and keeps what was acknowledged', async () => {
    await filled(3);
    appendFileSync(segment(), '{"at":"2026-01-01T00:00:00Z","id":"sha2');
    const store = await open();
    expect(store.recovery).toMatchObject({ entries: 0, bytes: 39 });
    expect(readFileSync(store.recovery?.keptIn ?? '', 'utf8')).toContain('"sha2');
    expect((await store.record([act(1)]))[0]?.index).toBe(3);
    await store.close();
    const again = await open();
    expect(again.recovery).toBeUndefined();
    expect((await collect(again.query())).length).toBe(4);
    await again.close();
  });

  it('sets complete lines aside that no checkpoint covers', async () => {
    await filled(2);
    const checkpoint = readFileSync(join(dir, 'checkpoint'));
    const store = await open();
    await store.record([act(1)]);
    await store.close();
    writeFileSync(join(dir, 'checkpoint'), checkpoint);
    const again = await open();
    expect(again.recovery).toMatchObject({ entries: 1 });
    expect((await again.ledger.checkpoint()).size).toBe(2);
    await again.close();
  });

  it('says where acknowledged entries were cut off or altered', async () => {
    await filled(3);
    const whole = readFileSync(segment(), 'utf8');
    writeFileSync(segment(), whole.split('\n').slice(0, 2).join('\n').concat('\n'));
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringContaining('covers 3 entries, but only 2'),
    });
    writeFileSync(segment(), whole.replace('"n":1', '"n":9'));
    const store = await open();
    await expect(collect(store.query())).rejects.toMatchObject({
      code: 'STORE_TAMPERED',
      message: expect.stringContaining('000000000000.jsonl:2'),
    });
    await store.close();
    writeFileSync(segment(), whole.replace('00:00:00.000Z","id"', '00:00:09.000Z","id"'));
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_TAMPERED',
      message: expect.stringContaining('000000000000.jsonl:1'),
    });
  });

  for (const [failing, calls] of [
    ['write', 2],
    ['sync', 2],
    ['rename', 1],
  ] as const) {
    for (let call = 1; call <= calls; call++) {
      it(`leaves the previous state when ${failing} number ${call} finds the disk full`, async () => {
        await filled(2);
        const fault = faulty(failing);
        const store = await open(fault.io);
        const before = await store.ledger.checkpoint();
        fault.at(call);
        await expect(store.record([await observation(7)])).rejects.toMatchObject({ code: 'STORE_FULL' });
        expect(await store.ledger.checkpoint()).toEqual(before);
        expect((await collect(store.query())).length).toBe(2);
        fault.at(Number.POSITIVE_INFINITY);
        expect((await store.record([await observation(8)]))[0]?.index).toBe(2);
        await store.close();
        const again = await open();
        expect(again.recovery).toBeUndefined();
        expect((await again.ledger.checkpoint()).size).toBe(3);
        await again.close();
      });
    }
  }

  for (const [failing, calls] of [
    ['write', 3],
    ['sync', 4],
    ['rename', 2],
  ] as const) {
    for (let call = 1; call <= calls; call++) {
      it(`a state whose ${failing} number ${call} was refused never stands before one that was acknowledged`, async () => {
        const who = { type: 'assessed', actor: 'cli', detail: null };
        const fault = faulty(failing);
        const store = await open(fault.io);
        await store.setState('k', 'kept', who);
        fault.at(call);
        await expect(store.setState('k', 'refused', who)).rejects.toMatchObject({ code: 'STORE_FULL' });
        fault.at(Number.POSITIVE_INFINITY);
        await store.record([act(1)]);
        expect(await store.state('k')).toBe('kept');
        await store.close();
        const again = await open();
        expect(await collect(again.states())).toEqual([{ key: 'k', value: 'kept', index: 0 }]);
        await again.setState('k', 'later', who);
        expect(await again.state('k')).toBe('later');
        expect(readdirSync(join(dir, 'states'))).toEqual(['k.2.json']);
        await again.close();
      });
    }
  }

  it('does not claim that nothing was recorded when only the last sync was refused', async () => {
    const fault = faulty('sync');
    await filled(2);
    const store = await open(fault.io);
    fault.at(3);
    await expect(store.record([act(1)])).rejects.toMatchObject({
      code: 'STORE_WRITE',
      message: expect.stringMatching(/not certain.*open/s),
    });
    fault.at(Number.POSITIVE_INFINITY);
    await expect(store.record([act(1)])).rejects.toMatchObject({
      message: expect.stringContaining('Close the store and open it again'),
    });
    await store.close();
    const again = await open();
    expect((await again.ledger.checkpoint()).size).toBe(3);
    await again.close();
  });

  it.each([
    ['another value', (text: string) => text.replace('"two"', '"six"'), 'STATE_UNWITNESSED'],
    [
      'the content of an older one',
      () => `${JSON.stringify({ index: 0, key: 'k', value: 'one' })}\n`,
      'STORE_TAMPERED',
    ],
    ['no JSON', () => '{', 'STORE_TAMPERED'],
  ])('refuses a state into which somebody put %s', async (_name, edit, code) => {
    const who = { type: 'assessed', actor: 'cli', detail: null };
    const store = await open();
    await store.setState('k', 'one', who);
    await store.setState('k', 'two', who);
    const file = join(dir, 'states', 'k.1.json');
    writeFileSync(file, edit(readFileSync(file, 'utf8')));
    await expect(store.state('k')).rejects.toMatchObject({ code });
    await store.close();
  });

  it('syncs the name of the first segment also when its first write was refused', async () => {
    const fault = faulty('write');
    const folders: string[] = [];
    const entries = () => statSync(join(dir, 'entries')).ino;
    const store = await open({
      ...fault.io,
      sync: async (fd) => {
        if (fstatSync(fd).ino === entries()) folders.push('entries');
        await nodeIo.sync(fd);
      },
    });
    fault.at(1);
    await expect(store.record([act(1)])).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect(folders).toEqual([]);
    fault.at(Number.POSITIVE_INFINITY);
    await store.record([act(1)]);
    expect(folders).toEqual(['entries']);
    await store.record([act(2)]);
    expect(folders).toEqual(['entries']);
    await store.close();
  });

  it('keeps tiles as tlog-tiles names them and mends missing ones', async () => {
    expect(tilePath(0, 1234067)).toBe(join('tile', '0', 'x001', 'x234', '067'));
    await filled(600);
    expect(readdirSync(join(dir, 'tile', '0')).sort()).toEqual(['000', '001', '002.p']);
    expect(readdirSync(join(dir, 'tile', '0', '002.p'))).toEqual(['88']);
    rmSync(join(dir, 'tile'), { recursive: true });
    await (await open()).close();
    expect(existsSync(join(dir, 'tile', '1', '000.p', '2'))).toBe(true);
  });

  it('refuses the directory of another organisation', async () => {
    await filled(1);
    await expect(
      openFiles({ dir, signer: key.signer, clock: tickingClock(), organisation: 'p' }),
    ).rejects.toMatchObject({ code: 'STORE_OTHER_OWNER' });
  });
});
