/**
 * The scan: walk the tree, take unchanged files from the cache, have the rest looked at in threads, join. Memory is
 * bounded by the batches under way, not by the tree.
 */
import { ScanCache } from './cache.ts';
import { scannersOf, wantedBy } from './examine.ts';
import { type Inventory, Joiner } from './join.ts';
import { type LookAnswer, type LookTask, look, lost, notLooked, TookTooLong } from './look.ts';
import { LookPool, type PoolOptions } from './pool.ts';
import type { ReadBytes } from './read.ts';
import type { FileResult, Resolver, TreeFile } from './types.ts';

/** Files larger than this are unknowns whatever they are called. Bytes. */
const TOO_LARGE = 2 * 1024 * 1024 * 1024;
/** What goes to a thread at a time. */
const BATCH_FILES = 64;
const BATCH_BYTES = 1024 * 1024;
/** Larger files are a batch of their own, and read in pieces. Bytes. */
const MAX_BATCHED = 32 * 1024 * 1024;
/** Batches that may wait for a thread. */
const MAX_WAITING = 64;
/** Files that need the same readers. */
const KINDS = [/\.[cm]?[jt]sx?$/, /(?:)/];
const PROGRESS_EVERY = 100;

interface Batch {
  readonly tasks: LookTask[];
  bytes: number;
}

export interface ScanProgress {
  /** Files met so far. */
  files: number;
  bytes: number;
  /** Path of the file met last. */
  path: string;
}

export interface ScanOptions extends PoolOptions {
  /** Directory for results of earlier scans; without it nothing is kept. */
  cacheDir?: string;
  signal?: AbortSignal;
  onProgress?(progress: ScanProgress): void;
}

export interface ScanStats {
  /** Files met, after ignore rules. */
  files: number;
  /** Bytes of the files that were looked into. */
  bytes: number;
  /** Names of the scanners that looked at some file, sorted. */
  scanners: string[];
  /** Files whose result came from the cache. */
  cached: number;
}

export interface ScanResult extends Inventory {
  stats: ScanStats;
}

/**
 * Scans a tree for everything that makes it an AI system. All lists are in a stable order: the same tree gives the
 * same result. The resolver is closed at the end.
 * @throws CustosError `SCAN_ROOT_*`, `SCAN_REVISION`; the signal's reason when aborted
 * @example const { assets, unknowns } = await scan(directoryResolver('.'), { cacheDir: '.custos/cache' })
 */
export async function scan(resolver: Resolver, options: ScanOptions = {}): Promise<ScanResult> {
  const cache =
    options.cacheDir === undefined ? undefined : await ScanCache.open(options.cacheDir, resolver.identity);
  const run = new Run(resolver, options, cache);
  try {
    const result = await run.all();
    await cache?.save();
    return result;
  } finally {
    await run.close();
  }
}

class Run {
  private readonly resolver: Resolver;
  private readonly options: ScanOptions;
  private readonly cache: ScanCache | undefined;
  private readonly pool: LookPool;
  private readonly joiner = new Joiner();
  /** Bits of the scanners that looked at some file. */
  private used = 0;
  private readonly underWay = new Set<Promise<void>>();
  private readonly stats = { files: 0, bytes: 0, cached: 0 };
  private readonly batches = KINDS.map((): Batch => ({ tasks: [], bytes: 0 }));
  private failure: { readonly reason: unknown } | undefined;

  constructor(resolver: Resolver, options: ScanOptions, cache: ScanCache | undefined) {
    this.resolver = resolver;
    this.options = options;
    this.cache = cache;
    this.pool = new LookPool(options);
  }

  async all(): Promise<ScanResult> {
    for await (const entry of this.resolver.entries(this.options.signal)) {
      this.options.signal?.throwIfAborted();
      if ('unknown' in entry) this.joiner.unknown(entry.unknown);
      else await this.meet(entry.file);
    }
    const rest = [...this.batches.keys()].map((kind) => this.taken(kind));
    // Few files do not need a second thread.
    const last = this.underWay.size === 0 ? [rest.flat()] : rest;
    for (const [kind, tasks] of last.entries()) await this.give(tasks, kind);
    await Promise.all(this.underWay);
    if (this.failure !== undefined) throw this.failure.reason;
    return {
      ...this.joiner.join(),
      stats: {
        ...this.stats,
        scanners: scannersOf(this.used)
          .map((one) => one.name)
          .sort(),
      },
    };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.underWay);
    await this.pool.close();
    await this.resolver.close();
  }

  private async meet(file: TreeFile): Promise<void> {
    this.stats.files += 1;
    this.joiner.file(file.path);
    if (this.stats.files % PROGRESS_EVERY === 0) {
      this.options.onProgress?.({ files: this.stats.files, bytes: this.stats.bytes, path: file.path });
    }
    const wanted = wantedBy(file.path);
    if (wanted === 0) {
      if (file.size > TOO_LARGE)
        this.take(file, notLooked(file.path, 'too-large', `${file.size} bytes; not looked into.`));
      return;
    }
    this.used |= wanted;
    const remembered = this.cache?.byStat(file);
    if (remembered !== undefined) {
      this.reuse(file, remembered);
      return;
    }
    const known = this.cache?.contentOf(file.path);
    const task: LookTask = known === undefined ? { file, wanted } : { file, wanted, known };
    if (file.size <= MAX_BATCHED) await this.collect(task);
    else if (this.resolver.directory === undefined) await this.lookHere([task]);
    else await this.give([task], KINDS.length);
  }

  private async collect(task: LookTask): Promise<void> {
    const kind = Math.max(
      0,
      KINDS.findIndex((one) => one.test(task.file.path)),
    );
    const batch = this.batches[kind];
    if (batch === undefined) return;
    batch.tasks.push(task);
    batch.bytes += task.file.size;
    if (batch.tasks.length < BATCH_FILES && batch.bytes < BATCH_BYTES) return;
    await this.give(this.taken(kind), kind);
  }

  /** What was collected of one kind, which begins anew. */
  private taken(kind: number): LookTask[] {
    const tasks = this.batches[kind]?.tasks ?? [];
    this.batches[kind] = { tasks: [], bytes: 0 };
    return tasks;
  }

  /** Hands a batch to the threads; without any it is looked at here. */
  private async give(tasks: readonly LookTask[], kind: number): Promise<void> {
    if (tasks.length === 0) return;
    if (!this.pool.available) return this.lookHere(tasks);
    // Names may wait in any number that fits into memory; bytes may not.
    const most = this.resolver.directory === undefined ? 2 * this.pool.width : MAX_WAITING;
    while (this.underWay.size >= most) await Promise.race(this.underWay);
    if (this.failure !== undefined) throw this.failure.reason;
    const task = this.lookInThread(tasks, kind)
      .catch((reason: unknown) => {
        this.failure ??= { reason };
      })
      .finally(() => this.underWay.delete(task));
    this.underWay.add(task);
  }

  private async lookInThread(batch: readonly LookTask[], kind: number): Promise<void> {
    const { directory } = this.resolver;
    const tasks =
      directory === undefined ? await Promise.all(batch.map((one) => this.withBytes(one))) : batch;
    const whole = tasks.filter((one): one is LookTask => one !== undefined);
    const answers = await this.pool.run({ root: directory ?? '', tasks: whole, kind });
    for (const [index, answer] of answers.entries()) {
      const task = whole[index];
      if (task !== undefined) this.take(task.file, answer);
    }
  }

  /** A thread cannot ask the resolver: it gets the bytes. */
  private async withBytes(task: LookTask): Promise<LookTask | undefined> {
    try {
      return { ...task, bytes: new Uint8Array(await this.resolver.read(task.file, 0, task.file.size)) };
    } catch (error) {
      this.take(task.file, lost(task.file, error));
      return undefined;
    }
  }

  private async lookHere(batch: readonly LookTask[]): Promise<void> {
    const { timeLimit } = this.pool;
    for (const task of batch) {
      this.options.signal?.throwIfAborted();
      const until = performance.now() + timeLimit;
      const read: ReadBytes = (file, at, length) => {
        if (performance.now() > until) throw new TookTooLong(timeLimit);
        return this.resolver.read(file, at, length);
      };
      this.take(task.file, await look(task, read));
    }
  }

  private take(file: TreeFile, answer: LookAnswer): void {
    if (answer.result === undefined) {
      const remembered = this.cache?.byContent(file);
      if (remembered !== undefined) this.reuse(file, remembered);
      return;
    }
    this.stats.bytes += answer.bytes;
    if (answer.passing !== true) this.cache?.put(file, answer.content, answer.bytes, answer.result);
    // Written a moment ago by our own thread.
    if (answer.result !== '') this.joiner.add(file.path, JSON.parse(answer.result) as FileResult);
  }

  private reuse(file: TreeFile, remembered: { result: FileResult; bytes: number }): void {
    this.stats.cached += 1;
    this.stats.bytes += remembered.bytes;
    this.joiner.add(file.path, remembered.result);
  }
}
