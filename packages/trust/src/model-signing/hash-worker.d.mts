import type { HashOutcome, HashTask } from './hash-pool.ts';

/** Hashes one range in the thread that calls. */
export function work(task: HashTask): Promise<HashOutcome>;
