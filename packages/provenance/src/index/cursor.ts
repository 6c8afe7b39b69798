/** A stream of sorted records that knows how much of each key repeats the one before: what merging and front coding need. */
export interface Cursor {
  /** The current key; bytes after `length` are meaningless. The same array for the life of the cursor. */
  readonly key: Uint8Array;
  length: number;
  /** Bytes that the current key has in common with the one before; 0 for the first. */
  common: number;
  /** Seconds since 1970; 0 is unknown. */
  time: number;
  digestHigh: number;
  digestLow: number;
  /** Source number × 4 + scheme. */
  source: number;
  /** Goes to the next record; false at the end. */
  next(): boolean;
  close(): void;
}

/** Bytes that two keys have in common from `from` on, counted from their beginning. */
export function commonPrefix(
  a: Uint8Array,
  aLength: number,
  b: Uint8Array,
  bLength: number,
  from: number,
): number {
  const end = Math.min(aLength, bLength);
  let i = from;
  while (i < end && a[i] === b[i]) i++;
  return i;
}

/** Order of two keys by their bytes: negative, 0 or positive. */
export function compareKeys(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number): number {
  const i = commonPrefix(a, aLength, b, bLength, 0);
  if (i < aLength && i < bLength) return (a[i] ?? 0) - (b[i] ?? 0);
  return aLength - bLength;
}
