/** Cursors of pages that are sorted by a time and an id. */
import { z } from 'zod';
import { readCursor, writeCursor } from './cursor.ts';
import { Refusal } from './problem.ts';

const Pair = z.tuple([z.string(), z.string()]);

export function writePairCursor(at: string, id: string): string {
  return writeCursor(JSON.stringify([at, id]));
}

/** @throws Refusal INVALID */
export function readPairCursor(cursor: string | undefined): { at: string; id: string } | undefined {
  const text = readCursor(cursor);
  if (text === undefined) return undefined;
  try {
    const [at, id] = Pair.parse(JSON.parse(text));
    return { at, id };
  } catch {
    throw new Refusal(
      'INVALID',
      'The cursor is none that a page gave. Leave it out to begin at the first page.',
    );
  }
}
