/** 5.3.1-2.2: End-users are told of each security-relevant update in time, in words they understand. */
import { millis, type PredicateName } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { expectInTime } from '../../kernel/deadlines.ts';
import { expectChannelWorks, expectReach } from '../../kernel/notices.ts';
import {
  eachReleaseNotice,
  expectNoticesUnderstood,
  type ReleaseNotices,
} from '../../kernel/release-notices.ts';

const TYPES = ['release', 'notice', 'probe'] as const satisfies readonly PredicateName[];

const SECURITY_UPDATES: ReleaseNotices = {
  kind: 'security_update',
  concerns: (release) => release.securityRelevant,
};

export const checks = provisionChecks('5.3.1-2.2', {
  a: [
    TYPES,
    (c) =>
      eachReleaseNotice(
        c,
        SECURITY_UPDATES,
        (release, notice) => {
          const { releasedAt, id } = release.content;
          const told = notice.content.publishedAt;
          if (millis(told) > millis(releasedAt))
            expectInTime(c, releasedAt, told, 'notice.sla_hours', `The notice of ${id}`, notice);
          expectReach(c, notice.content);
        },
        () => expectChannelWorks(c, 'end_user'),
      ),
  ],
  b: [TYPES, (c) => expectNoticesUnderstood(c, SECURITY_UPDATES)],
});
