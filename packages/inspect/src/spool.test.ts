import { expect, test } from 'vitest';
import { Bomb, Spool } from './spool.ts';

const free = { tick: () => undefined };

test('what is small stays in memory, what is large can be read anywhere', () => {
  const spool = new Spool(free, 1_000_000);
  for (let part = 0; part < 20; part++) spool.write(Buffer.alloc(2 ** 20, part));
  const source = spool.source('x');
  expect(source.size).toBe(20 * 2 ** 20);
  expect([...source.read(19 * 2 ** 20 - 1, 2)]).toEqual([18, 19]);
  expect([...source.read(0, 1)]).toEqual([0]);
  spool.close();
});

test('a bomb stops', () => {
  const spool = new Spool(free, 1_000);
  const part = Buffer.alloc(32 * 2 ** 20);
  expect(() => {
    for (let count = 0; count < 20; count++) spool.write(part);
  }).toThrow(Bomb);
  expect(spool.size).toBeLessThan(300 * 2 ** 20);
  spool.close();
});
