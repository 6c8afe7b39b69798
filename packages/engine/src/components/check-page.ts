/** Looks at the justification page as an End-user gets it: without an account, with what it must say. */
import type { Content, Instant, Statement } from '@custos/core';
import { z } from 'zod';
import { PRODUCT, statementOf } from '../observations/new-observation.ts';
import { JUSTIFICATION_PAGE_FORMAT } from './page.ts';

const DATA = /<script type="application\/json" id="justifications">([^<]*)<\/script>/;
const Document = z.object({
  format: z.literal(JUSTIFICATION_PAGE_FORMAT),
  writtenAt: z.string(),
  statements: z.record(z.string(), z.string()),
});

/** The result file of axe-core: `violations` is a list. */
export const AxeResult = z.object({ violations: z.array(z.unknown()) });

export interface FetchedPage {
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

function readPage(page: FetchedPage): z.infer<typeof Document> | undefined {
  try {
    return Document.parse(JSON.parse(DATA.exec(page.html)?.[1] ?? ''));
  } catch {
    return undefined;
  }
}

/** The page links only inside itself. */
function brokenAnchors(html: string): number {
  const ids = new Set([...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]));
  return [...html.matchAll(/\shref="#([^"]*)"/g)].filter((match) => !ids.has(match[1])).length;
}
