/** Production releases of which End-users have to be told: the notice of each, or, while there is none, that one would arrive. */
import type { Content } from '@custos/core';
import type { CheckContext } from './check-context.ts';
import type { Found } from './evidence-index.ts';
import { expectAccessible, expectExplained, expectProbe, noticeAbout } from './notices.ts';
import { type FoundRelease, releasesInForce } from './releases.ts';

export interface ReleaseNotices {
  readonly kind: Content<'notice'>['kind'];
  /** Which releases End-users are told of. */
  readonly concerns: (release: Content<'release'>) => boolean;
}

/** Each such release with its notice; `none` when there is no such release. Reasons for what is not recorded. */
export function eachReleaseNotice(
  c: CheckContext,
  { kind, concerns }: ReleaseNotices,
  visit: (release: FoundRelease, notice: Found<'notice'>) => void,
  none: () => void,
): void {
  const releases = releasesInForce(c);
  if (releases.length === 0) return;
  const told = releases.filter(({ content }) => concerns(content) && content.environment === 'production');
  if (told.length === 0) none();
  for (const release of told) {
    const about = release.content.id;
    const notice = noticeAbout(c, { kind, audience: 'end_user', about, from: ['system_operator'] });
    if (notice) visit(release, notice);
  }
}

/** The notices say what they must in words that their readers can use. Wants `release`, `notice` and `probe`. */
export function expectNoticesUnderstood(c: CheckContext, notices: ReleaseNotices): void {
  eachReleaseNotice(
    c,
    notices,
    (_, notice) => {
      expectExplained(c, notice.content);
      expectAccessible(c, notice.content);
    },
    () => expectProbe(c, 'accessibility', 'end_user', 'an accessibility check of a test notice to End-users'),
  );
}
