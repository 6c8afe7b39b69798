/** Published pages as a machine fetched them: reachable, accessible, with what they must say. */
import type { Content } from '@custos/core';
import { millis } from '@custos/core';
import type { CheckContext } from './check-context.ts';
import type { Found } from './evidence-index.ts';

/** The newest fetch of a kind of page. Reads `publication`. */
export function publicationOf(
  c: CheckContext,
  kind: Content<'publication'>['kind'],
): Found<'publication'> | undefined {
  const found = c.newest('publication', {
    where: (content) => content.kind === kind,
    maxAge: 'publication.max_age_days',
    what: `a fetched page (${kind})`,
    step: `publish it and fetch it (\`custos observe publication FILE\`)`,
  });
  const expires = found?.content.expiresAt;
  if (found && expires) {
    if (millis(expires) < c.now) c.fail('PAGE_EXPIRED', `${found.content.url} expired on ${expires}.`);
    else c.holdsUntil(millis(expires));
  }
  return found;
}

/** Users can open it without an account. */
export function expectReachable(c: CheckContext, { content }: Found<'publication'>): void {
  c.expect(
    content.reachableWithoutLogin,
    'NOT_REACHABLE',
    `${content.url} can't be opened without signing in.`,
  );
}

/** The automated accessibility and link checks found nothing. */
export function expectAccessiblePage(c: CheckContext, { content }: Found<'publication'>): void {
  const { url, accessibilityViolations } = content;
  if (accessibilityViolations === undefined)
    c.unclear(
      'ACCESSIBILITY_UNKNOWN',
      `Nobody has checked whether ${url} is accessible. Next: run axe-core on it and record the result.`,
    );
  else
    c.expect(
      accessibilityViolations === 0,
      'NOT_ACCESSIBLE',
      `${url} has ${accessibilityViolations} accessibility violations.`,
    );
  c.expect(
    content.brokenLinks === 0,
    'BROKEN_LINKS',
    `${content.url} has ${content.brokenLinks} broken links.`,
  );
}

/** Every topic is a section, or a statement, of the page. Case and surrounding blanks don't matter. */
export function expectTopics(
  c: CheckContext,
  { content }: Found<'publication'>,
  topics: readonly string[],
  code: string,
): boolean {
  const said = new Set([...content.sections, ...Object.keys(content.statements)].map(plain));
  return c.none(
    topics.filter((topic) => !said.has(plain(topic))),
    code,
    `${content.url} does not cover`,
  );
}

function plain(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ');
}
