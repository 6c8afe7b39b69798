/** 5.2.3-4: model updates are announced to End-users before they happen, accessibly. */
import { type Instant, millis, type PredicateName } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectChannelWorks, expectReach } from '../../kernel/notices.ts';
import { expectBy } from '../../kernel/recording.ts';
import {
  eachReleaseNotice,
  expectNoticesUnderstood,
  type ReleaseNotices,
} from '../../kernel/release-notices.ts';
import type { FoundRelease } from '../../kernel/releases.ts';

const TYPES = ['release', 'deployment-status', 'notice', 'probe'] as const satisfies readonly PredicateName[];

const MODEL_UPDATES: ReleaseNotices = { kind: 'model_update', concerns: (release) => release.modelChange };

export const checks = provisionChecks('5.2.3-4', {
  a: [
    [...TYPES, 'downstream-register'],
    (c) => {
      const announced: Found<'notice'>[] = [];
      eachReleaseNotice(
        c,
        MODEL_UPDATES,
        (release, notice) => {
          expectAhead(c, release, notice);
          announced.push(notice);
        },
        () => expectChannelWorks(c, 'end_user'),
      );
      if (announced.length === 0) return;
      const register = c.newest('downstream-register', {
        maxAge: 'documentation.review_days',
        what: 'a register of downstream parties',
        step: 'record `downstream-register` with the number of users',
      });
      for (const notice of announced) expectReach(c, notice.content, register?.content.users);
    },
  ],
  b: [TYPES, (c) => expectNoticesUnderstood(c, MODEL_UPDATES)],
});

/** End-users had the time that policy gives them between the announcement and the update. */
function expectAhead(c: CheckContext, release: FoundRelease, notice: Found<'notice'>): void {
  const { id } = release.content;
  const { publishedAt } = notice.content;
  const deployedAt = firstDeployment(c, release);
  const limit = new Date(millis(deployedAt) - c.interval('notice.lead_hours')).toISOString();
  expectBy(
    c,
    notice,
    { at: publishedAt, limit, what: `The announcement of ${id}` },
    'ANNOUNCED_LATE',
    `Model update ${id} ran on ${deployedAt} and was announced on ${publishedAt}; ${c.setting('notice.lead_hours')} hours before are needed.`,
  );
}

/** The earliest time that the release is known to run. */
function firstDeployment(c: CheckContext, release: FoundRelease): Instant {
  const seen = c
    .past('deployment-status', {
      where: ({ environment, release: id }) => environment === 'production' && id === release.content.id,
    })
    .map((found) => found.content.deployedAt);
  return [release.content.releasedAt, ...seen].reduce((a, b) => (millis(b) < millis(a) ? b : a));
}
