/** What a machine holds while it runs: the stack with its marks, and the memo. */
import { LimitReached } from '../../limits.ts';
import type { Calls } from './calls.ts';
import { BrokenPickle, underflow } from './faults.ts';
import { Memo } from './memo.ts';
import { GLOBAL, OPAQUE } from './values.ts';

/** Values on the stack at once: more than real tuples hold, 64 MiB. */
const MAX_STACK = 8 * 2 ** 20;
const MAX_MARKS = 2 ** 20;

export class State {
  stack: Float64Array = new Float64Array(1024);
  /** Values on the stack. */
  sp = 0;
  /** Values below belong to what stands before the last mark. */
  fence = 0;
  readonly memo = new Memo();
  private marks: Int32Array = new Int32Array(64);
  private depth = 0;
  private readonly calls: Calls;

  constructor(calls: Calls) {
    this.calls = calls;
  }

  mark(sp: number): void {
    if (this.depth >= this.marks.length) this.growMarks();
    this.marks[this.depth++] = sp;
    this.fence = sp;
  }

  /** Whether the last mark stands on top of the stack. */
  get onMark(): boolean {
    return this.depth > 0 && this.marks[this.depth - 1] === this.sp;
  }

  push(value: number): void {
    if (this.sp >= this.stack.length) this.grow();
    this.stack[this.sp++] = value;
  }

  pop(at: number): number {
    if (this.sp <= this.fence) throw underflow(at);
    return this.stack[--this.sp] ?? OPAQUE;
  }

  top(at: number): number {
    if (this.sp <= this.fence) throw underflow(at);
    return this.stack[this.sp - 1] ?? OPAQUE;
  }

  popMark(at: number): number {
    if (this.depth === 0) throw new BrokenPickle('has no mark where one is needed', at);
    this.depth--;
    this.fence = this.depth > 0 ? (this.marks[this.depth - 1] ?? 0) : 0;
    return this.marks[this.depth] ?? 0;
  }

  /** Values that go into a container: an import that may only be called in a known way must not hide there. */
  contain(stack: Float64Array, from: number, to: number, at: number): void {
    for (let index = from; index < to; index++) {
      const value = stack[index] ?? 0;
      if (value >= GLOBAL) this.calls.hold(value, at);
    }
  }

  /** The same, with the container itself below. */
  fill(stack: Float64Array, container: number, to: number, at: number): void {
    const target = stack[container] ?? 0;
    if (target >= GLOBAL) this.calls.change(target, at);
    this.contain(stack, container + 1, to, at);
  }

  grow(): Float64Array {
    if (this.stack.length >= MAX_STACK) throw new LimitReached('memory');
    const larger = new Float64Array(this.stack.length * 2);
    larger.set(this.stack);
    this.stack = larger;
    return larger;
  }

  private growMarks(): void {
    if (this.marks.length >= MAX_MARKS) throw new LimitReached('memory');
    const larger = new Int32Array(this.marks.length * 2);
    larger.set(this.marks);
    this.marks = larger;
  }
}
