/** Hashes byte ranges of files in threads. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { CustosError } from '@custos/core';
import { z } from 'zod';
import type { HashType } from './hash-types.ts';
import { work } from './hash-worker.mjs';

/** More threads than this wait for the disk. */
const MAX_THREADS = 8;
/** So few bytes are hashed before a thread has started. */
const SMALL = 1024 * 1024;
/** A second thread starts in about this many hashed bytes. */
const WORTH_A_THREAD = 16 * 1024 * 1024;

export interface HashTask {
  readonly path: string;
  /** First byte, and the one after the last; undefined is the end of the file. */
  readonly start: number;
  readonly end: number | undefined;
  readonly algorithm: HashType;
  /** Expected length in bytes, to hand out long tasks first. */
  readonly bytes: number;
  /** A digest for each piece of this many bytes, in one reading, instead of one for the range. */
  readonly shardSize?: number;
  /** The SHA-256 of the range as well, from the same reading. */
  readonly sha256?: boolean;
}

const Answer = z.union([
  z.object({
    id: z.int(),
    digests: z.array(z.string()),
    sha256: z.string().optional(),
    key: z.string(),
    size: z.number(),
  }),
  z.object({
    id: z.int(),
    fault: z.enum(['FILE_UNREADABLE', 'FILE_UNSTABLE', 'NOT_A_FILE']),
    why: z.string(),
  }),
]);
type Answer = z.infer<typeof Answer>;
/** Digests in hex, with the identity (`key`) and size of the whole file; or why there are none. */
export type HashOutcome =
  | { digests: string[]; sha256?: string | undefined; key: string; size: number }
  | { fault: 'FILE_UNREADABLE' | 'FILE_UNSTABLE' | 'NOT_A_FILE'; why: string };

export interface HashOptions {
  /** Default: as many as the machine runs at once, at most 8. */
  threads?: number;
  onProgress?(bytes: number): void;
}

/**
 * @returns one outcome for each task, in their order
 * @throws CustosError HASHING when a thread dies
 * @example await hashRanges([{ path: '/m/w.bin', start: 0, end: undefined, algorithm: 'sha256', bytes: 10 }])
 */
export async function hashRanges(
  tasks: readonly HashTask[],
  options: HashOptions = {},
): Promise<HashOutcome[]> {
  const outcomes: HashOutcome[] = [];
  if (tasks.length === 0) return outcomes;
  const queue = tasks.map((_, id) => id).sort((a, b) => (tasks[a]?.bytes ?? 0) - (tasks[b]?.bytes ?? 0));
  const total = tasks.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= SMALL && tasks.length <= 64) {
    for (const task of tasks) outcomes.push(await work(task));
    options.onProgress?.(total);
    return outcomes;
  }
  const wanted = Math.min(options.threads ?? availableParallelism(), MAX_THREADS, tasks.length);
  const threads = Math.max(1, Math.min(wanted, Math.ceil(total / WORTH_A_THREAD)));
  let done = 0;
  const drain = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const next = () => {
        const id = queue.pop();
        if (id === undefined) resolve();
        else worker.postMessage({ id, task: tasks[id] });
      };
      worker.on('message', (message: unknown) => {
        const { id, ...outcome } = Answer.parse(message) satisfies Answer;
        outcomes[id] = outcome;
        done += tasks[id]?.bytes ?? 0;
        options.onProgress?.(done);
        next();
      });
      worker.on('error', (cause) =>
        reject(new CustosError('HASHING', 'A hashing thread failed; try again.', { cause })),
      );
      worker.on('exit', () => reject(new CustosError('HASHING', 'A hashing thread ended early; try again.')));
      next();
    });
  const workers = Array.from(
    { length: threads },
    () =>
      new Worker(new URL('./hash-worker.mjs', import.meta.url), {
        workerData: 'custos-hash',
        // The thread is plain JavaScript; it need not load what the program was started with.
        execArgv: [],
      }),
  );
  try {
    await Promise.all(workers.map(drain));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return outcomes;
}
