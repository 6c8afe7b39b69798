import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { findServer } from '../testing.fixture.ts';
import { digestArray, hashArray, int8Array, textArray } from './binary-array.ts';

const server = await findServer();

describe('columns in binary form', () => {
  it.skipIf(server === undefined)('are what the server reads', async () => {
    const client = new pg.Client({ connectionString: server ?? '' });
    await client.connect();
    const texts = ['', 'ä€😀', '"\\{}', 'NULL', 'a,b\n'];
    const numbers = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
    const hash = Buffer.alloc(32, 0xfe);
    try {
      const { rows } = await client.query(
        'select $1::text[] as t, $2::int8[] as n, $3::bytea[] as d, $4::bytea[] as h, $5::text[] as none',
        [
          textArray(texts),
          int8Array(numbers),
          digestArray(['0f'.repeat(32)]),
          hashArray([hash]),
          textArray([]),
        ],
      );
      expect(rows).toEqual([
        { t: texts, n: numbers.map(String), d: [Buffer.alloc(32, 0x0f)], h: [hash], none: [] },
      ]);
    } finally {
      await client.end();
    }
  });

  it('refuse what is no digest', () => {
    expect(() => digestArray(['0f'])).toThrow(RangeError);
    expect(() => digestArray(['zz'.repeat(32)])).toThrow(RangeError);
    expect(() => hashArray([Buffer.alloc(31)])).toThrow(RangeError);
  });
});
