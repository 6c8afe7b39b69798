/**
 * The scan: walk the tree, take unchanged files from the cache, look at the rest, join. Memory is bounded by the files
 * under way (their bytes and their number), not by the tree.
 */
import { ScanCache } from './cache.ts';
import { examine, interested, scannersFor } from './examine.ts';
import { type Inventory, Joiner } from './join.ts';
import { ParsePool, type PoolOptions } from './pool.ts';
import { readSource } from './read.ts';
import { emptyResult, type FileResult, type Resolver, type Scanner, type TreeFile } from './types.ts';

/** Files larger than this are unknowns whatever they are called. Bytes. */
const TOO_LARGE = 2 * 1024 * 1024 * 1024;
const MAX_UNDER_WAY = 16;
const MAX_BYTES_UNDER_WAY = 16 * 1024 * 1024;
const PROGRESS_EVERY = 100;

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
  private readonly pool: ParsePool;
  private readonly joiner = new Joiner();
  private readonly used = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly stats = { files: 0, bytes: 0, cached: 0 };
  private bytesUnderWay = 0;
  private failure: { readonly reason: unknown } | undefined;

  constructor(resolver: Resolver, options: ScanOptions, cache: ScanCache | undefined) {
    this.resolver = resolver;
    this.options = options;
    this.cache = cache;
    this.pool = new ParsePool(options);
  }

  async all(): Promise<ScanResult> {
    for await (const entry of this.resolver.entries(this.options.signal)) {
      this.options.signal?.throwIfAborted();
      if ('unknown' in entry) this.joiner.unknown(entry.unknown);
      else await this.meet(entry.file);
    }
    await Promise.all(this.underWay);
    if (this.failure !== undefined) throw this.failure.reason;
    return { ...this.joiner.join(), stats: { ...this.stats, scanners: [...this.used].sort() } };
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
    const scanners = scannersFor(file.path);
    if (scanners.length === 0) {
      if (file.size > TOO_LARGE) this.report(file, 'too-large', `${file.size} bytes; not looked into.`);
      return;
    }
    for (const one of scanners) this.used.add(one.name);
    const known = this.cache?.byStat(file);
    if (known !== undefined) return this.take(file, known.result, known.bytes);
    while (
      this.underWay.size >= MAX_UNDER_WAY ||
      (this.bytesUnderWay > MAX_BYTES_UNDER_WAY && this.underWay.size > 0)
    ) {
      await Promise.race(this.underWay);
    }
    if (this.failure !== undefined) throw this.failure.reason;
    this.start(file, scanners);
  }

  private start(file: TreeFile, scanners: readonly Scanner[]): void {
    this.bytesUnderWay += file.size;
    const task = this.look(file, scanners)
      .catch((reason: unknown) => {
        this.failure ??= { reason };
      })
      .finally(() => {
        this.bytesUnderWay -= file.size;
        this.underWay.delete(task);
      });
    this.underWay.add(task);
  }

  private take(file: TreeFile, result: FileResult, bytes: number): void {
    this.stats.cached += 1;
    this.stats.bytes += bytes;
    this.joiner.add(file.path, result);
  }

  private async look(file: TreeFile, scanners: readonly Scanner[]): Promise<void> {
    const textual = scanners.some((one) => one.reads !== 'head');
    const read = await readSource(this.resolver, file, textual).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
      this.report(file, 'unreadable', `Cannot be read: ${code}.`);
      return undefined;
    });
    if (read === undefined) return;
    const content = file.contentName ?? read.source.digest ?? '';
    const known = this.cache?.byContent(file, content);
    if (known !== undefined) return this.take(file, known.result, known.bytes);
    const { source } = read;
    const able = source.text === undefined ? scanners.filter((one) => one.reads === 'head') : scanners;
    const willing = interested(able, source.text, file.path);
    const light = await examine(
      willing.filter((one) => one.heavy !== true),
      source,
    );
    const heavy = willing.filter((one) => one.heavy === true);
    const result =
      heavy.length === 0 || source.text === undefined
        ? light
        : await this.parse(heavy, source.text, file, source.digest, light);
    if (read.problem !== undefined && (read.problem.code !== 'binary' || light.assets.length === 0)) {
      result.unknowns.push({ scanner: 'reader', ...read.problem, location: { path: file.path } });
    }
    this.stats.bytes += source.size;
    this.cache?.put(file, content, source.size, result);
    this.joiner.add(file.path, result);
  }

  private async parse(
    heavy: readonly Scanner[],
    text: string,
    file: TreeFile,
    digest: `sha256:${string}` | undefined,
    light: FileResult,
  ): Promise<FileResult> {
    const more = await this.pool
      .run({
        scanners: heavy.map((one) => one.name),
        path: file.path,
        size: file.size,
        text,
        ...(digest === undefined ? {} : { digest }),
      })
      .catch((error: unknown) => lostFile(file.path, error));
    return {
      assets: [...light.assets, ...more.assets],
      edges: [...light.edges, ...more.edges],
      findings: [...light.findings, ...more.findings],
      unknowns: [...light.unknowns, ...more.unknowns],
    };
  }

  private report(file: TreeFile, code: string, message: string): void {
    const result = emptyResult();
    result.unknowns.push({ scanner: 'reader', code, message, location: { path: file.path } });
    this.joiner.add(file.path, result);
  }
}

/** A thread that ran out of memory loses its file, not the scan. */
function lostFile(path: string, error: unknown): FileResult {
  const why = error instanceof Error ? error.message : 'failed';
  const message = `The parsing thread ended: ${why}`;
  return {
    ...emptyResult(),
    unknowns: [{ scanner: 'reader', code: 'parse-failed', message, location: { path } }],
  };
}
