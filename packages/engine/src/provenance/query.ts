/** A look-back question as a user asks it, and as the index is asked. */
import { CustosError } from '@custos/core';
import {
  type DigestAlgorithm,
  type DigestPrefix,
  domainRange,
  MAX_SECONDS,
  parseDigestPrefix,
  parseLastSecond,
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
  /** RFC 3339, a date, or a CDX time. Both ends belong to the window; at the end, a year, month, day, hour or minute means its last second. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface ParsedQuestion {
  /** As they were asked. */
  readonly asked: readonly string[];
  readonly window: TimeWindow | undefined;
  readonly filters: readonly RecordFilter[];
  /** Algorithms of the digests that were asked for. */
  readonly algorithms: ReadonlySet<DigestAlgorithm>;
}

/** @throws CustosError QUESTION_EMPTY, URL_INVALID, DIGEST_INVALID, TIME_INVALID */
export function parseQuestion(question: LookBackQuestion): ParsedQuestion {
  const { urls = [], domains = [], digests = [] } = question;
  const parsed = digests.map(digestOf);
  const window = windowOf(question.from, question.to);
  const filters: RecordFilter[] = [
    ...urls.map((url) => ({ ...urlRange(url), window })),
    ...domains.map((domain) => ({ ...domainRange(domain), window })),
    ...parsed.map(({ prefix }) => ({ digest: prefix, window })),
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
    algorithms: new Set(parsed.map(({ algorithm }) => algorithm)),
  };
}

function digestOf(text: string): DigestPrefix {
  const digest = parseDigestPrefix(text);
  if (digest !== undefined) return digest;
  throw new CustosError(
    'DIGEST_INVALID',
    `"${text.slice(0, 80)}" is no digest, or not as long as one of its algorithm. Give hex (sha256:…, sha1:…, md5:…) or the base32 of WARC and CDX files.`,
  );
}

function windowOf(from: string | undefined, to: string | undefined): TimeWindow | undefined {
  if (from === undefined && to === undefined) return undefined;
  const window = {
    from: from === undefined ? 1 : secondsOf(from),
    to: to === undefined ? MAX_SECONDS : secondsOf(to, parseLastSecond),
  };
  if (window.from <= window.to) return window;
  throw new CustosError('TIME_INVALID', `The window ends (${to ?? ''}) before it begins (${from ?? ''}).`);
}

function secondsOf(text: string, parse = parseTime): number {
  const seconds = parse(text);
  if (seconds !== undefined) return seconds;
  throw new CustosError(
    'TIME_INVALID',
    `"${text.slice(0, 40)}" is no time. Give RFC 3339 such as 2026-03-01T00:00:00Z, or a date.`,
  );
}
