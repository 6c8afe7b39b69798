/**
 * Where syntax trees are parsed: in worker threads when there is a built worker file, otherwise in this thread. Node
 * cannot start a `.ts` worker, so from source everything runs in-process, with the same results.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { FileResult } from './types.ts';
import work, { type WorkerTask } from './worker.ts';

/** Each thread holds its own grammars (about 40 MB); two keep the whole below 300 MB. */
const MAX_THREADS = 2;
/** Fewer files than this are parsed sooner here than threads start. */
const WORTH_THREADS = 6;

export interface PoolOptions {
  /** A built ESM worker file; default: `scan-worker.mjs` beside this module, where there is one. */
  workerUrl?: URL;
  /** Directory with the `.wasm` files; default: the installed packages. */
  wasmDir?: string;
}

export class ParsePool {
  private readonly worker: URL | undefined;
  private readonly wasmDir: string | undefined;
  private readonly threads = Math.max(1, Math.min(MAX_THREADS, availableParallelism()));
  private pool: Piscina | undefined;
  private started = 0;

  constructor(options: PoolOptions) {
    const beside = new URL('./scan-worker.mjs', import.meta.url);
    this.worker = options.workerUrl ?? (existsSync(fileURLToPath(beside)) ? beside : undefined);
    this.wasmDir = options.wasmDir;
  }

  async run(task: WorkerTask): Promise<FileResult> {
    const full: WorkerTask = this.wasmDir === undefined ? task : { ...task, wasmDir: this.wasmDir };
    this.started += 1;
    if (this.worker === undefined || (this.pool === undefined && this.started <= WORTH_THREADS))
      return work(full);
    this.pool ??= new Piscina({
      filename: this.worker.href,
      minThreads: this.threads,
      maxThreads: this.threads,
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    return this.pool.run(full);
  }

  async close(): Promise<void> {
    await this.pool?.destroy();
  }
}
