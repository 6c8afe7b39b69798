/** Cursors: where the next page begins, opaque to clients. */
import { Refusal } from './problem.ts';

export function writeCursor(position: string | number): string {
  return Buffer.from(String(position)).toString('base64url');
}

/** @throws Refusal INVALID */
export function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const position = Buffer.from(cursor, 'base64url').toString();
  if (writeCursor(position) === cursor && position !== '') return position;
  throw new Refusal(
    'INVALID',
    'The cursor is none that a page gave. Leave it out to begin at the first page.',
  );
}

/** @throws Refusal INVALID */
export function readIndexCursor(cursor: string | undefined): number | undefined {
  const position = readCursor(cursor);
  if (position === undefined) return undefined;
  if (/^\d{1,15}$/.test(position)) return Number(position);
  throw new Refusal(
    'INVALID',
    'The cursor is none that a page gave. Leave it out to begin at the first page.',
  );
}
