/** 5.3.1-2.2: End-users are told of each security-relevant update in time, in words they understand. */
import type { PredicateName } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { expectInTime } from '../../kernel/deadlines.ts';
import {
  expectAccessible,
  expectChannelWorks,
  expectExplained,
  expectProbe,
  expectReach,
  noticeAbout,
} from '../../kernel/notices.ts';
import { type FoundRelease, releasesInForce } from '../../kernel/releases.ts';

const TYPES = ['release', 'notice', 'probe'] as const satisfies readonly PredicateName[];

export const checks = provisionChecks('5.3.1-2.2', {
  a: [
    TYPES,
    (c) => {
      const updates = securityUpdates(c);
      if (updates?.length === 0) expectChannelWorks(c, 'end_user');
      for (const release of updates ?? []) {
        const notice = updateNotice(c, release);
        if (!notice) continue;
        const { releasedAt, id } = release.content;
        const told = notice.content.publishedAt;
        if (Date.parse(told) > Date.parse(releasedAt))
          expectInTime(c, releasedAt, told, 'notice.sla_hours', `The notice of ${id}`);
        expectReach(c, notice.content);
      }
    },
  ],
  b: [
    TYPES,
    (c) => {
      const updates = securityUpdates(c);
      if (updates?.length === 0)
        expectProbe(c, 'accessibility', 'end_user', 'an accessibility check of a test notice to End-users');
      for (const release of updates ?? []) {
        const notice = updateNotice(c, release);
        if (!notice) continue;
        expectExplained(c, notice.content);
        expectAccessible(c, notice.content);
      }
    },
  ],
});

/** Security-relevant production releases; undefined when nothing is released, with a reason. */
function securityUpdates(c: CheckContext): FoundRelease[] | undefined {
  const releases = releasesInForce(c);
  if (releases.length === 0) return undefined;
  return releases.filter(({ content }) => content.securityRelevant && content.environment === 'production');
}

function updateNotice(c: CheckContext, release: FoundRelease) {
  return noticeAbout(c, {
    kind: 'security_update',
    audience: 'end_user',
    about: release.content.id,
    from: ['system_operator'],
  });
}
