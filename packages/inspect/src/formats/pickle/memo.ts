/** The memo of a pickle: values by index, in blocks that are made when they are first used. */
import { LimitReached } from '../../limits.ts';
import { UNSET } from './values.ts';

const BITS = 12;
const BLOCK = 1 << BITS;
const MASK = BLOCK - 1;
/** 96 MiB of values: what a pickle of more than 12 million memoised objects needs is not read to its end. */
const MAX_BLOCKS = 3_072;
const MAX_DIRECT = 2 ** 26;

export class Memo {
  /** Distinct indices in use: the index that MEMOIZE takes next. */
  size = 0;
  private readonly blocks: (Float64Array | undefined)[] = [];
  private used = 0;
  /** Indices that no pickler writes. */
  private readonly far = new Map<number, number>();

  put(index: number, value: number): void {
    if (index >= MAX_DIRECT) {
      if (!this.far.has(index)) this.size++;
      if (this.far.size > BLOCK) throw new LimitReached('memory');
      this.far.set(index, value);
      return;
    }
    const block = this.blocks[index >>> BITS] ?? this.grow(index >>> BITS);
    if (block[index & MASK] === UNSET) this.size++;
    block[index & MASK] = value;
  }

  /** UNSET where nothing was stored. */
  get(index: number): number {
    if (index >= MAX_DIRECT) return this.far.get(index) ?? UNSET;
    return this.blocks[index >>> BITS]?.[index & MASK] ?? UNSET;
  }

  private grow(at: number): Float64Array {
    if (++this.used > MAX_BLOCKS) throw new LimitReached('memory');
    // A sparse array would turn into a dictionary: fill up to the block.
    while (this.blocks.length < at) this.blocks.push(undefined);
    const block = new Float64Array(BLOCK);
    this.blocks[at] = block;
    return block;
  }
}
