/**
 * Results of earlier scans. A result is named by scanner version, path and content hash; a stat index (times of content
 * and of change, size, inode) saves hashing files that did not change. One file of JSON lines per scanned root, replaced atomically;
 * whatever in it cannot be read is simply scanned again.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Asset, Edge, Finding, Unknown } from '@custos/core';
import { z } from 'zod';
import { SCANNER_VERSION } from './registry.ts';
import type { FileResult, TreeFile } from './types.ts';

/** Times this close to now may still change without the clock showing it. Milliseconds. */
const RACY = 2_000;

const Times = [z.number(), z.number()] as const;
const Line = z.tuple([z.string(), ...Times, z.number(), z.number(), z.string(), z.number(), z.string()]);
const Result = z.strictObject({
  assets: z.array(Asset),
  edges: z.array(Edge),
  findings: z.array(Finding),
  unknowns: z.array(Unknown),
});

interface Remembered {
  /** 0 where the times prove nothing. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly size: number;
  readonly inode: number;
  /** SHA-256 of the content, or the git blob id; '' where the content was not hashed. */
  readonly content: string;
  readonly bytes: number;
  /** Kept as text: most runs only copy it. '' for a result with nothing in it. */
  readonly result: string;
}

const HEADER = JSON.stringify({ custos: 'scan-cache', version: SCANNER_VERSION });
const EMPTY: FileResult = { assets: [], edges: [], findings: [], unknowns: [] };

export class ScanCache {
  private readonly file: string;
  private readonly old = new Map<string, Remembered>();
  private readonly fresh = new Map<string, Remembered>();
  private readonly startedAt = Date.now();
  private changed = false;

  private constructor(file: string) {
    this.file = file;
  }

  /** @param directory where to keep it; created when missing */
  static async open(directory: string, identity: string): Promise<ScanCache> {
    await mkdir(directory, { recursive: true });
    const name = createHash('sha256').update(identity).digest('hex').slice(0, 16);
    const cache = new ScanCache(join(directory, `scan-${name}.jsonl`));
    await cache.load().catch(() => cache.old.clear());
    return cache;
  }

  /** The result for an unchanged file, judged by its stat data or blob id alone. */
  byStat(file: TreeFile): { result: FileResult; bytes: number } | undefined {
    const known = this.old.get(file.path);
    if (known === undefined) return undefined;
    const same =
      file.contentName === undefined
        ? known.mtimeMs === file.mtimeMs &&
          known.mtimeMs > 0 &&
          known.ctimeMs === file.ctimeMs &&
          known.size === file.size &&
          known.inode === file.inode
        : known.content === file.contentName;
    return same ? this.reuse(file, known) : undefined;
  }

  /** Name of the content that a result is known for, or undefined. */
  contentOf(path: string): string | undefined {
    const known = this.old.get(path);
    if (known === undefined || known.content === '') return undefined;
    return known.result === '' || parse(known.result) !== undefined ? known.content : undefined;
  }

  /** The result known for this content, which the file turned out to have. */
  byContent(file: TreeFile): { result: FileResult; bytes: number } | undefined {
    const known = this.old.get(file.path);
    this.changed = true;
    return known === undefined ? undefined : this.reuse(file, known);
  }

  /** @param result JSON of a FileResult, '' for nothing */
  put(file: TreeFile, content: string, bytes: number, result: string): void {
    this.changed = true;
    this.keep(file, content, bytes, result);
  }

  /** Writes what this scan saw; files that are gone are forgotten. */
  async save(): Promise<void> {
    if (!this.changed && this.fresh.size === this.old.size) return;
    const temporary = `${this.file}.${process.pid}.tmp`;
    const out = createWriteStream(temporary, { mode: 0o600 });
    try {
      let block = `${HEADER}\n`;
      for (const [path, one] of this.fresh) {
        block += `${JSON.stringify([path, one.mtimeMs, one.ctimeMs, one.size, one.inode, one.content, one.bytes, one.result])}\n`;
        if (block.length < 256 * 1024) continue;
        if (!out.write(block)) await once(out, 'drain');
        block = '';
      }
      out.end(block);
      await once(out, 'close');
      await rename(temporary, this.file);
    } catch (error) {
      out.destroy();
      await rm(temporary, { force: true });
      throw error;
    }
  }

  private reuse(file: TreeFile, known: Remembered): { result: FileResult; bytes: number } | undefined {
    const result = known.result === '' ? EMPTY : parse(known.result);
    if (result === undefined) return undefined;
    this.keep(file, known.content, known.bytes, known.result);
    return { result, bytes: known.bytes };
  }

  private keep(file: TreeFile, content: string, bytes: number, result: string): void {
    const { path, ctimeMs, size, inode } = file;
    const racy = Math.max(file.mtimeMs, ctimeMs) > this.startedAt - RACY;
    const mtimeMs = racy ? 0 : file.mtimeMs;
    this.fresh.set(path, { mtimeMs, ctimeMs, size, inode, content, bytes, result });
  }

  private async load(): Promise<void> {
    const lines = createInterface({
      input: createReadStream(this.file, 'utf8'),
      crlfDelay: Number.POSITIVE_INFINITY,
    });
    let first = true;
    for await (const text of lines) {
      if (first) {
        if (text !== HEADER) return;
        first = false;
        continue;
      }
      const line = Line.safeParse(JSON.parse(text));
      if (!line.success) continue;
      const [path, mtimeMs, ctimeMs, size, inode, content, bytes, result] = line.data;
      this.old.set(path, { mtimeMs, ctimeMs, size, inode, content, bytes, result });
    }
  }
}

function parse(text: string): FileResult | undefined {
  try {
    return Result.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
