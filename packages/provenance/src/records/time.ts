/** Times of records: seconds since 1970 in UTC, in 32 bits; 0 is "unknown", a value of its own. */

/** Last second that a record can hold: 2106-02-07T06:28:15Z. */
export const MAX_SECONDS = 2 ** 32 - 1;

const ISO =
  /^(\d{4})-(\d\d)(?:-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([Zz]|[+-]\d\d:?\d\d)?)?)?$/;

/**
 * Reads RFC 3339 (fractions are cut off), a date (its first second), `YYYY-MM`, a CDX time of 4 to 14 digits, or what
 * HTTP's `Date` holds. Without an offset, UTC is meant.
 * @returns seconds since 1970, or undefined for what is no time after 1970-01-01T00:00:00Z and before 2106
 * @example parseTime('20240102030405') // 1704164645
 */
export function parseTime(text: string): number | undefined {
  const word = text.trim();
  if (word.length > 40) return undefined;
  const digits = /^(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?$/.exec(word);
  if (digits)
    return digits[2] === undefined && word.length !== 4
      ? undefined
      : fromParts(digits.slice(1, 7), undefined);
  const iso = ISO.exec(word);
  if (iso) return fromParts(iso.slice(1, 7), iso[7]);
  if (/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(word))
    return bounded(Date.parse(word) / 1000);
  return undefined;
}

function fromParts(parts: (string | undefined)[], offset: string | undefined): number | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map((part) =>
    part === undefined ? undefined : Number(part),
  );
  // A leap second is the last second that clocks know.
  const at = Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59));
  const made = new Date(at);
  if (
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
