/** The thread that decodes Parquet, with a time after which it is given up. */
import { Worker } from 'node:worker_threads';
import { isObject } from '../records/json.ts';

/** Time for one row group, however small, and for each further thousand rows. Milliseconds. */
const PATIENCE = 30_000;
const PER_THOUSAND = 100;

export class ParquetThread {
  readonly #worker: Worker;
  readonly #patience: number;
  #settle: ((answer: unknown) => void) | undefined;
  #failed: unknown;

  constructor(path: string, patience = PATIENCE) {
    this.#patience = patience;
    this.#worker = new Worker(new URL('./parquet-worker.mjs', import.meta.url), {
      workerData: { path },
      resourceLimits: { maxOldGenerationSizeMb: 2048 },
    });
    this.#worker.on('message', (answer: unknown) => this.#settle?.(answer));
    this.#worker.on('error', (error) => {
      this.#failed = error;
      this.#settle?.({ error: error instanceof Error ? error.message : String(error) });
    });
  }

  /** @throws Error for rows that can not be decoded, or not in time */
  async read(columns: readonly string[], rowStart: number, rowEnd: number): Promise<unknown[]> {
    if (this.#failed instanceof Error) throw this.#failed;
    const limit = this.#patience + ((rowEnd - rowStart) / 1000) * PER_THOUSAND;
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<unknown>((settle) => {
      this.#settle = settle;
      timer = setTimeout(
        () => settle({ error: `a row group was not decoded in ${Math.round(limit / 1000)} seconds` }),
        limit,
      );
      this.#worker.postMessage({ columns, rowStart, rowEnd });
    });
    clearTimeout(timer);
    if (isObject(answer) && Array.isArray(answer.rows)) return answer.rows;
    throw new Error(isObject(answer) ? String(answer.error) : 'the thread gave no answer');
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
