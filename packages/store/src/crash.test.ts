/** The short form of bench/crash: three kills for each store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { crashRounds, writersAtOnce } from '../../../bench/crash/rounds.ts';
import { dropSchema, findServer } from './testing.fixture.ts';

const server = await findServer();
const root = mkdtempSync(join(tmpdir(), 'custos-'));
const schema = `custos_crash_test_${process.pid}`;
afterAll(async () => {
  rmSync(root, { recursive: true, force: true });
  if (server !== undefined) await dropSchema(server, schema);
});

describe('kill -9 loses no acknowledged record', () => {
  const places = [
    { kind: 'files', dir: join(root, 'files') },
    { kind: 'pglite', dir: join(root, 'pglite') },
    { kind: 'postgres', url: server ?? '', schema },
  ] as const;
  for (const place of places) {
    it.skipIf(place.kind === 'postgres' && server === undefined)(
      place.kind,
      async () => {
        const report = await crashRounds(place, 3);
        expect(report).toMatchObject({ rounds: 3, lost: [], verified: true });
        expect(report.acknowledged).toBeGreaterThan(0);
      },
      180_000,
    );
  }
});

describe('two processes that write to one organisation at once', () => {
  it.skipIf(server === undefined)(
    'get an index each in one log, and what either was told is there',
    async () => {
      const report = await writersAtOnce({ kind: 'postgres', url: server ?? '', schema: `${schema}_two` }, 2);
      await dropSchema(server ?? '', `${schema}_two`);
      expect(report).toMatchObject({ lost: [], verified: true });
      expect(report.acknowledged).toBeGreaterThan(20);
    },
    60_000,
  );
});
