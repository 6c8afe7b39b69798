/** Threads for a build. Without a built worker file (running from source) everything runs in this thread, with the same result. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { CustosError } from '@custos/core';
import { transferable } from './run-buffer.ts';
import { isAnswer, perform, type Task, type TaskResult } from './tasks.ts';

const MAX_THREADS = 2;

interface Job {
  readonly task: Task;
  resolve(result: TaskResult): void;
  reject(error: unknown): void;
}

export class BuildPool {
  readonly threads: number;
  readonly #url: URL | undefined;
  readonly #workers = new Map<Worker, Job | undefined>();
  readonly #queue: Job[] = [];

  /** @param workerUrl a built ESM file; default: `provenance-worker.mjs` beside this module, where there is one */
  constructor(workerUrl?: URL) {
    const beside = new URL('./provenance-worker.mjs', import.meta.url);
    this.#url = workerUrl ?? (existsSync(fileURLToPath(beside)) ? beside : undefined);
    this.threads = this.#url ? Math.max(1, Math.min(MAX_THREADS, availableParallelism())) : 1;
  }

  async run(task: Task): Promise<TaskResult> {
    const url = this.#url;
    if (url === undefined) return perform(task);
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, resolve, reject });
      if (this.#workers.size < this.threads) this.#start(url);
      this.#hand();
    });
  }

  async close(): Promise<void> {
    const workers = [...this.#workers.keys()];
    this.#workers.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #start(url: URL): void {
    const worker = new Worker(url);
    this.#workers.set(worker, undefined);
    worker.on('message', (answer: unknown) => {
      const job = this.#workers.get(worker);
      this.#workers.set(worker, undefined);
      if (!isAnswer(answer)) job?.reject(new Error('the thread gave no answer'));
      else if (answer.ok) job?.resolve(answer.result);
      else job?.reject(Object.assign(new Error(answer.message), { code: answer.code }));
      this.#hand();
    });
    worker.on('error', (error) => this.#lose(worker, error));
    worker.on('exit', () => this.#lose(worker, new Error('a thread of the build ended')));
  }

  /** A thread that dies takes the build with it: half an index is none. */
  #lose(worker: Worker, error: unknown): void {
    if (!this.#workers.has(worker)) return;
    this.#workers.get(worker)?.reject(error);
    this.#workers.delete(worker);
    for (const job of this.#queue.splice(0)) job.reject(error);
  }

  #hand(): void {
    for (const [worker, job] of this.#workers) {
      if (job !== undefined) continue;
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#workers.set(worker, next);
      worker.postMessage(next.task, next.task.kind === 'sort' ? transferable(next.task.columns) : []);
    }
  }
}

/** An error of a build as a user reads it. */
export function buildError(error: unknown, dir: string): unknown {
  if (error instanceof CustosError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'INDEX_DAMAGED') return new CustosError(code, error instanceof Error ? error.message : code);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return new CustosError(
      'DISK_FULL',
      `There is no room left at ${dir}, so nothing was added; the index is as it was. Make room (a build needs about 75 bytes per record) and import again.`,
      { cause: error },
    );
  if (
    [
      'EACCES',
      'EROFS',
      'EPERM',
      'EIO',
      'EMFILE',
      'ENFILE',
      'ENOENT',
      'ENOTDIR',
      'EEXIST',
      'ELOOP',
      'ENAMETOOLONG',
    ].includes(code)
  )
    return new CustosError(
      'INDEX_WRITE',
      `The index at ${dir} can't be written (${code}); it is as it was. Check the folder and its permissions.`,
      { cause: error },
    );
  return error;
}
