/** Where tensors lie in their file: overlaps, holes, and what is beyond the end. */

export interface Extent {
  readonly name: string;
  /** From the start of the tensor data. */
  readonly start: number;
  readonly end: number;
}

export interface Layout {
  /** Pairs of tensors that share bytes without being the same range; at most 20. */
  readonly overlaps: readonly (readonly [string, string])[];
  /** Ranges that belong to no tensor, with the tensor that follows; at most 20. */
  readonly holes: readonly { readonly start: number; readonly end: number; readonly before: string }[];
  /** Where the last tensor ends. */
  readonly end: number;
}

/** @param alignment gaps smaller than this are padding */
export function layoutOf(extents: readonly Extent[], alignment = 1): Layout {
  const sorted = extents.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const overlaps: [string, string][] = [];
  const holes: { start: number; end: number; before: string }[] = [];
  let end = 0;
  let furthest = '';
  for (const extent of sorted) {
    if (extent.start < end && extent.end > extent.start) {
      if (overlaps.length < 20) overlaps.push([furthest, extent.name]);
    } else if (extent.start - end >= alignment && holes.length < 20)
      holes.push({ start: end, end: extent.start, before: extent.name });
    if (extent.end > end) {
      end = extent.end;
      furthest = extent.name;
    }
  }
  return { overlaps, holes, end };
}

/** Number of elements of a shape; undefined where it does not fit into a safe integer. */
export function elementsOf(shape: readonly number[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return undefined;
    count *= size;
    if (!Number.isSafeInteger(count)) return shape.includes(0) ? 0 : undefined;
  }
  return count;
}

/** The most frequent of some words, by weight. */
export function commonest(weights: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let most = -1;
  for (const [word, weight] of weights)
    if (weight > most) {
      best = word;
      most = weight;
    }
  return best;
}
