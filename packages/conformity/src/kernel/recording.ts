/**
 * The ledger's time against the time that evidence claims for itself. What is written today can say that it was seen last
 * year; that it was there last year is shown only by having been recorded then.
 */
import { DAY, type Evidence, type Instant, millis } from '@custos/core';
import type { CheckContext } from './check-context.ts';

export const RECORDING_DAYS = 'history.recording_days';
/** The clock of the recorder may be ahead of that of the assessor by so much. */
const SKEW = 5 * 60_000;

/** When evidence begins to count, in ms since the epoch: not before it was observed, is valid, and stood in the ledger. */
export function beginOf({ statement, recordedAt }: Evidence): number {
  const { observedAt, validFrom } = statement.predicate;
  const said = Math.max(millis(observedAt), millis(validFrom));
  return recordedAt === undefined ? said : Math.max(said, millis(recordedAt) - SKEW);
}

/** Fails unless something happened by a time; it can't be decided when the evidence came into the ledger long after that. */
export function expectBy(
  c: CheckContext,
  found: { evidence: Evidence },
  { at, limit, what }: { at: Instant; limit: Instant; what: string },
  code: string,
  message: string,
): boolean {
  return c.expect(millis(at) <= millis(limit), code, message) && expectRecordedBy(c, found, limit, what);
}

/**
 * An `inconclusive` reason when evidence of what had to be there by a time was recorded later than policy allows. What is not
 * recorded at all (an assessment without a ledger) gives none.
 */
export function expectRecordedBy(
  c: CheckContext,
  { evidence: { recordedAt } }: { evidence: Evidence },
  limit: Instant,
  what: string,
): boolean {
  if (recordedAt === undefined || millis(recordedAt) <= millis(limit) + c.interval(RECORDING_DAYS))
    return true;
  c.unclear(
    'RECORDED_LATE',
    `${what} had to be there by ${limit}, but was recorded on ${recordedAt}; ${RECORDING_DAYS} allows ${c.setting(RECORDING_DAYS)} days. Next: record such evidence when it is made; while you bring in older records, raise ${RECORDING_DAYS} under thresholds in custos.yaml.`,
  );
  return false;
}

/** How many whole days after it was observed evidence was recorded. */
export function daysLate({ statement, recordedAt }: Evidence): number {
  if (recordedAt === undefined) return 0;
  return Math.max(0, Math.floor((millis(recordedAt) - millis(statement.predicate.observedAt)) / DAY));
}
