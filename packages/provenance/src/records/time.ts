/** Times of records: seconds since 1970 in UTC, in 32 bits; 0 is "unknown", a value of its own. */

/** Last second that a record can hold: 2106-02-07T06:28:15Z. */
export const MAX_SECONDS = 2 ** 32 - 1;

const ISO =
  /^(\d{4})-(\d\d)(?:-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([Zz]|[+-]\d\d:?\d\d)?)?)?$/;

const DIGITS = /^(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?$/;
/** Seconds of what a text with so many parts names, from the day on. */
const LENGTHS: Readonly<Record<number, number>> = { 3: 86_400, 4: 3600, 5: 60 };

/**
 * Reads RFC 3339 (fractions are cut off), a date (its first second), `YYYY-MM`, a CDX time of 4 to 14 digits, or what
 * HTTP's `Date` holds. Without an offset, UTC is meant.
 * @returns seconds since 1970, or undefined for what is no time after 1970-01-01T00:00:00Z and before 2106
 * @example parseTime('20240102030405') // 1704164645
 */
export function parseTime(text: string): number | undefined {
  const word = text.trim();
  if (word.length > 40) return undefined;
  const match = DIGITS.exec(word) ?? ISO.exec(word);
  if (match) return fromParts(match.slice(1, 7), match[7]);
  if (/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(word))
    return bounded(Date.parse(word) / 1000);
  return undefined;
}

/**
 * The last second of what a text names: of a year, a month, a day, an hour or a minute when it says no more.
 * @returns as {@link parseTime}; what ends after the last second that a record can hold ends with it
 * @example parseLastSecond('20240102') // 1704239999
 */
export function parseLastSecond(text: string): number | undefined {
  const first = parseTime(text);
  const match = DIGITS.exec(text.trim()) ?? ISO.exec(text.trim());
  if (first === undefined || !match) return first;
  const said = match.slice(1, 7).filter((part) => part !== undefined).length;
  const end = new Date(first * 1000);
  if (said === 1) end.setUTCFullYear(end.getUTCFullYear() + 1);
  else if (said === 2) end.setUTCMonth(end.getUTCMonth() + 1);
  else end.setTime(end.getTime() + (LENGTHS[said] ?? 1) * 1000);
  return Math.min(end.getTime() / 1000 - 1, MAX_SECONDS);
}

function fromParts(parts: (string | undefined)[], offset: string | undefined): number | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map((part) =>
    part === undefined ? undefined : Number(part),
  );
  // A leap second is the last second that clocks know.
  const at = Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59));
  const made = new Date(at);
  if (
    // Years before 100 would be taken for those of the last century.
    made.getUTCFullYear() !== year ||
    made.getUTCMonth() !== month - 1 ||
    made.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 60
  )
    return undefined;
  return bounded(at / 1000 - offsetSeconds(offset));
}

function offsetSeconds(offset: string | undefined): number {
  if (offset === undefined || /^[Zz]$/.test(offset)) return 0;
  const sign = offset.startsWith('-') ? -1 : 1;
  return sign * (Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(-2)) * 60);
}

function bounded(seconds: number): number | undefined {
  const whole = Math.floor(seconds);
  return whole > 0 && whole <= MAX_SECONDS ? whole : undefined;
}

/** @example formatTime(1704164645) // '2024-01-02T03:04:05Z'; 'unknown' for 0 */
export function formatTime(seconds: number): string {
  return seconds === 0 ? 'unknown' : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** Epoch values of columns: seconds, milliseconds, microseconds or nanoseconds, told apart by their size. */
export function fromEpoch(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  for (const unit of [1, 1e3, 1e6, 1e9]) if (value / unit <= MAX_SECONDS) return bounded(value / unit);
  return undefined;
}
