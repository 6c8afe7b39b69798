/** Releases that still matter: everything of the look-back, and the newest of each environment however old it is. */
import { millis } from '@custos/core';
import type { CheckContext } from './check-context.ts';
import { inLookBack } from './deadlines.ts';
import type { Found } from './evidence-index.ts';

export type FoundRelease = Found<'release'>;

/** Reads `release`; an `inconclusive` reason when nothing was ever released. Newest first by time of release. */
export function releasesInForce(c: CheckContext): FoundRelease[] {
  const all = c
    .every(
      'release',
      {
        what: 'a release',
        step: 'record `release` from the release pipeline (`custos observe release FILE`)',
      },
      (content) => content.id,
    )
    .sort((a, b) => millis(b.content.releasedAt) - millis(a.content.releasedAt));
  const newest = new Set<string>();
  return all.filter(({ content }) => {
    const first = !newest.has(content.environment);
    newest.add(content.environment);
    return first || inLookBack(c, content.releasedAt);
  });
}

/** The newest release for production; an `inconclusive` reason when there is none. */
export function productionRelease(c: CheckContext): FoundRelease | undefined {
  const releases = releasesInForce(c);
  const found = releases.find(({ content }) => content.environment === 'production');
  if (!found && releases.length > 0)
    c.unclear(
      'NO_PRODUCTION_RELEASE',
      'Nothing has been released for production yet. Next: record the `release` when it is.',
    );
  return found;
}
