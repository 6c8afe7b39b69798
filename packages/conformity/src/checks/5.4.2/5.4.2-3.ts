/** 5.4.2-3: it is decided which internal states help, and those are monitored. A hosted model may expose none; that is a decision too. */
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { digestInUse, inventory, isCalled } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectNoGap, expectRulesWork, monitoringSummary } from '../../kernel/monitoring.ts';

export const checks = provisionChecks('5.4.2-3', {
  a: [
    ['internal-state-decision', 'scan-result'],
    (c) => {
      decisions(c);
    },
  ],
  b: [
    ['internal-state-decision', 'monitoring-summary', 'scan-result', 'adequacy-attestation'],
    (c) => {
      const decided = decisions(c);
      if (!decided) return;
      const wanted = [...new Set(decided.flatMap((found) => found.content.states))];
      if (wanted.length === 0) {
        c.adequacy();
        return;
      }
      const summary = monitoringSummary(c, 'internal_states');
      if (!summary) return;
      c.none(
        wanted.filter((state) => !summary.content.states.includes(state)),
        'STATE_NOT_MONITORED',
        'Decided to be monitored, but not monitored',
      );
      expectRulesWork(c, summary.content.rules);
      expectNoGap(c, summary.content, 'monitoring.gap_days');
    },
  ],
});

/** The decision for the very version of every model in use; undefined when one is missing, with a reason. */
function decisions(c: CheckContext): Found<'internal-state-decision'>[] | undefined {
  const models = inventory(c, 'model');
  const decided = models.flatMap((model) => {
    const found = c.newest('internal-state-decision', {
      where: (content) => isCalled(model, content.model),
      from: c.duty.roles,
      subject: digestInUse(c, model),
      maxAge: 'documentation.review_days',
      what: `a decision which internal states of ${model.id} to monitor`,
      step: 'record `internal-state-decision` in your name; an empty list with a reason is a decision',
    });
    return found ? [found] : [];
  });
  return models.length > 0 && decided.length === models.length ? decided : undefined;
}
