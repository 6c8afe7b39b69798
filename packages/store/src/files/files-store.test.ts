/** What only files can suffer: half-written ends, full disks, edits in an editor. */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
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

  for (const failing of ['write', 'sync', 'rename'] as const) {
    for (const call of [1, 2]) {
      it(`leaves the previous state when ${failing} number ${call} finds the disk full`, async () => {
        await filled(2);
        let left = Number.POSITIVE_INFINITY;
        const full = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        const io: FilesIo = {
          ...nodeIo,
          write: (fd, bytes, position) => {
            if (failing !== 'write' || --left > 0) return nodeIo.write(fd, bytes, position);
            nodeIo.write(fd, bytes.subarray(0, Math.ceil(bytes.length / 2)), position);
            throw full();
          },
          sync: async (fd) => {
            if (failing === 'sync' && --left <= 0) throw full();
            await nodeIo.sync(fd);
          },
          rename: (from, to) => {
            if (failing === 'rename' && --left <= (call === 1 ? 0 : 1)) throw full();
            nodeIo.rename(from, to);
          },
        };
        const store = await open(io);
        const before = await store.ledger.checkpoint();
        left = call;
        await expect(store.record([await observation(7)])).rejects.toMatchObject({ code: 'STORE_FULL' });
        expect(await store.ledger.checkpoint()).toEqual(before);
        expect((await collect(store.query())).length).toBe(2);
        left = Number.POSITIVE_INFINITY;
        expect((await store.record([await observation(8)]))[0]?.index).toBe(2);
        await store.close();
        const again = await open();
        expect(again.recovery).toBeUndefined();
        expect((await again.ledger.checkpoint()).size).toBe(3);
        await again.close();
      });
    }
  }

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
