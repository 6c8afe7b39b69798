/** The hashes of all complete subtrees in memory, 64 bytes for each leaf, read from segments at opening. */
import { CustosError } from '@custos/core';
import type { Node } from '../backend.ts';

const HASH = 32;

export class NodeTable {
  readonly #levels: { bytes: Buffer; count: number }[] = [];

  count(level: number): number {
    return this.#levels[level]?.count ?? 0;
  }

  set({ level, index, hash }: Node): void {
    this.#levels[level] ??= { bytes: Buffer.alloc(HASH * 16), count: 0 };
    const table = this.#levels[level];
    if ((index + 1) * HASH > table.bytes.length) {
      const larger = Buffer.alloc(Math.max(table.bytes.length * 2, (index + 1) * HASH));
      table.bytes.copy(larger);
      table.bytes = larger;
    }
    table.bytes.set(hash, index * HASH);
    table.count = Math.max(table.count, index + 1);
  }

  get(level: number, index: number): Uint8Array {
    return Buffer.from(this.range(level, index, 1));
  }

  /** @throws CustosError PROOF_RANGE for hashes that are not there */
  range(level: number, first: number, count: number): Uint8Array {
    const table = this.#levels[level];
    if (table === undefined || first + count > table.count) {
      throw new CustosError(
        'PROOF_RANGE',
        `The ledger has no complete subtree ${first + count - 1} at level ${level}.`,
      );
    }
    return table.bytes.subarray(first * HASH, (first + count) * HASH);
  }
}
