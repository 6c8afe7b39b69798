/** Arguments that end with a line feed, as protocol 0 has them. */
import { BrokenPickle } from './faults.ts';
import type { Window } from './window.ts';

/** No name of Python is longer. */
const LONGEST_NAME = 4_096;
const STEP = 65_536;
const UTF8 = new TextDecoder('utf-8');

export interface Line {
  readonly text: string;
  /** Offset after the line feed. */
  readonly next: number;
}

/**
 * A line that is a name or a number. Where the file ends first, the last byte is dropped: Python's own unpickler written
 * in Python does so and goes on.
 * @throws BrokenPickle
 */
export function readLine(window: Window, from: number, at: number): Line {
  const part = window.peek(from, Math.min(LONGEST_NAME, window.source.size - from));
  const end = part.indexOf(10);
  if (end >= 0) return { text: UTF8.decode(part.subarray(0, end)), next: from + end + 1 };
  if (part.length === 0) throw new BrokenPickle('is cut off inside of a line', at, true);
  if (from + part.length < window.source.size) throw new BrokenPickle('has a name that is too long', at);
  return { text: UTF8.decode(part.subarray(0, -1)), next: window.source.size };
}

/** Reads over a line of any length. @returns the offset after it */
export function skipLine(window: Window, from: number, at: number): number {
  for (let offset = from; ; ) {
    const part = window.peek(offset, Math.min(STEP, window.source.size - offset));
    if (part.length === 0) throw new BrokenPickle('is cut off inside of a line', at, true);
    const end = part.indexOf(10);
    if (end >= 0) return offset + end + 1;
    offset += part.length;
  }
}
