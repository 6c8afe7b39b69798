/**
 * Threads that look at files, in batches. They are plain `node:worker_threads`: a pool library brings a worker file of
 * its own, which one bundled file cannot hold. Node cannot start a `.ts` worker, so from source everything runs in the
 * caller's thread, with the same results.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type LookAnswer, type LookTask, lost, notLooked, TookTooLong } from './look.ts';

/** Each thread takes about 60 MB; two keep the whole well below 300 MB. */
const MAX_THREADS = 2;
/** A thread that is silent for longer has met a file that it cannot finish. Milliseconds. */
const TIME_LIMIT = 30_000;
const MEMORY = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 48 };

export interface PoolOptions {
  /** A built ESM worker file; default: `scan-worker.mjs` beside this module, where there is one. */
  workerUrl?: URL;
  /** How long a batch, or a file on its own, may take; default: 30,000. Milliseconds. */
  timeLimit?: number;
}

export interface LookBatch {
  /** Directory below which files without bytes of their own lie. */
  readonly root: string;
  readonly tasks: readonly LookTask[];
  /** Batches of one kind go to the same thread while it can be so: each thread then compiles half of the readers. */
  readonly kind: number;
}

interface Job {
  readonly batch: LookBatch;
  resolve(answers: LookAnswer[]): void;
  reject(error: Error): void;
}

export class LookPool {
  /** False where there is no built worker file. */
  readonly available: boolean;
  /** How many batches keep every thread busy. */
  readonly width: number;
  private readonly url: URL;
  /** Milliseconds. */
  readonly timeLimit: number;
  private readonly workers = new Map<Worker, Job | undefined>();
  private readonly timers = new Map<Worker, NodeJS.Timeout>();
  private readonly queue: Job[] = [];

  constructor(options: PoolOptions) {
    this.url = options.workerUrl ?? new URL('./scan-worker.mjs', import.meta.url);
    this.timeLimit = options.timeLimit ?? TIME_LIMIT;
    this.available = existsSync(fileURLToPath(this.url));
    this.width = Math.max(1, Math.min(MAX_THREADS, availableParallelism()));
  }

  /** One answer for each task. A file that ends its thread, or never ends, is an unknown; its neighbours are not. */
  async run(batch: LookBatch): Promise<LookAnswer[]> {
    try {
      return await this.attempt(batch);
    } catch (error) {
      const [only] = batch.tasks;
      if (only === undefined) return [];
      if (batch.tasks.length === 1) return [ended(only.file, error)];
      const answers: LookAnswer[] = [];
      for (const task of batch.tasks) answers.push(...(await this.run({ ...batch, tasks: [task] })));
      return answers;
    }
  }

  async close(): Promise<void> {
    const workers = [...this.workers.keys()];
    this.workers.clear();
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(workers.map((one) => one.terminate()));
  }

  private attempt(batch: LookBatch): Promise<LookAnswer[]> {
    return new Promise((resolve, reject) => {
      this.queue.push({ batch, resolve, reject });
      if (this.workers.size < this.width) this.start();
      this.hand();
    });
  }

  private start(): void {
    const worker = new Worker(this.url, { resourceLimits: MEMORY });
    this.workers.set(worker, undefined);
    worker.on('message', (answers: LookAnswer[]) => {
      clearTimeout(this.timers.get(worker));
      const job = this.workers.get(worker);
      this.workers.set(worker, undefined);
      this.hand();
      job?.resolve(answers);
    });
    worker.on('error', (error) => this.lose(worker, error instanceof Error ? error : new Error('it failed')));
    worker.on('exit', () => this.lose(worker, new Error('it ended')));
  }

  private lose(worker: Worker, error: Error): void {
    if (!this.workers.has(worker)) return;
    clearTimeout(this.timers.get(worker));
    const job = this.workers.get(worker);
    this.workers.delete(worker);
    job?.reject(error);
    if (this.queue.length > 0 && this.workers.size === 0) this.start();
    this.hand();
  }

  /** A batch of the thread's own kind, or else the one that waits longest. */
  private nextFor(worker: Worker): Job | undefined {
    const number = [...this.workers.keys()].indexOf(worker);
    const own = this.queue.findIndex((one) => one.batch.kind % this.width === number);
    return this.queue.splice(Math.max(0, own), 1)[0];
  }

  private hand(): void {
    for (const [worker, job] of this.workers) {
      if (job !== undefined) continue;
      const next = this.nextFor(worker);
      if (next === undefined) return;
      this.workers.set(worker, next);
      const timer = setTimeout(() => {
        this.lose(worker, new TookTooLong(this.timeLimit));
        void worker.terminate();
      }, this.timeLimit);
      this.timers.set(worker, timer);
      worker.postMessage(next.batch);
    }
  }
}

function ended(file: LookTask['file'], error: unknown): LookAnswer {
  if (error instanceof TookTooLong) return lost(file, error);
  const why = error instanceof Error ? error.message : 'it failed';
  return notLooked(file.path, 'parse-failed', `The thread that read it ended (${file.size} bytes): ${why}`);
}
