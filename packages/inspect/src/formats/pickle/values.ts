/**
 * Values on the symbolic stack are single numbers, so a pickle of a hundred million opcodes allocates no object: a kind,
 * and what identifies the value. A literal is the offset of the opcode that pushed it and is decoded only when
 * somebody asks.
 */

const SPAN = 2 ** 46;

/** An empty place in the memo. */
export const UNSET = 0;
/** A value about which nothing is known. */
export const OPAQUE = 1;
/** Number, string, bytes, list, dictionary, set: `LITERAL + offset` of the opcode that pushed it. */
export const LITERAL = SPAN;
/** `TUPLE + start * 16 + length`; see {@link ../tuples.ts}. */
export const TUPLE = 2 * SPAN;
/** What GLOBAL and its relatives import: `GLOBAL + id`. From here on up a value may matter inside of a container. */
export const GLOBAL = 3 * SPAN;
/** What calling an import gave: `RESULT + id` of the import. */
export const RESULT = 4 * SPAN;
/** A `numpy.dtype`: `DTYPE + offset` of the literal that describes it. */
export const DTYPE = 5 * SPAN;
/** An object from the extension registry: `EXTENSION + code`. */
export const EXTENSION = 6 * SPAN;
/** An attribute of a value, taken with `getattr`. */
export const ATTRIBUTE = 7 * SPAN;

/** Base of the kind: `kindOf(GLOBAL + 7) === GLOBAL`. */
export function kindOf(value: number): number {
  return value < SPAN ? OPAQUE : Math.floor(value / SPAN) * SPAN;
}
