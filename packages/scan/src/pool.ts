/**
 * Where syntax trees are parsed: in worker threads when there is a built worker file, otherwise in this thread. Node
 * cannot start a `.ts` worker, so from source everything runs in-process, with the same results. The threads are
 * plain `node:worker_threads`: a pool library brings a worker file of its own, which one bundled file cannot hold.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FileResult } from './types.ts';
import { isWorkerAnswer, type WorkerTask, work } from './work.ts';

/** Each thread holds its own grammars (about 40 MB); two keep the whole below 300 MB. */
const MAX_THREADS = 2;
/** Less text than this is parsed sooner here than threads start. Characters. */
const WORTH_THREADS = 100_000;

export interface PoolOptions {
  /** A built ESM worker file; default: `scan-worker.mjs` beside this module, where there is one. */
  workerUrl?: URL;
  /** Directory with the `.wasm` files; default: the installed packages. */
  wasmDir?: string;
}

interface Job {
  readonly task: WorkerTask;
  resolve(result: FileResult): void;
  reject(error: unknown): void;
}

export class ParsePool {
  private readonly url: URL | undefined;
  private readonly wasmDir: string | undefined;
  private readonly threads = Math.max(1, Math.min(MAX_THREADS, availableParallelism()));
  private readonly workers = new Map<Worker, Job | undefined>();
  private readonly queue: Job[] = [];
  private seen = 0;

  constructor(options: PoolOptions) {
    const beside = new URL('./scan-worker.mjs', import.meta.url);
    this.url = options.workerUrl ?? (existsSync(fileURLToPath(beside)) ? beside : undefined);
    this.wasmDir = options.wasmDir;
  }

  async run(task: WorkerTask): Promise<FileResult> {
    const full: WorkerTask = this.wasmDir === undefined ? task : { ...task, wasmDir: this.wasmDir };
    this.seen += full.text.length;
    if (this.url === undefined || this.seen < WORTH_THREADS) return work(full);
    const { url } = this;
    return new Promise((resolve, reject) => {
      this.queue.push({ task: full, resolve, reject });
      if (this.workers.size < this.threads) this.startWorker(url);
      this.hand();
    });
  }

  async close(): Promise<void> {
    const workers = [...this.workers.keys()];
    this.workers.clear();
    await Promise.all(workers.map((one) => one.terminate()));
  }

  private startWorker(url: URL): void {
    const worker = new Worker(url, { resourceLimits: { maxOldGenerationSizeMb: 128 } });
    this.workers.set(worker, undefined);
    worker.on('message', (answer: unknown) => {
      const job = this.workers.get(worker);
      this.workers.set(worker, undefined);
      if (isWorkerAnswer(answer)) job?.resolve(answer.result);
      else job?.reject(new Error('the parsing thread gave no result'));
      this.hand();
    });
    // A thread that dies (out of memory) takes one file with it; the next files get a new thread.
    worker.on('error', (error) => this.lose(worker, error, url));
    worker.on('exit', () => this.lose(worker, new Error('the parsing thread ended'), url));
  }

  private lose(worker: Worker, error: unknown, url: URL): void {
    if (!this.workers.has(worker)) return;
    const job = this.workers.get(worker);
    this.workers.delete(worker);
    job?.reject(error);
    if (this.queue.length > 0 && this.workers.size === 0) this.startWorker(url);
    this.hand();
  }

  private hand(): void {
    for (const [worker, job] of this.workers) {
      if (job !== undefined) continue;
      const next = this.queue.shift();
      if (next === undefined) return;
      this.workers.set(worker, next);
      worker.postMessage(next.task);
    }
  }
}
