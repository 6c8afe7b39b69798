/** 5.3.1-2: accessible guidance for the release that runs, and the Developer's information for it. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { expectExplained, expectReach, noticeAbout } from '../../kernel/notices.ts';
import {
  expectAccessiblePage,
  expectReachable,
  expectTopics,
  publicationOf,
} from '../../kernel/publications.ts';
import { productionRelease } from '../../kernel/releases.ts';

const TOPICS = ['use', 'management', 'integration', 'configuration'] as const;

export const checks = provisionChecks('5.3.1-2', {
  a: [
    ['publication', 'release', 'adequacy-attestation'],
    (c) => {
      const page = publicationOf(c, 'user_guidance');
      const running = productionRelease(c);
      if (!page || !running) return;
      expectReachable(c, page);
      expectAccessiblePage(c, page);
      expectTopics(c, page, TOPICS, 'TOPIC_MISSING');
      const described = c
        .known('release', { key: (content) => content.id })
        .find(({ content }) => content.id === page.content.release);
      if (!described)
        c.unclear(
          'RELEASE_UNKNOWN',
          `${page.content.url} names ${page.content.release ?? 'no release'}. Next: publish it for release ${running.content.id}.`,
        );
      else
        c.expect(
          millis(described.content.releasedAt) >= millis(running.content.releasedAt),
          'GUIDANCE_OLD',
          `${page.content.url} describes ${described.content.id}; ${running.content.id} is running.`,
        );
      c.adequacy();
    },
  ],
  b: [
    ['notice', 'release'],
    (c) => {
      const running = productionRelease(c);
      if (!running) return;
      const notice = noticeAbout(c, {
        kind: 'operator_information',
        audience: 'system_operator',
        about: running.content.id,
        from: ['developer'],
      });
      if (!notice) return;
      expectReach(c, notice.content);
      expectExplained(c, notice.content);
    },
  ],
});
