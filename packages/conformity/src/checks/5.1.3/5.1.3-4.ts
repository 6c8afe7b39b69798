/** 5.1.3-4: infrastructure is monitored without gaps and reviewed against the risk appetite. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { inventory } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectSameTolerance, riskRegister, riskTolerance } from './risk-records.ts';

function infrastructureMonitoring(c: CheckContext): Found<'monitoring-summary'> | undefined {
  const found = c.newest('monitoring-summary', {
    where: (content) => content.scope === 'infrastructure',
    subject: c.fingerprint,
    maxAge: 'monitoring.review_days',
    what: 'a summary of infrastructure monitoring',
    step: 'export it from the monitoring system (`custos observe monitoring-summary FILE`)',
  });
  if (found && !c.recent(found.content.until, 'monitoring.review_days')) {
    c.unclear(
      'STALE',
      `Monitoring data end on ${found.content.until}; ${c.setting('monitoring.review_days')} days are allowed. Next: export a newer summary.`,
    );
    return undefined;
  }
  return found;
}

function expectCovered(c: CheckContext, monitored: readonly string[]): void {
  const assets = inventory(c);
  if (assets.length === 0) return;
  const seen = new Set(monitored);
  const missing = assets.map((asset) => asset.id).filter((id) => !seen.has(id));
  const share = 1 - missing.length / assets.length;
  if (share < c.setting('monitoring.coverage_share'))
    c.none(
      missing,
      'COVERAGE_TOO_LOW',
      `${assets.length - missing.length} of ${assets.length} assets are monitored, ${c.setting('monitoring.coverage_share')} is required; not monitored`,
    );
}

function expectRulesWork(c: CheckContext, rules: Found<'monitoring-summary'>['content']['rules']): void {
  c.none(
    rules.filter((rule) => !rule.enabled).map((rule) => rule.id),
    'RULE_DISABLED',
    'Monitoring rules are switched off',
  );
  if (!rules.some((rule) => rule.enabled && rule.provenBySeed))
    c.unclear(
      'RULES_UNPROVEN',
      'No monitoring rule was seen to fire on a seeded anomaly. Next: seed one and record the summary again.',
    );
}

export const checks = provisionChecks('5.1.3-4', {
  a: [
    ['monitoring-summary', 'scan-result'],
    (c) => {
      const found = infrastructureMonitoring(c);
      if (!found) return;
      const { assetsMonitored, rules, longestGapDays, findingsPastDue, alerts } = found.content;
      expectCovered(c, assetsMonitored);
      expectRulesWork(c, rules);
      c.expect(
        longestGapDays <= c.setting('monitoring.gap_days'),
        'MONITORING_GAP',
        `Monitoring was silent for ${longestGapDays} days; ${c.setting('monitoring.gap_days')} are allowed.`,
      );
      c.expect(findingsPastDue === 0, 'FINDINGS_OVERDUE', `${findingsPastDue} findings are past their date.`);
      c.none(
        alerts
          .filter((alert) => !alert.triagedAt && !c.recent(alert.raisedAt, 'analysis.triage_hours'))
          .map((alert) => alert.id),
        'ALERT_NOT_TRIAGED',
        `Not judged within ${c.setting('analysis.triage_hours')} hours: alerts`,
      );
    },
  ],
  b: [
    ['monitoring-summary', 'risk-register', 'risk-tolerance', 'adequacy-attestation'],
    (c) => {
      const monitoring = infrastructureMonitoring(c);
      const register = riskRegister(c);
      const tolerance = riskTolerance(c);
      if (!monitoring || !register || !tolerance) return;
      expectSameTolerance(c, register, tolerance);
      c.none(
        register.content.risks
          .filter((risk) => risk.residual > tolerance.content.tolerance)
          .filter((risk) => !risk.acceptedBy || !c.holder(risk.acceptedBy, ['organisation', ...c.duty.roles]))
          .map((risk) => risk.id),
        'RESIDUAL_NOT_ACKNOWLEDGED',
        'Above tolerance and accepted by nobody entitled: risks',
      );
      const statement = c.adequacy();
      if (statement && millis(statement.observedAt) < millis(register.content.reviewedAt))
        c.unclear(
          'ACKNOWLEDGED_BEFORE_REVIEW',
          `Residual risk was acknowledged on ${statement.observedAt}, before the register's review on ${register.content.reviewedAt}. Next: \`custos attest ${c.duty.id}\`.`,
        );
    },
  ],
});
