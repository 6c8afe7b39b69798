/**
 * Arrays that joblib writes as raw bytes between the opcodes. An object array is a pickle there.
 * Source: joblib's `numpy_pickle.NumpyArrayWrapper`, since 0.10.
 */
import type { Calls } from './calls.ts';
import { BrokenPickle } from './faults.ts';
import { literalAt } from './literals.ts';
import { DTYPE, kindOf, LITERAL } from './values.ts';

const KEPT = 128;

/** Keys and values of the dictionaries that were filled last. */
export class DictionaryLog {
  private readonly ring = new Float64Array(KEPT * 2);
  private next = 0;

  note(stack: Float64Array, from: number, to: number): void {
    if (to - from > KEPT) return;
    for (let index = from; index + 1 < to; index += 2) {
      this.ring[this.next] = stack[index] ?? 0;
      this.ring[this.next + 1] = stack[index + 1] ?? 0;
      this.next = (this.next + 2) % this.ring.length;
    }
  }

  /** Pairs, newest first. */
  *pairs(): Generator<readonly [number, number]> {
    for (let step = 1; step <= KEPT; step++) {
      const at = (this.next - 2 * step + 2 * this.ring.length) % this.ring.length;
      const key = this.ring[at] ?? 0;
      if (key === 0) return;
      yield [key, this.ring[at + 1] ?? 0];
    }
  }
}

export interface ArrayPlace {
  /** The state that BUILD takes: the dictionary of the wrapper. */
  readonly state: number;
  readonly at: number;
  /** Where the array begins. */
  readonly next: number;
  readonly calls: Calls;
  readonly dictionaries: DictionaryLog;
  readonly inner: (from: number) => number;
}

/** @returns the offset after the array @throws BrokenPickle when the array does not say how long it is */
export function arrayBytes(place: ArrayPlace): number {
  const { calls, next, at } = place;
  const attributes = new Map<string, number>();
  for (const [key, value] of place.dictionaries.pairs()) {
    const name = calls.text(key);
    if (name !== undefined && !attributes.has(name)) attributes.set(name, value);
    if (name === 'subclass') break;
  }
  const count = elements(attributes.get('shape'), calls);
  const item = itemSize(attributes.get('dtype'), calls);
  if (count === undefined || item === undefined)
    throw new BrokenPickle('holds an array of joblib whose shape or type could not be resolved', at);
  if (item === 'object') return place.inner(next);
  let from = next;
  const alignment = attributes.get('numpy_array_alignment_bytes');
  if (alignment !== undefined && calls.describe(alignment) !== 'None')
    from += 1 + (calls.window.peek(next, 1)[0] ?? 0);
  const end = from + count * item;
  if (!(end <= calls.window.source.size))
    throw new BrokenPickle('holds an array of joblib that is longer than the file', at, true);
  return end;
}

function elements(shape: number | undefined, calls: Calls): number | undefined {
  const parts = shape === undefined ? undefined : calls.tuples.read(shape);
  if (parts === undefined) return undefined;
  let product = 1;
  for (const part of parts) {
    const size = number(part, calls);
    if (size === undefined) return undefined;
    product *= size;
  }
  return product;
}

function number(value: number, calls: Calls): number | undefined {
  if (kindOf(value) !== LITERAL) return undefined;
  const literal = literalAt(calls.window, value - LITERAL);
  const parsed = Number(literal.text);
  return literal.kind === 'number' && Number.isSafeInteger(parsed) && parsed >= 0 ? parsed : undefined;
}

/** Bytes of one element of a dtype such as `f8`, `<U10`, `V16`; `object` where elements are pickled. */
function itemSize(dtype: number | undefined, calls: Calls): number | 'object' | undefined {
  if (dtype === undefined || kindOf(dtype) !== DTYPE) return undefined;
  const text = calls.text(LITERAL + (dtype - DTYPE));
  const parts = /^[<>|=]?([a-zA-Z?])(\d*)$/.exec(text ?? '');
  if (parts === null) return undefined;
  const size = parts[2] === '' ? 1 : Number(parts[2]);
  if (parts[1] === 'O') return 'object';
  return parts[1] === 'U' ? size * 4 : size;
}
