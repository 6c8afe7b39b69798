/** The verdict algebra (ETSI TS 104 216 draft: pass, fail, inconclusive; fail dominates). */
import type { Digest } from './digest.ts';
import type { Instant } from './time.ts';

export const VERDICTS = ['pass', 'fail', 'inconclusive', 'not_applicable'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Why a verdict is what it is. `code` is stable and machine-readable; `message` is for people. */
export interface Reason {
  code: string;
  message: string;
}

/** What a check found for one duty. */
export interface Outcome {
  verdict: Verdict;
  reasons: Reason[];
  /** Ids of the observations that the verdict rests on, sorted. */
  observations: Digest[];
  /** When this verdict lapses by itself; undefined where nothing in it expires. */
  validUntil?: Instant;
}

const RANK: Record<Verdict, number> = { fail: 3, inconclusive: 2, pass: 1, not_applicable: 0 };

/**
 * The worst of several verdicts: `fail` dominates, then `inconclusive`, then `pass`. `not_applicable` is neutral and
 * the result of an empty list.
 * @example worst(['pass', 'inconclusive']) // 'inconclusive'
 */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let result: Verdict = 'not_applicable';
  for (const verdict of verdicts) if (RANK[verdict] > RANK[result]) result = verdict;
  return result;
}
