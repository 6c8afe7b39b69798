/** 5.1.2-5.1: staff are asked to report AI risks through a channel that works, and every report gets its decision. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { controlsActive } from '../../kernel/controls.ts';
import { expectInTime, inLookBack } from '../../kernel/deadlines.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectProbe } from '../../kernel/notices.ts';
import { saysSomething } from '../../kernel/settled-text.ts';

/** The newest campaign, held within the interval, whose channel takes a synthetic report. */
function campaign(c: CheckContext): Found<'reporting-campaign'> | undefined {
  const step = 'hold one and record it as the organisation (`custos observe reporting-campaign FILE`)';
  const found = c.newest('reporting-campaign', {
    from: ['organisation'],
    maxAge: 'reporting.campaign_days',
    what: 'a campaign that encourages reports of AI risks',
    step,
  });
  if (!found) return undefined;
  const { heldAt, channel } = found.content;
  if (!c.recent(heldAt, 'reporting.campaign_days'))
    c.unclear(
      'STALE',
      `The last campaign was on ${heldAt}; ${c.setting('reporting.campaign_days')} days are allowed. Next: ${step}.`,
    );
  expectProbe(c, 'report_channel', channel, `a synthetic report through ${channel}`);
  return found;
}

/** The first decision on a report made after it came in. */
function firstDecision(
  c: CheckContext,
  report: Found<'risk-report'>['content'],
): Found<'review-decision'> | undefined {
  const decisions = c
    .past('review-decision', {
      where: (content) =>
        content.kind === 'report' &&
        content.about === report.id &&
        millis(content.decidedAt) >= millis(report.receivedAt) &&
        millis(content.decidedAt) <= c.now,
      from: c.duty.roles,
    })
    .sort((a, b) => millis(a.content.decidedAt) - millis(b.content.decidedAt));
  const first = decisions[0];
  if (first) c.use(first);
  return first;
}

export const checks = provisionChecks('5.1.2-5.1', {
  a: [
    ['reporting-campaign', 'probe', 'adequacy-attestation'],
    (c) => {
      const found = campaign(c);
      if (!found) return;
      c.expect(
        saysSomething(found.content.noRetaliation),
        'NO_PROTECTION_STATED',
        'The campaign does not say that nobody who reports has to fear for it.',
      );
      c.adequacy();
    },
  ],
  b: [
    ['reporting-campaign', 'probe', 'control-status', 'risk-report', 'review-decision'],
    (c) => {
      const found = campaign(c);
      if (!found) return;
      const { safeguards } = found.content;
      if (
        c.expect(
          safeguards.length > 0,
          'NO_SAFEGUARD',
          'The campaign names no safeguard for those who report.',
        )
      )
        controlsActive(c, safeguards);
      for (const report of c.known('risk-report', { key: (content) => content.id })) {
        if (!inLookBack(c, report.content.receivedAt)) continue;
        c.use(report);
        const decision = firstDecision(c, report.content);
        expectInTime(
          c,
          report.content.receivedAt,
          decision?.content.decidedAt,
          'reporting.decision_days',
          `The decision on report ${report.content.id}`,
          decision,
        );
      }
    },
  ],
});
