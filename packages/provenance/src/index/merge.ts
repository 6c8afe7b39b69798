/**
 * k-way merge by a loser tree that compares common prefixes before bytes (Ng and Kakehi 2008): front-coded inputs say how
 * much of each key repeats the last, so most matches are decided by two small integers, and the common prefix of each
 * output with the one before comes for free.
 */
import { type Cursor, commonPrefix } from './cursor.ts';

export class Merge implements Cursor {
  common = 0;
  readonly #cursors: readonly Cursor[];
  /** Loser at each inner node; [0] is the winner. −1 is no cursor. */
  readonly #tree: Int32Array;
  /** Common prefix of each cursor's key with the last key that beat it. */
  readonly #shared: Int32Array;
  readonly #alive: Uint8Array;
  readonly #leaves: number;
  #started = false;

  constructor(cursors: readonly Cursor[]) {
    this.#cursors = cursors;
    this.#leaves = Math.max(1, cursors.length);
    this.#tree = new Int32Array(this.#leaves).fill(-1);
    this.#shared = new Int32Array(this.#leaves);
    this.#alive = new Uint8Array(this.#leaves);
  }

  get #winner(): Cursor {
    const cursor = this.#cursors[this.#tree[0] ?? 0];
    if (!cursor) throw new Error('the merge has no record');
    return cursor;
  }

  get key(): Uint8Array {
    return this.#winner.key;
  }
  get length(): number {
    return this.#winner.length;
  }
  get time(): number {
    return this.#winner.time;
  }
  get digestHigh(): number {
    return this.#winner.digestHigh;
  }
  get digestLow(): number {
    return this.#winner.digestLow;
  }
  get source(): number {
    return this.#winner.source;
  }

  next(): boolean {
    if (!this.#started) this.#start();
    else {
      const winner = this.#tree[0] ?? 0;
      const cursor = this.#cursors[winner];
      if (!cursor) return false;
      this.#alive[winner] = cursor.next() ? 1 : 0;
      this.#shared[winner] = cursor.common;
      this.#replay(winner);
    }
    const winner = this.#tree[0] ?? 0;
    this.common = this.#shared[winner] ?? 0;
    return this.#alive[winner] === 1;
  }

  /** The current cursor, for reading its columns without going through the tree. */
  get current(): Cursor {
    return this.#winner;
  }

  close(): void {
    for (const cursor of this.#cursors) cursor.close();
  }

  #start(): void {
    this.#started = true;
    for (const [i, cursor] of this.#cursors.entries()) {
      this.#alive[i] = cursor.next() ? 1 : 0;
      this.#shared[i] = 0;
    }
    // Every cursor plays up to the first node without an opponent and waits there.
    for (let leaf = this.#leaves - 1; leaf >= 0; leaf--) {
      let player = leaf;
      let node = (leaf + this.#leaves) >> 1;
      while (node > 0 && this.#tree[node] !== -1) {
        player = this.#play(player, node);
        node >>= 1;
      }
      this.#tree[node] = player;
    }
  }

  #replay(leaf: number): void {
    let player = leaf;
    for (let node = (leaf + this.#leaves) >> 1; node > 0; node >>= 1) player = this.#play(player, node);
    this.#tree[0] = player;
  }

  /** Plays against the loser that waits at a node. @returns who goes on; the other waits */
  #play(player: number, node: number): number {
    const waiting = this.#tree[node] ?? 0;
    if (this.#beats(player, waiting)) return player;
    this.#tree[node] = player;
    return waiting;
  }

  /** Both prefixes are with the same key, the last output; the loser's is then one with the winner. */
  #beats(player: number, waiting: number): boolean {
    if (this.#alive[waiting] === 0) return this.#alive[player] === 1 || player < waiting;
    if (this.#alive[player] === 0) return false;
    const mine = this.#shared[player] ?? 0;
    const theirs = this.#shared[waiting] ?? 0;
    if (mine !== theirs) return mine > theirs;
    const a = this.#cursors[player];
    const b = this.#cursors[waiting];
    if (!a || !b) return a !== undefined;
    const common = commonPrefix(a.key, a.length, b.key, b.length, mine);
    const order =
      common < a.length && common < b.length
        ? (a.key[common] ?? 0) - (b.key[common] ?? 0)
        : a.length - b.length;
    const wins = order < 0 || (order === 0 && player < waiting);
    this.#shared[wins ? waiting : player] = common;
    return wins;
  }
}
