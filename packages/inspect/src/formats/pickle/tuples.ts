/**
 * Elements of recent tuples. Arguments of a call are nearly always made just before it, so a ring is enough; what has been
 * overwritten is unknown, and unknown arguments are never taken for harmless ones.
 */
import { TUPLE } from './values.ts';

const RING = 1 << 16;
/** Elements kept of one tuple. */
const MOST = 15;

export class Tuples {
  private readonly ring = new Float64Array(RING);
  private next = 0;

  /** Stores `count` values of `stack` from `from`. @returns the value that stands for the tuple */
  make(stack: Float64Array, from: number, count: number): number {
    const start = this.next;
    const kept = Math.min(count, MOST);
    for (let index = 0; index < kept; index++)
      this.ring[(start + index) & (RING - 1)] = stack[from + index] ?? 0;
    this.next = start + kept;
    // Longer tuples keep their head and cannot be read back as a whole.
    return TUPLE + start * 16 + kept;
  }

  /** Elements, or undefined when they are no longer known, or are too many. */
  read(value: number): number[] | undefined {
    if (value < TUPLE || value >= TUPLE + TUPLE / 2) return undefined;
    const code = value - TUPLE;
    const length = code % 16;
    if (length === 0) return [];
    const start = (code - length) / 16;
    if (length === MOST || this.next - start > RING) return undefined;
    return Array.from({ length }, (_, index) => this.ring[(start + index) & (RING - 1)] ?? 0);
  }
}
