/**
 * Hash tiles laid out as C2SP tlog-tiles does: `tile/<L>/<N>` holds the 256 hashes of level 8·L from 256·N on, `.p/<W>` a
 * last tile of W hashes. They follow from the entries, so they are no part of a commit: full tiles are written when they
 * fill up, the partial ones at closing, and opening mends what a crash left out.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NodeTable } from './nodes.ts';

const WIDTH = 256;
const LEVELS = 8;

/** `1234067` → `x001/x234/067`. */
export function tilePath(level: number, tile: number): string {
  const groups: string[] = [];
  let rest = tile;
  do {
    const group = String(rest % 1000).padStart(3, '0');
    groups.unshift(groups.length === 0 ? group : `x${group}`);
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  return join('tile', String(level), ...groups);
}

/** Writes the full tiles that came to be between two sizes of the ledger. */
export function writeFullTiles(dir: string, nodes: NodeTable, before: number, after: number): void {
  for (let level = 0, unit = 1; level < LEVELS && unit <= after; level++, unit *= WIDTH) {
    const first = Math.floor(before / unit / WIDTH);
    const end = Math.floor(after / unit / WIDTH);
    for (let tile = first; tile < end; tile++) writeTile(dir, nodes, level, tile);
  }
}

function writeTile(dir: string, nodes: NodeTable, level: number, tile: number): void {
  const path = join(dir, tilePath(level, tile));
  writeAtomically(path, nodes.range(level * 8, tile * WIDTH, WIDTH));
  rmSync(`${path}.p`, { recursive: true, force: true });
}

/** Makes all tiles agree with the hashes in memory: missing full tiles, and the partial ones of the present size. */
export function completeTiles(dir: string, nodes: NodeTable): void {
  for (let level = 0; nodes.count(level * 8) > 0; level++) {
    const count = nodes.count(level * 8);
    const full = Math.floor(count / WIDTH);
    for (let tile = 0; tile < full; tile++) {
      if (!existsSync(join(dir, tilePath(level, tile)))) writeTile(dir, nodes, level, tile);
    }
    if (count % WIDTH > 0) writePartial(dir, nodes, level, full, count % WIDTH);
  }
}

function writePartial(dir: string, nodes: NodeTable, level: number, tile: number, width: number): void {
  const folder = join(dir, `${tilePath(level, tile)}.p`);
  const path = join(folder, String(width));
  if (existsSync(path)) return;
  writeAtomically(path, nodes.range(level * 8, tile * WIDTH, width));
  for (const other of readdirSync(folder))
    if (other !== String(width)) rmSync(join(folder, other), { force: true });
}

/** The first leaf whose stored hash differs from the one computed from its entry, as far as tiles reach. */
export function firstDifference(dir: string, nodes: NodeTable): number | undefined {
  const count = nodes.count(0);
  for (let tile = 0; tile * WIDTH < count; tile++) {
    const stored = readTile(dir, tile);
    const width = Math.min(Math.floor(stored.length / 32), count - tile * WIDTH);
    for (let i = 0; i < width; i++) {
      const here = nodes.range(0, tile * WIDTH + i, 1);
      if (Buffer.compare(stored.subarray(i * 32, i * 32 + 32), here) !== 0) return tile * WIDTH + i;
    }
  }
  return undefined;
}

function readTile(dir: string, tile: number): Buffer {
  const path = join(dir, tilePath(0, tile));
  if (existsSync(path)) return readFileSync(path);
  const partial = existsSync(`${path}.p`)
    ? readdirSync(`${path}.p`)
        .map(Number)
        .sort((a, b) => b - a)[0]
    : undefined;
  return partial === undefined ? Buffer.alloc(0) : readFileSync(join(`${path}.p`, String(partial)));
}

function writeAtomically(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.tmp`, bytes);
  renameSync(`${path}.tmp`, path);
}
