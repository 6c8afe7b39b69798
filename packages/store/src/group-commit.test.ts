import { describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit.ts';

describe('group commit', () => {
  it('shares one transaction among those who wait, and fails only the guilty', async () => {
    const batches: number[][] = [];
    const commits = new GroupCommit<number, string>(async (requests) => {
      batches.push([...requests]);
      if (requests.includes(3)) throw new Error('three');
      return requests.map((n) => `r${n}`);
    }, 100);
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => commits.submit(n, 1)));
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
      'r1',
      'r2',
      'failed',
      'r4',
    ]);
    expect(batches).toEqual([[1, 2, 3, 4], [1], [2], [3], [4]]);
  });

  it('takes no more at once than the limit', async () => {
    const sizes: number[] = [];
    const commits = new GroupCommit<number, number>(async (requests) => {
      sizes.push(requests.length);
      return [...requests];
    }, 4);
    await Promise.all([1, 2, 3].map((n) => commits.submit(n, 3)));
    await commits.idle();
    expect(sizes).toEqual([1, 1, 1]);
  });
});
