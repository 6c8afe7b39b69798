/** 5.1.4-5: End-users are told what is prohibited: on a page, in the product, and by a version that they accepted. */
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { expectProbe } from '../../kernel/notices.ts';
import { expectReachable, expectTopics, publicationOf } from '../../kernel/publications.ts';
import { expectAtLeast } from '../../kernel/shares.ts';

const POLICY = 'acceptable_use';

/** Enough End-users accepted the very version that is published. */
function expectAccepted(c: CheckContext, version: string): void {
  const step = 'count the acceptance log and record `acceptance-summary`';
  const found = c.newest('acceptance-summary', {
    where: (content) => content.policy === POLICY && content.version === version,
    maxAge: 'monitoring.review_days',
    what: `a count of acceptances of version ${version}`,
    step,
  });
  if (!found) return;
  const { shown, accepted } = found.content;
  if (shown === 0)
    c.unclear('NOBODY_ASKED', `Version ${version} was shown to nobody. Next: show it to users; ${step}.`);
  else
    expectAtLeast(c, {
      hits: accepted,
      trials: shown,
      limit: c.setting('notice.reach_share'),
      code: 'NOT_ACCEPTED',
      what: `End-users who accepted version ${version} of the acceptable use`,
    });
}

export const checks = provisionChecks('5.1.4-5', {
  a: [
    ['publication', 'probe', 'acceptance-summary', 'adequacy-attestation'],
    (c) => {
      const { prohibited } = c.system.use;
      if (prohibited.length === 0)
        c.unclear(
          'NOTHING_PROHIBITED',
          'custos.yaml declares no prohibited use (use.prohibited). Next: decide and declare what the system must not be used for.',
        );
      const page = publicationOf(c, POLICY);
      if (page) {
        expectReachable(c, page);
        expectTopics(c, page, ['prohibited uses', ...prohibited], 'PROHIBITED_USE_MISSING');
        if (c.expect(page.content.version.trim() !== '', 'NO_VERSION', `${page.content.url} has no version.`))
          expectAccepted(c, page.content.version);
      }
      expectProbe(c, 'user_notice', POLICY, 'a probe that sees the notice of prohibited uses in the product');
      c.adequacy();
    },
  ],
});
