/** One line of a log, in words that all forms share. */
export interface LogRow {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Host as written, without port, lower case; '' where the line names none. */
  readonly host: string;
  /** Who asked: a login where the log has one, else the address of the machine; '' where neither. */
  readonly user: string;
  /** Sent and received together; undefined where the log does not say. */
  readonly bytes?: number;
}

export const LOG_FORMS = ['squid', 'common', 'csv', 'jsonl', 'dnsmasq', 'bind', 'syslog'] as const;
export type LogForm = (typeof LOG_FORMS)[number];

/** Host of a URL, of `host:port`, or of a bare name. */
export function hostOf(text: string): string {
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@\s]*@)?(\[[0-9a-f:.]+\]|[^/:?#\s]+)/i.exec(text);
  return (match?.[1] ?? '').toLowerCase().replace(/\.$/, '');
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

export function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase());
}

/**
 * Milliseconds of a time in one of the forms that logs use; times without a zone are taken as UTC.
 * Gives NaN for what is no time.
 */
export function timeOf(text: string): number {
  const word = text.trim();
  if (/^\d{9,10}(?:\.\d+)?$/.test(word)) return Number(word) * 1_000;
  if (/^\d{13}$/.test(word)) return Number(word);
  const iso =
    /^(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(
      word,
    );
  if (iso !== null) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone] = iso;
    return (
      Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) +
      Math.floor(Number(`0.${fraction}`) * 1_000) -
      zoneOf(zone)
    );
  }
  // `Mon Jan 01 12:00:00 2024`
  const words = /^(?:[A-Za-z]{3},? )?([A-Za-z]{3}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})$/.exec(word);
  if (words !== null) return utc(words[6], words[1], words[2], words[3], words[4], words[5]);
  // `10/Oct/2000:13:55:36 -0700`, `21-Nov-2026 10:00:00.123`
  const day = /^(\d{1,2})[/-]([A-Za-z]{3})[/-](\d{4})[: ](\d\d):(\d\d):(\d\d)(?:\.\d+)?\s*([+-]\d{4})?$/.exec(
    word,
  );
  if (day !== null) return utc(day[3], day[2], day[1], day[4], day[5], day[6]) - zoneOf(day[7]);
  return Number.NaN;
}

function utc(year = '', month = '', day = '', hour = '', minute = '', second = ''): number {
  const index = monthOf(month);
  return index < 0
    ? Number.NaN
    : Date.UTC(Number(year), index, Number(day), Number(hour), Number(minute), Number(second));
}

function zoneOf(zone: string | undefined): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '');
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -1 : 1) * minutes * 60_000;
}
