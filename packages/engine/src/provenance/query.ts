/** A look-back question as a user asks it, and as the index is asked. */
import { CustosError } from '@custos/core';
import {
  domainRange,
  MAX_SECONDS,
  parseDigestPrefix,
  parseTime,
  type RecordFilter,
  type TimeWindow,
  urlRange,
} from '@custos/provenance';

export interface LookBackQuestion {
  readonly urls?: readonly string[];
  /** Each with all its subdomains. */
  readonly domains?: readonly string[];
  readonly digests?: readonly string[];
  /** RFC 3339, a date, or a CDX time. Both ends belong to the window; a date at the end means its last second. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface ParsedQuestion {
  /** As they were asked. */
  readonly asked: readonly string[];
  readonly window: TimeWindow | undefined;
  readonly filters: readonly RecordFilter[];
}

/** @throws CustosError QUESTION_EMPTY, URL_INVALID, DIGEST_INVALID, TIME_INVALID */
export function parseQuestion(question: LookBackQuestion): ParsedQuestion {
  const { urls = [], domains = [], digests = [] } = question;
  const window = windowOf(question.from, question.to);
  const filters: RecordFilter[] = [
    ...urls.map((url) => ({ ...urlRange(url), window })),
    ...domains.map((domain) => ({ ...domainRange(domain), window })),
    ...digests.map((digest) => ({ digest: digestOf(digest), window })),
  ];
  if (filters.length === 0 && window === undefined)
    throw new CustosError(
      'QUESTION_EMPTY',
      'Nothing was asked. Give --url, --domain, --digest, or a time window with --from and --to.',
    );
  const times = [question.from ? `from ${question.from}` : '', question.to ? `to ${question.to}` : ''].filter(
    Boolean,
  );
  return {
    asked: [...urls, ...domains, ...digests, ...times],
    window,
    filters: filters.length === 0 ? [{ window }] : filters,
  };
}

function digestOf(text: string): number {
  const prefix = parseDigestPrefix(text);
  if (prefix !== undefined) return prefix;
  throw new CustosError(
    'DIGEST_INVALID',
    `"${text.slice(0, 80)}" is no digest. Give hex (sha256:…, sha1:…, md5:…) or the base32 of WARC and CDX files.`,
  );
}

function windowOf(from: string | undefined, to: string | undefined): TimeWindow | undefined {
  if (from === undefined && to === undefined) return undefined;
  const window = {
    from: from === undefined ? 1 : secondsOf(from),
    to: to === undefined ? MAX_SECONDS : lastSecondOf(to),
  };
  if (window.from <= window.to) return window;
  throw new CustosError('TIME_INVALID', `The window ends (${to ?? ''}) before it begins (${from ?? ''}).`);
}

function secondsOf(text: string): number {
  const seconds = parseTime(text);
  if (seconds !== undefined) return seconds;
  throw new CustosError(
    'TIME_INVALID',
    `"${text.slice(0, 40)}" is no time. Give RFC 3339 such as 2026-03-01T00:00:00Z, or a date.`,
  );
}

/** A date without a time means the whole of that day, a month without a day the whole of that month. */
function lastSecondOf(text: string): number {
  const first = secondsOf(text);
  const date = new Date(first * 1000);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) date.setUTCDate(date.getUTCDate() + 1);
  else if (/^\d{4}-\d\d$/.test(text)) date.setUTCMonth(date.getUTCMonth() + 1);
  else return first;
  return date.getTime() / 1000 - 1;
}
