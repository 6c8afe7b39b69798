/** RFC 6962 §2.1.1 and §2.1.2: making inclusion and consistency proofs, from leaf hashes or from stored subtree hashes. */
import { CustosError } from '@custos/core';
import { nodeHash } from './hash.ts';

/** Reads the `index`-th complete subtree of 2^level leaves, as `CompactTree` reported it. */
export interface HashReader {
  node(level: number, index: number): Uint8Array | Promise<Uint8Array>;
}
export type HashSource = readonly Uint8Array[] | HashReader;

/**
 * Audit path of the leaf at `index` in the tree of the first `size` leaves, lowest sibling first.
 * @throws CustosError PROOF_RANGE unless 0 ≤ index < size ≤ leaves at hand
 */
export async function inclusionProof(source: HashSource, index: number, size: number): Promise<Uint8Array[]> {
  if (!isSize(size) || !isSize(index) || index >= size) {
    throw new CustosError(
      'PROOF_RANGE',
      `No leaf ${index} in a tree of ${size} leaves; leaves count from 0.`,
    );
  }
  const read = readerOf(source, size);
  const proof: Uint8Array[] = [];
  let start = 0;
  let count = size;
  while (count > 1) {
    const left = largestPowerBelow(count);
    if (index < start + left) {
      proof.unshift(await rangeHash(read, start + left, count - left));
      count = left;
    } else {
      proof.unshift(await rangeHash(read, start, left));
      start += left;
      count -= left;
    }
  }
  return proof;
}

/**
 * Proof that the tree of `first` leaves is a beginning of the tree of `second` leaves.
 * @throws CustosError PROOF_RANGE unless 1 ≤ first ≤ second ≤ leaves at hand. Size 0 is refused: every tree is consistent
 * with the empty one, so such a proof would show nothing.
 */
export async function consistencyProof(
  source: HashSource,
  first: number,
  second: number,
): Promise<Uint8Array[]> {
  if (!isSize(first) || !isSize(second) || first < 1 || first > second) {
    throw new CustosError(
      'PROOF_RANGE',
      `No consistency proof from ${first} to ${second} leaves; sizes must be 1 ≤ first ≤ second.`,
    );
  }
  const read = readerOf(source, second);
  const proof: Uint8Array[] = [];
  let start = 0;
  let count = second;
  while (first < start + count) {
    const left = largestPowerBelow(count);
    if (first <= start + left) {
      proof.unshift(await rangeHash(read, start + left, count - left));
      count = left;
    } else {
      proof.unshift(await rangeHash(read, start, left));
      start += left;
      count -= left;
    }
  }
  if (start > 0) proof.unshift(await rangeHash(read, start, count));
  return proof;
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Largest power of two that is smaller than `count` (≥ 2). */
function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** Hash over `count` leaves from `start`, which is a multiple of the largest power of two in the range. */
async function rangeHash(read: HashReader, start: number, count: number): Promise<Uint8Array> {
  const level = Math.log2(count);
  if (Number.isInteger(level)) return read.node(level, start / count);
  const left = largestPowerBelow(count);
  return nodeHash(await rangeHash(read, start, left), await rangeHash(read, start + left, count - left));
}

function readerOf(source: HashSource, size: number): HashReader {
  if ('node' in source) return source;
  if (size > source.length) {
    throw new CustosError(
      'PROOF_RANGE',
      `A tree of ${size} leaves was asked for; ${source.length} leaves are at hand.`,
    );
  }
  return { node: (level, index) => subtree(source, level, index) };
}

function subtree(leaves: readonly Uint8Array[], level: number, index: number): Uint8Array {
  if (level > 0)
    return nodeHash(subtree(leaves, level - 1, index * 2), subtree(leaves, level - 1, index * 2 + 1));
  const leaf = leaves[index];
  if (leaf === undefined) throw new CustosError('PROOF_RANGE', `Leaf ${index} is not at hand.`);
  return leaf;
}
