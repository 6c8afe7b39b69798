/**
 * Sorts keys by multikey quicksort (Bentley and Sedgewick 1997) on four bytes at a time, with those four bytes cached
 * beside each record (Rantala 2007), so that most comparisons touch no key at all.
 */

const SMALL = 16;

/** Keys hold no byte 0 and none above 0x7e, so a missing byte may be 0, and a word stays a small integer. */
export interface Keys {
  readonly keys: Uint8Array;
  readonly offsets: Uint32Array;
  readonly lengths: Uint16Array;
}

/** @returns the records in order of their keys; equal keys stay in the order they came */
export function sortKeys(input: Keys, count: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  new KeySort(input, order).sort(0, count, 0);
  return order;
}

class KeySort {
  readonly #view: DataView;
  readonly #keys: Uint8Array;
  readonly #offsets: Uint32Array;
  readonly #lengths: Uint16Array;
  readonly #order: Uint32Array;
  readonly #words: Int32Array;

  constructor({ keys, offsets, lengths }: Keys, order: Uint32Array) {
    this.#keys = keys;
    this.#view = new DataView(keys.buffer, keys.byteOffset, keys.byteLength);
    this.#offsets = offsets;
    this.#lengths = lengths;
    this.#order = order;
    this.#words = new Int32Array(order.length);
  }

  /** Sorts the records from `lo` to before `hi`, which agree in their first `depth` bytes. */
  sort(lo: number, hi: number, depth: number): void {
    const words = this.#words;
    let at = depth;
    for (;;) {
      if (hi - lo <= SMALL) {
        this.#insert(lo, hi, at);
        return;
      }
      let same = true;
      const first = this.#word(this.#order[lo] ?? 0, at);
      for (let i = lo; i < hi; i++) {
        const word = this.#word(this.#order[i] ?? 0, at);
        words[i] = word;
        if (word !== first) same = false;
      }
      if (!same) break;
      if ((first & 0xff) === 0) {
        this.#stable(lo, hi);
        return;
      }
      at += 4;
    }
    this.#split(lo, hi, at);
  }

  /** Three-way partition on the cached words; only the part that is equal goes four bytes deeper. */
  #split(from: number, to: number, depth: number): void {
    const words = this.#words;
    const order = this.#order;
    let lo = from;
    let hi = to;
    while (hi - lo > SMALL) {
      const pivot = this.#pivot(lo, hi);
      let less = lo;
      let i = lo;
      let more = hi;
      while (i < more) {
        const word = words[i] ?? 0;
        if (word === pivot) {
          i++;
          continue;
        }
        const record = order[i] ?? 0;
        const other = word < pivot ? less++ : --more;
        words[i] = words[other] ?? 0;
        order[i] = order[other] ?? 0;
        words[other] = word;
        order[other] = record;
        if (word < pivot) i++;
      }
      if ((pivot & 0xff) === 0) this.#stable(less, more);
      else this.sort(less, more, depth + 4);
      // The smaller side by recursion, the larger by going on: depth stays logarithmic.
      if (less - lo < hi - more) {
        this.#split(lo, less, depth);
        lo = more;
      } else {
        this.#split(more, hi, depth);
        hi = less;
      }
    }
    this.#insert(lo, hi, depth);
  }

  #pivot(lo: number, hi: number): number {
    const words = this.#words;
    const step = (hi - lo) >> 3;
    const mid = (lo + hi) >> 1;
    if (hi - lo < 64) return median(words[lo] ?? 0, words[mid] ?? 0, words[hi - 1] ?? 0);
    return median(
      median(words[lo] ?? 0, words[lo + step] ?? 0, words[lo + 2 * step] ?? 0),
      median(words[mid - step] ?? 0, words[mid] ?? 0, words[mid + step] ?? 0),
      median(words[hi - 1 - 2 * step] ?? 0, words[hi - 1 - step] ?? 0, words[hi - 1] ?? 0),
    );
  }

  /** Four bytes of a key from `depth`, high byte first; bytes after its end are 0. */
  #word(record: number, depth: number): number {
    const left = (this.#lengths[record] ?? 0) - depth;
    const at = (this.#offsets[record] ?? 0) + depth;
    if (left >= 4) return this.#view.getInt32(at);
    if (left <= 0) return 0;
    const keys = this.#keys;
    let word = (keys[at] ?? 0) << 24;
    if (left > 1) word |= (keys[at + 1] ?? 0) << 16;
    if (left > 2) word |= (keys[at + 2] ?? 0) << 8;
    return word;
  }

  #insert(lo: number, hi: number, depth: number): void {
    const order = this.#order;
    for (let i = lo + 1; i < hi; i++) {
      const record = order[i] ?? 0;
      let to = i;
      while (to > lo && this.#before(record, order[to - 1] ?? 0, depth)) {
        order[to] = order[to - 1] ?? 0;
        to--;
      }
      order[to] = record;
    }
  }

  #before(a: number, b: number, depth: number): boolean {
    for (let at = depth; ; at += 4) {
      const left = this.#word(a, at);
      const right = this.#word(b, at);
      if (left !== right) return left < right;
      if ((left & 0xff) === 0) return a < b;
    }
  }

  #stable(lo: number, hi: number): void {
    this.#order.subarray(lo, hi).sort();
  }
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
