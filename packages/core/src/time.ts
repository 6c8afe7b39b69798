/** Time is injected; domain code never reads the clock. Times are RFC 3339 in UTC with milliseconds or seconds. */
export type Instant = string;

export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => new Date().toISOString() };

export function fixedClock(at: Instant): Clock {
  return { now: () => at };
}

export const DAY = 86_400_000;

/** Milliseconds since the epoch; NaN for what is no time. */
export function millis(at: Instant): number {
  return Date.parse(at);
}

export function addDays(at: Instant, days: number): Instant {
  return new Date(millis(at) + days * DAY).toISOString();
}
