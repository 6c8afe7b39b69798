/** Resource descriptors: their names, their canonical order, and the root digest (specification v1.0, sections 6.1.2 to 6.5.1). */
import { createHash } from 'node:crypto';
import type { HashType } from './hash-types.ts';
import { Rejection } from './problem.ts';

export interface Resource {
  /** Path in the model with `/`; for shards `path:start:end`. */
  readonly name: string;
  /** Lower-case hex. */
  readonly digest: string;
  readonly algorithm: HashType;
}

/** What a resource name means. `end` is exclusive; undefined is the end of the file. */
export interface ByteRange {
  readonly path: string;
  readonly start: number;
  readonly end: number | undefined;
}

const SHARD = /^(.+):(0|[1-9]\d{0,15}):([1-9]\d{0,15})$/s;

/** Unicode code point order, which is the order of the UTF-8 bytes and not that of JavaScript strings. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  for (let i = 0; ; ) {
    const x = a.codePointAt(i);
    const y = b.codePointAt(i);
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    if (x !== y) return x < y ? -1 : 1;
    i += x > 0xffff ? 2 : 1;
  }
}

/** SHA-256 over the digests of all resources in their order, whatever their own algorithm. Hex. */
export function rootDigest(resources: readonly Resource[]): string {
  const hasher = createHash('sha256');
  for (const { digest } of resources) hasher.update(digest, 'hex');
  return hasher.digest('hex');
}

/** Why a path can't stand in a manifest; undefined for a good one. */
export function pathFault(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (path.includes('\0')) return 'holds a NUL character';
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return 'is absolute';
  if (/\p{Surrogate}/u.test(path)) return 'holds half of a UTF-16 pair';
  const parts = path.split('/');
  if (parts.includes('..')) return 'leads out of the model with ".."';
  if (parts.includes('.') || parts.includes('')) return 'is not in its shortest form';
  return undefined;
}

/**
 * @param shardSize bytes, for the shards method
 * @throws Rejection RESOURCE_NAME for names that are no canonical paths or no whole shard
 * @example parseResourceName('a:b.bin:0:10', 'predicate.resources[0].name', 10) // { path: 'a:b.bin', start: 0, end: 10 }
 */
export function parseResourceName(name: string, at: string, shardSize: number | undefined): ByteRange {
  const refuse = (why: string) =>
    new Rejection('RESOURCE_NAME', at, `The resource name "${name.slice(0, 200)}" ${why}.`);
  const [, path = '', from = '', to = ''] =
    shardSize === undefined ? [name, name, '0', '0'] : (SHARD.exec(name) ?? []);
  if (from === '') throw refuse('does not end in :start:end, as shards must');
  // A single-file model signed by the reference implementation has the name "." .
  const fault = path === '.' ? undefined : pathFault(path);
  if (fault !== undefined) throw refuse(fault);
  if (shardSize === undefined) return { path, start: 0, end: undefined };
  const [start, end] = [Number(from), Number(to)];
  if (!Number.isSafeInteger(end) || end <= start || end - start > shardSize || start % shardSize !== 0)
    throw refuse(`is no range of a file in shards of ${shardSize} bytes`);
  return { path, start, end };
}

/**
 * Index of the first resource that is out of order; -1 when all stand right. Besides the order of the specification, that
 * of the reference implementation is right, which compares paths part by part and offsets as numbers.
 */
export function firstOutOfOrder(resources: readonly Resource[], ranges: readonly ByteRange[]): number {
  const byName = resources.findIndex(
    (one, i) => i > 0 && compareNames(resources[i - 1]?.name ?? '', one.name) > 0,
  );
  if (byName === -1) return -1;
  const byParts = ranges.findIndex((one, i) => {
    const before = ranges[i - 1];
    return before !== undefined && compareParts(before, one) > 0;
  });
  return byParts === -1 ? -1 : byName;
}

function compareParts(a: ByteRange, b: ByteRange): number {
  const [x, y] = [a.path.split('/'), b.path.split('/')];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [left, right] = [x[i], y[i]];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    if (left !== right) return compareNames(left, right);
  }
  return a.start - b.start;
}
