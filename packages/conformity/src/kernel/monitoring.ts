/** Summaries of monitoring: recent, on the system in use, with rules that were seen to fire and alerts that somebody judged. */
import type { Asset, Content } from '@custos/core';
import type { CheckContext } from './check-context.ts';
import type { Found } from './evidence-index.ts';

type Summary = Content<'monitoring-summary'>;

/** The newest summary of a scope, on the fingerprint in use, whose data reach into the review interval. */
export function monitoringSummary(
  c: CheckContext,
  scope: Summary['scope'],
): Found<'monitoring-summary'> | undefined {
  const words = scope.replaceAll('_', ' ');
  const found = c.newest('monitoring-summary', {
    where: (content) => content.scope === scope,
    subject: c.fingerprint,
    maxAge: 'monitoring.review_days',
    what: `a summary of ${words} monitoring`,
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

/** No rule is off, and at least one fired on a seeded anomaly. */
export function expectRulesWork(c: CheckContext, rules: Summary['rules']): void {
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

/** Every alert was judged within the triage interval, or still can be. */
export function expectTriaged(c: CheckContext, alerts: Summary['alerts']): void {
  c.none(
    alerts
      .filter((alert) => !alert.triagedAt && !c.recent(alert.raisedAt, 'analysis.triage_hours'))
      .map((alert) => alert.id),
    'ALERT_NOT_TRIAGED',
    `Not judged within ${c.setting('analysis.triage_hours')} hours: alerts`,
  );
}

/** Enough of the assets are monitored. */
export function expectMonitored(
  c: CheckContext,
  assets: readonly Asset[],
  monitored: readonly string[],
): void {
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

/** The longest silence was within an interval of the settings, in days. */
export function expectNoGap(c: CheckContext, summary: Summary, setting: string): void {
  c.expect(
    summary.longestGapDays <= c.setting(setting),
    'MONITORING_GAP',
    `Monitoring was silent for ${summary.longestGapDays} days; ${c.setting(setting)} are allowed.`,
  );
}

/** Somebody works with it: rules that fire, no gap, alerts judged, findings followed up in time. */
export function expectAnalysed(c: CheckContext, summary: Summary): void {
  expectRulesWork(c, summary.rules);
  expectNoGap(c, summary, 'monitoring.gap_days');
  expectTriaged(c, summary.alerts);
  c.expect(
    summary.findingsPastDue === 0,
    'FINDINGS_OVERDUE',
    `${summary.findingsPastDue} findings are past their date.`,
  );
}
