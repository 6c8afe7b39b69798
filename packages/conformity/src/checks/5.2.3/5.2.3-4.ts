/** 5.2.3-4: model updates are announced to End-users before they happen, accessibly. */
import { millis, type PredicateName } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import {
  expectAccessible,
  expectChannelWorks,
  expectExplained,
  expectProbe,
  expectReach,
  noticeAbout,
} from '../../kernel/notices.ts';
import { type FoundRelease, releasesInForce } from '../../kernel/releases.ts';

const TYPES = ['release', 'deployment-status', 'notice', 'probe'] as const satisfies readonly PredicateName[];

export const checks = provisionChecks('5.2.3-4', {
  a: [
    [...TYPES, 'downstream-register'],
    (c) => {
      const updates = modelUpdates(c);
      if (!updates) return;
      if (updates.length === 0) return expectChannelWorks(c, 'end_user');
      const register = c.newest('downstream-register', {
        maxAge: 'documentation.review_days',
        what: 'a register of downstream parties',
        step: 'record `downstream-register` with the number of users',
      });
      for (const release of updates) {
        const notice = announcement(c, release);
        if (!notice) continue;
        const deployedAt = firstDeployment(c, release);
        c.expect(
          millis(notice.content.publishedAt) + c.interval('notice.lead_hours') <= millis(deployedAt),
          'ANNOUNCED_LATE',
          `Model update ${release.content.id} ran on ${deployedAt} and was announced on ${notice.content.publishedAt}; ${c.setting('notice.lead_hours')} hours before are needed.`,
        );
        expectReach(c, notice.content, register?.content.users);
      }
    },
  ],
  b: [
    TYPES,
    (c) => {
      const updates = modelUpdates(c);
      if (!updates) return;
      if (updates.length === 0)
        expectProbe(c, 'accessibility', 'end_user', 'an accessibility check of a test notice to End-users');
      for (const release of updates) {
        const notice = announcement(c, release);
        if (!notice) continue;
        expectExplained(c, notice.content);
        expectAccessible(c, notice.content);
      }
    },
  ],
});

/** Production releases that change a model; undefined when nothing is released, with a reason. */
function modelUpdates(c: CheckContext): FoundRelease[] | undefined {
  const releases = releasesInForce(c);
  if (releases.length === 0) return undefined;
  return releases.filter(({ content }) => content.modelChange && content.environment === 'production');
}

function announcement(c: CheckContext, release: FoundRelease) {
  return noticeAbout(c, {
    kind: 'model_update',
    audience: 'end_user',
    about: release.content.id,
    from: ['system_operator'],
  });
}

/** The earliest time that the release is known to run. */
function firstDeployment(c: CheckContext, release: FoundRelease): string {
  const seen = c
    .known('deployment-status', {
      where: ({ environment, release: id }) => environment === 'production' && id === release.content.id,
    })
    .map((found) => found.content.deployedAt);
  return [release.content.releasedAt, ...seen].reduce((a, b) => (millis(b) < millis(a) ? b : a));
}
