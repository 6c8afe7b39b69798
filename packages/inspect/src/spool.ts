/**
 * Decompressed content as a source that can be read anywhere: in memory while it is small, then in a temporary file that
 * has no name any more when it is written. Bombs stop here.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BytesSource, DescriptorSource } from './sources.ts';
import type { ByteSource, Inspection } from './types.ts';

const IN_MEMORY = 16 * 2 ** 20;
/** Weights that are all zero compress well too; nobody stores this much of them. */
const BOMB_BYTES = 256 * 2 ** 20;
const BOMB_RATIO = 200;

/** The content grows beyond what any model compresses to. */
export class Bomb extends Error {
  constructor(packed: number, bytes: number) {
    super(`${packed} bytes unpack to more than ${bytes}`);
    this.name = 'Bomb';
  }
}

export class Spool {
  size = 0;
  private readonly inspection: Pick<Inspection, 'tick'>;
  private readonly packed: number;
  private readonly most: number;
  private chunks: Uint8Array[] = [];
  private descriptor: number | undefined;
  private file: string | undefined;

  /**
   * @param packed bytes that the content takes compressed
   * @param most bytes after which nothing more is taken
   */
  constructor(inspection: Pick<Inspection, 'tick'>, packed: number, most = Number.POSITIVE_INFINITY) {
    this.inspection = inspection;
    this.packed = packed;
    this.most = most;
  }

  /** @throws Bomb @throws LimitReached */
  write(chunk: Uint8Array): void {
    this.inspection.tick(chunk.length);
    this.size += chunk.length;
    if (this.size > this.most) throw new Bomb(this.packed, this.most);
    if (this.size > BOMB_BYTES && this.size > this.packed * BOMB_RATIO)
      throw new Bomb(this.packed, this.size);
    if (this.descriptor !== undefined) {
      writeAll(this.descriptor, chunk);
      return;
    }
    this.chunks.push(chunk.slice());
    if (this.size > IN_MEMORY) this.spill();
  }

  source(path: string): ByteSource {
    if (this.descriptor !== undefined) return new DescriptorSource(this.descriptor, this.size, path);
    const whole = Buffer.concat(this.chunks);
    this.chunks = [whole];
    return new BytesSource(whole, path);
  }

  close(): void {
    this.chunks = [];
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
    if (this.file !== undefined) rmSync(this.file, { force: true });
  }

  private spill(): void {
    const path = join(tmpdir(), `custos-inspect-${randomUUID()}`);
    this.descriptor = openSync(path, 'wx+', 0o600);
    try {
      rmSync(path);
    } catch {
      // Windows keeps the name of an open file; close() removes it.
      this.file = path;
    }
    for (const chunk of this.chunks) writeAll(this.descriptor, chunk);
    this.chunks = [];
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done);
}
