/** PGlite in its worker thread, in the shape of a connection pool with one connection, so that Kysely's PostgreSQL dialect fits. */
import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CustosError } from '@custos/core';
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { z } from 'zod';
import { INT8 } from '../sql/tables.ts';

const Answer = z.object({
  id: z.int(),
  result: z.object({ rows: z.array(z.record(z.string(), z.unknown())), rowCount: z.int() }).optional(),
  error: z.object({ message: z.string(), code: z.string().optional() }).optional(),
});
type Result = NonNullable<z.infer<typeof Answer>['result']>;

/** PostgreSQL writes a segment of its log, 16 MiB, before it does anything. */
const ROOM_TO_OPEN = 17 << 20;

function roomIn(dir: string): number {
  try {
    const { bavail, bsize } = statfsSync(existsSync(dir) ? dir : dirname(dir));
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

interface Waiting {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export interface PglitePoolOptions {
  dir: string;
  /** For tests of the guard: commits do not reach fsync. */
  breakFsync?: boolean;
}

export class PglitePool implements PostgresPool {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  /** The end of the line for the one connection. */
  #turn: Promise<void> = Promise.resolve();
  #failure: unknown;

  private constructor(options: PglitePoolOptions) {
    this.#worker = new Worker(new URL('./pglite-worker.mjs', import.meta.url), {
      workerData: { dir: options.dir, int8: INT8, breakFsync: options.breakFsync === true },
      execArgv: [],
    });
    this.#worker.on('message', (message: unknown) => this.#answer(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the database thread ended')));
  }

  /** @throws CustosError STORE_NOT_DURABLE when a probing commit did not reach fsync; STORE_FULL, STORE_DAMAGED when it does not open */
  static async open(options: PglitePoolOptions): Promise<PglitePool> {
    const pool = new PglitePool(options);
    let ready: Result;
    try {
      ready = await new Promise<Result>((resolve, reject) => pool.#waiting.set(0, { resolve, reject }));
    } catch (cause) {
      await pool.#worker.terminate();
      const why = cause instanceof Error ? cause.message : String(cause);
      const room = roomIn(options.dir);
      if (room < ROOM_TO_OPEN)
        throw new CustosError(
          'STORE_FULL',
          `The embedded database in ${options.dir} does not open with ${Math.floor(room / 2 ** 20)} MiB of disk left. Make room and try again.`,
          { cause },
        );
      throw new CustosError(
        'STORE_DAMAGED',
        `The embedded database in ${options.dir} does not open: ${why}. Restore a backup.`,
        { cause },
      );
    }
    if (Number(ready.rows[0]?.reached) > 0) return pool;
    await pool.end();
    throw new CustosError(
      'STORE_NOT_DURABLE',
      `A commit in ${options.dir} did not reach fsync, so a power cut could lose acknowledged records. Refusing to start; reinstall the pinned PGlite.`,
    );
  }

  async connect(): Promise<PostgresPoolClient> {
    const before = this.#turn;
    let release = (): void => undefined;
    this.#turn = new Promise<void>((resolve) => {
      release = resolve;
    });
    await before;
    return new PgliteClient((text, params) => this.#send({ sql: text, params }), release);
  }

  /** Work for which the database stands still: nobody else has the connection. */
  async alone<T>(work: (client: PostgresPoolClient) => Promise<T>): Promise<T> {
    const client = await this.connect();
    try {
      return await work(client);
    } finally {
      client.release();
    }
  }

  async end(): Promise<void> {
    await this.#turn;
    if (this.#failure === undefined) await this.#send({ close: true });
    await this.#worker.terminate();
  }

  #send(message: { sql: string; params: readonly unknown[] } | { close: true }): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(
          new CustosError('STORE_WRITE', 'The embedded database ended. Open the store again.', {
            cause: this.#failure,
          }),
        );
        return;
      }
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...message });
    });
  }

  #answer(message: unknown): void {
    const { id, result, error } = Answer.parse(message);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (result !== undefined) waiting?.resolve(result);
    else waiting?.reject(Object.assign(new Error(error?.message ?? 'no answer'), { code: error?.code }));
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

class PgliteClient implements PostgresPoolClient {
  readonly #run: (text: string, params: readonly unknown[]) => Promise<Result>;
  readonly release: () => void;

  constructor(run: (text: string, params: readonly unknown[]) => Promise<Result>, release: () => void) {
    this.#run = run;
    this.release = release;
  }

  query<R>(text: string, params: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    text: string | PostgresCursor<R>,
    params: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof text !== 'string') throw new TypeError('The embedded database has no cursors; read in pages.');
    return this.#query<R>(text, params);
  }

  async #query<R>(text: string, params: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const { rows, rowCount } = await this.#run(text, params);
    return { command: commandOf(text), rowCount, rows: rows as R[] };
  }
}

function commandOf(text: string): PostgresQueryResult<unknown>['command'] {
  const [, word = ''] = /^\s*(\w+)/.exec(text) ?? [];
  const command = word.toUpperCase();
  return command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE'
    ? command
    : 'SELECT';
}
