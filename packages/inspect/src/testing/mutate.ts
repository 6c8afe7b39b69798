/** Damage to a file that the same seed makes again. */

/** A generator of numbers from 0 to 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers at which lengths and signs go wrong. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff];

/**
 * One to four changes: bytes flipped, set to an edge, removed, doubled, replaced by a run of an edge, or the tail of
 * another file.
 */
export function mutations(bytes: Uint8Array, other: Uint8Array, seed: number): Uint8Array {
  const next = random(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  let result = Uint8Array.from(bytes);
  for (let change = 1 + below(4); change > 0; change -= 1) {
    // The front is where formats keep their lengths.
    const at = below(next() < 0.5 ? Math.min(result.length, 64) : result.length);
    const length = 1 + below(8);
    switch (below(6)) {
      case 0:
        result[at] = (result[at] ?? 0) ^ (1 << below(8));
        break;
      case 1:
        result[at] = EDGES[below(EDGES.length)] ?? 0;
        break;
      case 2:
        result = Uint8Array.from([...result.subarray(0, at), ...result.subarray(at + length)]);
        break;
      case 3:
        result = Uint8Array.from([...result.subarray(0, at + length), ...result.subarray(at)]);
        break;
      case 4:
        result.fill(EDGES[below(EDGES.length)] ?? 0, at, at + length);
        break;
      default:
        result = Uint8Array.from([...result.subarray(0, at), ...other.subarray(below(other.length))]);
    }
  }
  return result;
}
