/** The guards without which PGlite loses acknowledged records. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PglitePool } from './pglite-pool.ts';

describe('PGlite', () => {
  it('is refused when a probing commit does not reach fsync', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'custos-'));
    try {
      await expect(PglitePool.open({ dir: join(dir, 'data'), breakFsync: true })).rejects.toMatchObject({
        code: 'STORE_NOT_DURABLE',
      });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('gives int8 as numbers and leaves the event loop free during a heavy query', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'custos-'));
    const pool = await PglitePool.open({ dir: join(dir, 'data') });
    try {
      const client = await pool.connect();
      let ticks = 0;
      const timer = setInterval(() => ticks++, 5);
      const { rows } = await client.query<{ n: number }>(
        'select count(*) as n from generate_series(1, $1::int)',
        [1_000_000],
      );
      clearInterval(timer);
      client.release();
      expect(rows).toEqual([{ n: 1_000_000 }]);
      expect(ticks).toBeGreaterThan(2);
    } finally {
      await pool.end();
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
