/** An RFC 6962 tree that keeps only what appending and the root need: one hash for each bit set in its size. */
import { CustosError } from '@custos/core';
import { EMPTY_ROOT, HASH_SIZE, nodeHash } from './hash.ts';

/** Told of every complete subtree as it comes to be: `index`-th subtree of 2^level leaves; level 0 are the leaves. */
export type NodeListener = (level: number, index: number, hash: Uint8Array) => void;

export class CompactTree {
  /** Roots of the complete subtrees, largest first. */
  readonly #peaks: Uint8Array[];
  readonly #onNode: NodeListener | undefined;
  #size: number;

  constructor(
    onNode?: NodeListener,
    from: { size: number; peaks: readonly Uint8Array[] } = { size: 0, peaks: [] },
  ) {
    this.#onNode = onNode;
    this.#size = from.size;
    this.#peaks = [...from.peaks];
    if (!Number.isSafeInteger(from.size) || from.size < 0 || this.#peaks.length !== bitCount(from.size)) {
      throw new CustosError(
        'TREE_STATE',
        `A tree of ${from.size} leaves has ${bitCount(from.size)} peaks, not ${this.#peaks.length}.`,
      );
    }
  }

  get size(): number {
    return this.#size;
  }

  /** What `from` takes to go on later; largest subtree first. */
  get peaks(): readonly Uint8Array[] {
    return this.#peaks;
  }

  /** Appends the hash of a leaf (`leafHash` of its bytes). @throws CustosError TREE_STATE unless it has 32 bytes */
  append(leaf: Uint8Array): void {
    if (leaf.length !== HASH_SIZE)
      throw new CustosError('TREE_STATE', `A leaf hash has 32 bytes, not ${leaf.length}.`);
    let node = leaf;
    let index = this.#size;
    this.#onNode?.(0, index, node);
    for (let level = 1; index % 2 === 1; level++) {
      node = nodeHash(this.#peaks.pop() ?? EMPTY_ROOT, node);
      index = (index - 1) / 2;
      this.#onNode?.(level, index, node);
    }
    this.#peaks.push(node);
    this.#size++;
  }

  /** The Merkle tree hash of what was appended; SHA-256 of nothing for the empty tree. */
  root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (let i = this.#peaks.length - 1; i >= 0; i--) {
      const peak = this.#peaks[i];
      if (peak !== undefined) root = root === undefined ? peak : nodeHash(peak, root);
    }
    return root ?? EMPTY_ROOT;
  }
}

/** The root over leaf hashes. */
export function rootOf(leaves: Iterable<Uint8Array>): Uint8Array {
  const tree = new CompactTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree.root();
}

function bitCount(size: number): number {
  let count = 0;
  for (let rest = size; rest >= 1; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
