/** Looks at the justification page as an End-user gets it: without an account, with what it must say. */
import { type Content, CustosError, type Instant, millis, type Statement, Time } from '@custos/core';
import { z } from 'zod';
import { PRODUCT, statementOf } from '../observations/new-observation.ts';
import { clean } from '../report/text.ts';
import { JUSTIFICATION_PAGE_FORMAT } from './page.ts';

const DATA = /<script type="application\/json" id="justifications">([^<]*)<\/script>/;
const Document = z.object({
  format: z.literal(JUSTIFICATION_PAGE_FORMAT),
  writtenAt: Time,
  statements: z.record(z.string(), z.string()),
});

const AxeResult = z.object({
  testEngine: z.object({ name: z.literal('axe-core'), version: z.string() }),
  /** Of the page that it looked at. */
  url: z.string(),
  timestamp: Time,
  passes: z.array(z.unknown()),
  violations: z.array(z.unknown()),
});
export type AxeResult = z.infer<typeof AxeResult>;

/** The result file of axe-core: one result, or the list that its command line writes. */
export const AxeResults = z
  .union([AxeResult.transform((one) => [one]), z.array(AxeResult).min(1)], {
    error:
      'must be what axe-core writes: an object, or a list of them, with testEngine, url, timestamp, passes and violations',
  })
  .readonly();

export interface FetchedPage {
  /** The address that was asked for. */
  readonly requested: string;
  /** The address that answered, after redirects. */
  readonly url: string;
  /** Of the last answer, without credentials. */
  readonly status: number;
  readonly html: string;
  readonly fetchedAt: Instant;
}

/**
 * The `publication` observation about a fetched page. What is not the page that `custos component page` writes, such as a form to
 * sign in, is recorded as unreachable: an earlier, better answer must not outlive it.
 * @param accessibilityViolations as an accessibility checker counted them on this page
 */
export function publicationStatement(
  page: FetchedPage,
  accessibilityViolations: number,
  subject: Statement['subject'],
): Statement {
  const document = readPage(page);
  const reachable = page.status >= 200 && page.status < 300 && document !== undefined;
  const content: Content<'publication'> = {
    kind: 'justifications',
    url: page.url,
    version: document?.writtenAt ?? 'not the page of justifications',
    fetchedAt: page.fetchedAt,
    reachableWithoutLogin: reachable,
    accessibilityViolations,
    brokenLinks: brokenAnchors(page.html),
    sections: [...page.html.matchAll(/<h2[^>]*>([^<]*)<\/h2>/g)].map((match) => match[1] ?? ''),
    statements: document?.statements ?? {},
  };
  return statementOf({
    type: 'publication',
    content,
    subject,
    producer: PRODUCT,
    observedAt: page.fetchedAt,
    source: page.url,
  });
}

/** A clock may be ahead of another by so much. */
const SKEW = 5 * 60_000;

/**
 * The result for the page that was fetched, as it was written.
 * @param writtenAt when the page was written; undefined where it says nothing of it
 * @throws CustosError AXE_PAGE naming the page that was fetched, and what axe-core looked at instead
 */
export function axeOf(
  page: FetchedPage,
  results: readonly AxeResult[],
  writtenAt: Instant | undefined = readPage(page)?.writtenAt,
): AxeResult {
  // Where somebody must sign in now, axe-core can only have seen what was asked for.
  const addresses = writtenAt === undefined ? [page.url, page.requested] : [page.url];
  const problems = new Set<string>();
  for (const result of results) {
    const problem = axeProblem(result, addresses, writtenAt, page.fetchedAt);
    if (problem === undefined) return result;
    problems.add(problem);
  }
  throw new CustosError(
    'AXE_PAGE',
    `axe-core ${[...problems].slice(0, 5).join('; ')}; the page that was fetched is ${clean(page.url)}. Run axe-core on that page as it is now, and give its result.`,
  );
}

function axeProblem(
  { url, timestamp, passes, violations }: AxeResult,
  addresses: readonly string[],
  writtenAt: Instant | undefined,
  fetchedAt: Instant,
): string | undefined {
  const shown = clean(url);
  if (!addresses.some((address) => pageOf(address) === pageOf(url))) return `looked at ${shown}`;
  if (millis(timestamp) > millis(fetchedAt) + SKEW)
    return `looked at ${shown} on ${timestamp}, in the future`;
  if (writtenAt !== undefined && millis(timestamp) < millis(writtenAt) - SKEW)
    return `looked at ${shown} on ${timestamp}, before the page was written (${writtenAt})`;
  return passes.length + violations.length === 0 ? `applied no rule to ${shown}` : undefined;
}

/** The address without a place in the page; text that is no address, as it is. */
function pageOf(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.hash = '';
  return url.href;
}

function readPage(page: FetchedPage): z.infer<typeof Document> | undefined {
  try {
    return Document.parse(JSON.parse(DATA.exec(page.html)?.[1] ?? ''));
  } catch {
    return undefined;
  }
}

/** Links inside the page that lead nowhere. */
export function brokenAnchors(html: string): number {
  const ids = new Set([...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]));
  return [...html.matchAll(/\shref="#([^"]*)"/g)].filter((match) => !ids.has(match[1])).length;
}
