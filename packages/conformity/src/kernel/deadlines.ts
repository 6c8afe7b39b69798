/** Joins of two times against an agreed interval. */
import { type Evidence, type Instant, millis } from '@custos/core';
import type { CheckContext } from './check-context.ts';
import { expectRecordedBy } from './recording.ts';

/** `pending`: it has not happened and there is still time; the verdict lapses when there is none. */
export type Timeliness = 'met' | 'late' | 'pending' | 'overdue' | 'impossible';

/** Whether `done` came within the interval after `since`. `impossible` when it is dated before it. */
export function timeliness(
  c: CheckContext,
  since: Instant,
  done: Instant | undefined,
  setting: string,
): Timeliness {
  const end = millis(since) + c.interval(setting);
  if (done !== undefined && millis(done) <= c.now) {
    if (millis(done) < millis(since)) return 'impossible';
    return millis(done) <= end ? 'met' : 'late';
  }
  if (end < c.now) return 'overdue';
  c.holdsUntil(end);
  return 'pending';
}

/**
 * Leaves the reason for a deadline that was not kept. Returns whether it was kept or can still be.
 * @param found what says that it was done: it must not have come into the ledger long after the deadline
 */
export function expectInTime(
  c: CheckContext,
  since: Instant,
  done: Instant | undefined,
  setting: string,
  what: string,
  found?: { evidence: Evidence },
): boolean {
  const outcome = timeliness(c, since, done, setting);
  if (outcome === 'met' && found) {
    const end = new Date(millis(since) + c.interval(setting)).toISOString();
    return expectRecordedBy(c, found, end, what);
  }
  if (outcome === 'met' || outcome === 'pending') return true;
  const limit = `${setting} allows ${c.setting(setting)} from ${since}`;
  const why = {
    late: `came on ${done}; ${limit}`,
    overdue: `is overdue; ${limit}`,
    impossible: `is dated ${done}, before ${since}`,
  }[outcome];
  c.fail(
    outcome === 'impossible' ? 'TIME_ORDER' : outcome === 'late' ? 'LATE' : 'OVERDUE',
    `${what} ${why}.`,
  );
  return false;
}

/** True for what lies within the look-back of the organisation (`history.look_back_days`). */
export function inLookBack(c: CheckContext, at: Instant): boolean {
  return millis(at) + c.interval('history.look_back_days') >= c.now;
}
