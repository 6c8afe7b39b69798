/** "Did you mean": the closest of some words, when it is close enough to be a slip of the finger. */
import { distance } from 'fastest-levenshtein';

/** @example nearest('exposrue', ['exposure', 'users']) // 'exposure' */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const steps = distance(word.toLowerCase(), candidate.toLowerCase());
    if (steps < least) {
      least = steps;
      best = candidate;
    }
  }
  return best;
}
