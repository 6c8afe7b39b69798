/**
 * Judging a share seen in a sample against a limit. Within the limit over the whole 95 % interval passes, outside over
 * the whole interval fails, and an interval that holds the limit can't be decided: there are too few trials.
 */
import type { CheckContext } from './check-context.ts';
import { wilsonLower, wilsonUpper } from './statistics.ts';

export interface Sample {
  hits: number;
  trials: number;
  /** Share between 0 and 1. */
  limit: number;
  code: string;
  /** What was counted, for the message: "attacks succeeded in run R". */
  what: string;
}

/** The share must not be above the limit. */
export function expectAtMost(c: CheckContext, sample: Sample): void {
  const upper = wilsonUpper(sample.hits, sample.trials);
  if (!plausible(c, sample) || upper <= sample.limit) return;
  if (wilsonLower(sample.hits, sample.trials) > sample.limit)
    c.fail(sample.code, `${seen(sample)}; at most ${percent(sample.limit)} is allowed.`);
  else
    c.unclear(
      'TOO_FEW_TRIALS',
      `${seen(sample)}, which still allows ${percent(upper)}; at most ${percent(sample.limit)} is allowed. Next: run more trials.`,
    );
}

/** The share must not be below the limit. */
export function expectAtLeast(c: CheckContext, sample: Sample): void {
  const lower = wilsonLower(sample.hits, sample.trials);
  if (!plausible(c, sample) || lower >= sample.limit) return;
  if (wilsonUpper(sample.hits, sample.trials) < sample.limit)
    c.fail(sample.code, `${seen(sample)}; at least ${percent(sample.limit)} is needed.`);
  else
    c.unclear(
      'TOO_FEW_TRIALS',
      `${seen(sample)}, which shows no more than ${percent(lower)}; at least ${percent(sample.limit)} is needed. Next: run more trials.`,
    );
}

function plausible(c: CheckContext, sample: Sample): boolean {
  if (sample.hits <= sample.trials) return true;
  c.unclear('COUNT_IMPOSSIBLE', `${seen(sample)}: more than there were. Next: correct the producer.`);
  return false;
}

function seen(sample: Sample): string {
  return `${sample.what}: ${sample.hits} of ${sample.trials}`;
}

/** @example percent(0.05) // '5 %' */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
