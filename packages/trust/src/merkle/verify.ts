/**
 * Checking proofs, as RFC 9162 §2.1.3.2 and §2.1.4.2 (the same trees as RFC 6962) describe it. A good proof returns; whatever
 * else throws with the exact reason, so a caller cannot forget to look at a result.
 */
import { CustosError } from '@custos/core';
import { HASH_SIZE, nodeHash } from './hash.ts';

/**
 * @param proof lowest sibling first
 * @throws CustosError PROOF_INVALID with the reason
 */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): void {
  if (!isSize(index) || !isSize(size)) fail(`index ${index} and size ${size} must be whole numbers from 0`);
  if (index >= size) fail(`leaf ${index} lies beyond the tree of ${size} leaves`);
  checkHash('leaf hash', leaf);
  checkProof(proof);
  let node = leaf;
  let position = index;
  let last = size - 1;
  for (const sibling of proof) {
    if (last === 0)
      fail(`the proof has ${proof.length} hashes, more than a path in a tree of ${size} leaves`);
    if (position % 2 === 1 || position === last) {
      node = nodeHash(sibling, node);
      [position, last] = skipAbsentSiblings(position, last);
    } else {
      node = nodeHash(node, sibling);
    }
    position = half(position);
    last = half(last);
  }
  if (last !== 0) fail(`the proof has ${proof.length} hashes, fewer than a path in a tree of ${size} leaves`);
  if (!same(node, root)) fail('the path leads to another root');
}

/**
 * @param first size of the older tree, at least 1: a request from size 0 shows nothing and is refused
 * @throws CustosError PROOF_INVALID with the reason
 */
export function verifyConsistency(
  first: number,
  second: number,
  proof: readonly Uint8Array[],
  root1: Uint8Array,
  root2: Uint8Array,
): void {
  if (!isSize(first) || !isSize(second)) fail(`sizes ${first} and ${second} must be whole numbers from 0`);
  if (first > second) fail(`the first tree (${first} leaves) is larger than the second (${second})`);
  if (first === 0) fail('consistency with the empty tree shows nothing');
  if (first === second) {
    if (proof.length > 0) fail('trees of one size need an empty proof');
    if (!same(root1, root2)) fail('two roots were given for one size');
    return;
  }
  if (proof.length === 0) fail('the proof is empty');
  checkProof(proof);
  walkConsistency(first, second, proof, root1, root2);
}

function walkConsistency(
  first: number,
  second: number,
  proof: readonly Uint8Array[],
  root1: Uint8Array,
  root2: Uint8Array,
): void {
  let position = first - 1;
  let last = second - 1;
  while (position % 2 === 1) {
    position = half(position);
    last = half(last);
  }
  const seeded = position === 0;
  const [seed = root1, ...rest] = seeded ? [root1, ...proof] : proof;
  let older = seed;
  let newer = seed;
  for (const hash of rest) {
    if (last === 0) fail(`the proof has ${proof.length} hashes, more than sizes ${first} and ${second} need`);
    if (position % 2 === 1 || position === last) {
      older = nodeHash(hash, older);
      newer = nodeHash(hash, newer);
      [position, last] = skipAbsentSiblings(position, last);
    } else {
      newer = nodeHash(newer, hash);
    }
    position = half(position);
    last = half(last);
  }
  if (last !== 0) fail(`the proof has ${proof.length} hashes, fewer than sizes ${first} and ${second} need`);
  if (!same(older, root1)) fail('the proof leads to another first root');
  if (!same(newer, root2)) fail('the proof leads to another second root');
}

/** On the right edge a node rises through levels where it has no sibling. */
function skipAbsentSiblings(position: number, last: number): [number, number] {
  let [p, l] = [position, last];
  while (p % 2 === 0 && p !== 0) {
    p = half(p);
    l = half(l);
  }
  return [p, l];
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function checkProof(proof: readonly Uint8Array[]): void {
  for (const [i, hash] of proof.entries()) checkHash(`hash ${i} of the proof`, hash);
}

function checkHash(what: string, hash: Uint8Array): void {
  if (hash.length !== HASH_SIZE) fail(`${what} has ${hash.length} bytes instead of ${HASH_SIZE}`);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function fail(why: string): never {
  throw new CustosError('PROOF_INVALID', `The Merkle proof does not hold: ${why}.`);
}
