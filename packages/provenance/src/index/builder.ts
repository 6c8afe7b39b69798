/**
 * Building: records go to memory, sorted runs to disk, and in the end a merge of all runs makes segments of disjoint key
 * ranges. Nothing of it is part of the index before the manifest names it, so a build that is killed leaves the last
 * good index; the next one removes what it left behind.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustosError } from '@custos/core';
import {
  BUILD_DIR,
  draftManifest,
  emptyManifest,
  MANIFEST_DRAFT,
  type Manifest,
  type ManifestSegment,
  publishDraft,
  readManifest,
  refuseParts,
  SEGMENT,
  type SourceInfo,
  syncFolder,
} from './manifest.ts';
import { BuildPool, buildError } from './pool.ts';
import { MAX_SOURCE, RunBuffer } from './run-buffer.ts';
import type { RunInfo } from './run-file.ts';
import { type SegmentInfo, segmentFile } from './segment-format.ts';
import { SegmentReader } from './segment-reader.ts';
import { rangesOf, type Sample } from './split.ts';
import { takeWriteLock } from './write-lock.ts';

export interface BuildOptions {
  /** A built worker file; see {@link BuildPool}. */
  workerUrl?: URL | undefined;
  /** Keys that one sorted run holds in memory, bytes. Two or three such buffers exist at a time. Default 64 MiB. */
  runBytes?: number;
  /** Records per segment, about. Default 8 Mi. */
  segmentRecords?: number;
  /** Builds that may overlap before they are merged. Default 8. */
  maxBuilds?: number;
}

/** Most runs merged at once: each takes a file handle and 256 KiB. */
const MAX_RUNS = 256;
/** Below this one segment is enough. */
const SMALL_BUILD = 1_000_000;

export class IndexBuilder {
  readonly dir: string;
  readonly #options: Required<Omit<BuildOptions, 'workerUrl'>>;
  readonly #pool: BuildPool;
  readonly #unlock: () => void;
  readonly #before: Manifest;
  readonly #sources: SourceInfo[] = [];
  #buffer: RunBuffer;
  #spare: RunBuffer[] = [];
  #sorting: Promise<RunInfo>[] = [];
  #runs: RunInfo[] = [];
  #segments: ManifestSegment[] = [];
  #build: number;
  #drafts = 0;
  #failed: unknown;
  #closed = false;

  /**
   * Opens a folder for writing; it is made when it is missing.
   * @throws CustosError INDEX_LOCKED, INDEX_DAMAGED, INDEX_WRITE
   */
  constructor(dir: string, options: BuildOptions = {}) {
    this.dir = dir;
    this.#options = {
      runBytes: options.runBytes ?? 64 * 1024 * 1024,
      segmentRecords: options.segmentRecords ?? 8 * 1024 * 1024,
      maxBuilds: options.maxBuilds ?? 8,
    };
    try {
      mkdirSync(dir, { recursive: true });
      this.#unlock = takeWriteLock(dir);
    } catch (error) {
      throw buildError(error, dir);
    }
    try {
      this.#before = readManifest(dir) ?? beginManifest(dir);
      this.#removeLeftovers();
      mkdirSync(join(dir, BUILD_DIR));
    } catch (error) {
      this.#unlock();
      throw buildError(error, dir);
    }
    this.#build = this.#before.builds + 1;
    this.#pool = new BuildPool(options.workerUrl);
    this.#buffer = new RunBuffer(this.#options.runBytes);
  }

  /** Every source that the index would have if the build ended now. */
  get sources(): readonly SourceInfo[] {
    return [...this.#before.sources, ...this.#sources];
  }

  /** Registers a source of records. @returns its number */
  addSource(source: SourceInfo): number {
    const number = this.#before.sources.length + this.#sources.push(source) - 1;
    if (number > MAX_SOURCE) throw new Error('too many sources');
    return number;
  }

  /** Replaces what is said of a source of this build, once its rows are counted. */
  setSource(number: number, source: SourceInfo): void {
    this.#sources[number - this.#before.sources.length] = source;
  }

  /** True when {@link drain} must be awaited before the next record. */
  get full(): boolean {
    return this.#buffer.full;
  }

  /** See {@link RunBuffer.add}. */
  add(url: string, seconds: number, digest: number, source: number): number {
    return this.#buffer.add(url, seconds, digest, source);
  }

  /** Hands the buffer over for sorting; waits while all buffers are in use. */
  async drain(): Promise<void> {
    if (this.#buffer.count === 0) return;
    const path = join(this.dir, BUILD_DIR, `run-${this.#drafts++}`);
    const columns = this.#buffer.columns();
    const sorting = this.#pool.run({ kind: 'sort', path, columns }).then((result) => {
      if (result.kind !== 'sort') throw new Error('a thread answered something else');
      this.#spare.push(new RunBuffer(result.columns));
      return result.run;
    });
    sorting.catch((error: unknown) => {
      this.#failed ??= error;
    });
    this.#sorting.push(sorting);
    // One is being filled while each thread sorts another.
    if (this.#sorting.length > this.#pool.threads)
      await this.#collect(this.#sorting.length - this.#pool.threads);
    if (this.#failed !== undefined) throw buildError(this.#failed, this.dir);
    this.#buffer = this.#spare.pop() ?? new RunBuffer(this.#options.runBytes);
    if (this.#runs.length >= MAX_RUNS) await this.#mergeRuns();
  }

  async #collect(count: number): Promise<void> {
    try {
      for (const run of await Promise.all(this.#sorting.splice(0, count))) this.#runs.push(run);
    } catch (error) {
      throw buildError(error, this.dir);
    }
  }

  async #mergeRuns(): Promise<void> {
    await this.#collect(this.#sorting.length);
    const runs = this.#runs.splice(0);
    if (runs.length === 0) return;
    const samples = runs.flatMap(({ restarts, records }) =>
      restarts.map((restart): Sample => ({ key: restart.key, records: records / restarts.length })),
    );
    const merged = await this.#merge(runs, [], samples);
    this.#segments.push(...merged.map((segment) => ({ ...segment, build: this.#build })));
    this.#build++;
    for (const run of runs) rmSync(run.path);
  }

  async #merge(runs: RunInfo[], segments: SegmentInfo[], samples: Sample[]): Promise<SegmentInfo[]> {
    try {
      const made = await Promise.all(
        rangesOf(samples, this.#recordsPerSegment(samples)).map(async ({ from, to }) => {
          const draft = join(this.dir, BUILD_DIR, `segment-${this.#drafts++}`);
          const result = await this.#pool.run({
            kind: 'merge',
            runs,
            segments: segments.filter((segment) => overlaps(segment, from, to)),
            dir: this.dir,
            draft,
            from,
            to,
          });
          const segment = result.kind === 'merge' ? result.segment : undefined;
          if (segment) this.#place(draft, segment);
          return segment;
        }),
      );
      return made.flatMap((segment) => segment ?? []);
    } catch (error) {
      throw buildError(error, this.dir);
    }
  }

  /** Large builds are cut so that every thread has work. */
  #recordsPerSegment(samples: Sample[]): number {
    const total = samples.reduce((sum, { records }) => sum + records, 0);
    const share = total < SMALL_BUILD ? total : Math.ceil(total / this.#pool.threads);
    return Math.max(1, Math.min(this.#options.segmentRecords, share));
  }

  /** From here on the segment stands where readers look for it, marked as this build's until a manifest names it. */
  #place(draft: string, { digest }: SegmentInfo): void {
    this.#mark(digest);
    renameSync(draft, join(this.dir, segmentFile(digest)));
  }

  #mark(digest: string): void {
    writeFileSync(join(this.dir, BUILD_DIR, segmentFile(digest)), '');
  }

  /**
   * Makes the records part of the index and gives the folder free.
   * @param confirm called when all is on disk and only the manifest is still to be replaced; when it throws, nothing changes
   * @returns the manifest now in place
   * @throws CustosError DISK_FULL, INDEX_WRITE; the index is then as it was, unless the message says otherwise
   */
  async finish(confirm?: (manifest: Manifest) => Promise<void>): Promise<Manifest> {
    try {
      await this.drain();
      await this.#mergeRuns();
      let segments = [...this.#before.segments, ...this.#segments];
      segments = await this.#compacted(segments);
      const manifest: Manifest = {
        ...this.#before,
        builds: this.#build - 1,
        segments: segments.sort((a, b) => a.build - b.build || (a.firstKey < b.firstKey ? -1 : 1)),
        sources: [...this.#before.sources, ...this.#sources],
      };
      await this.#publish(manifest, confirm);
      await this.#close(manifest);
      return manifest;
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  async #publish(manifest: Manifest, confirm?: (manifest: Manifest) => Promise<void>): Promise<void> {
    const kept = new Set(manifest.segments.map(({ digest }) => digest));
    try {
      for (const { digest } of this.#before.segments) if (!kept.has(digest)) this.#mark(digest);
      draftManifest(this.dir, manifest);
    } catch (error) {
      throw buildError(error, this.dir);
    }
    await confirm?.(manifest);
    try {
      publishDraft(this.dir);
    } catch (error) {
      throw buildError(error, this.dir);
    }
    try {
      syncFolder(this.dir);
    } catch (cause) {
      // After a power cut the one manifest may count or the other: both keep their segments.
      await this.#release();
      throw new CustosError(
        'INDEX_WRITE',
        `The new index is in place at ${this.dir}, but the system could not say that it is on disk. Check the disk, then run \`custos provenance verify\`.`,
        { cause },
      );
    }
  }

  /** Gives up: nothing of this build stays. */
  async abort(): Promise<void> {
    await Promise.allSettled(this.#sorting);
    await this.#close(this.#before);
  }

  /** Where too many builds overlap, the smallest become one. */
  async #compacted(segments: ManifestSegment[]): Promise<ManifestSegment[]> {
    const sizes = new Map<number, number>();
    for (const { build, records } of segments) sizes.set(build, (sizes.get(build) ?? 0) + records);
    if (sizes.size <= this.#options.maxBuilds) return segments;
    const keep = Math.floor(this.#options.maxBuilds / 2);
    const smallest = [...sizes].sort((x, y) => y[1] - x[1]).slice(keep);
    const chosen = new Set(smallest.map(([build]) => build));
    const old = segments.filter(({ build }) => chosen.has(build));
    const samples = old.flatMap((info) => {
      const reader = new SegmentReader(this.dir, info);
      try {
        return reader.samples();
      } finally {
        reader.close();
      }
    });
    const infos = old.map(({ build: _, ...info }) => info);
    const merged = await this.#merge([], infos, samples);
    const build = this.#build++;
    return [
      ...segments.filter((item) => !chosen.has(item.build)),
      ...merged.map((item) => ({ ...item, build })),
    ];
  }

  async #close(manifest: Manifest): Promise<void> {
    await this.#release(() => this.#removeLeftovers(manifest));
  }

  async #release(cleaning?: () => void): Promise<void> {
    // Once only: after that the lock may be another's.
    if (this.#closed) return;
    this.#closed = true;
    await this.#pool.close();
    try {
      cleaning?.();
    } finally {
      this.#unlock();
    }
  }

  /** What builds made and no manifest came to name, or dropped. Segments that no build marked are not touched. */
  #removeLeftovers(manifest = this.#before): void {
    const named = new Set(manifest.segments.map(({ digest }) => segmentFile(digest)));
    const build = join(this.dir, BUILD_DIR);
    for (const name of existsSync(build) ? readdirSync(build) : [])
      if (SEGMENT.test(name) && !named.has(name)) rmSync(join(this.dir, name), { force: true });
    rmSync(build, { recursive: true, force: true });
    rmSync(join(this.dir, MANIFEST_DRAFT), { force: true });
  }
}

/** Segments never stand without a manifest, so that a missing one is noticed. @throws CustosError INDEX_DAMAGED */
function beginManifest(dir: string): Manifest {
  refuseParts(dir);
  const manifest = emptyManifest();
  draftManifest(dir, manifest);
  publishDraft(dir);
  syncFolder(dir);
  return manifest;
}

/** Segments of one build do not overlap one another, so a range meets few of them: few open files. */
function overlaps(segment: SegmentInfo, from: Uint8Array | undefined, to: Uint8Array | undefined): boolean {
  if (to && Buffer.compare(Buffer.from(segment.firstKey, 'latin1'), to) >= 0) return false;
  return !from || Buffer.compare(Buffer.from(segment.lastKey, 'latin1'), from) >= 0;
}
