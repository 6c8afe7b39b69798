/** 5.4.2-4: sudden and gradual changes of performance would be noticed. */
import { provisionChecks } from '../../kernel/check.ts';
import { inventory } from '../../kernel/coverage.ts';
import { expectMonitored, expectNoGap, expectRulesWork, monitoringSummary } from '../../kernel/monitoring.ts';

export const checks = provisionChecks('5.4.2-4', {
  a: [
    ['monitoring-summary', 'drill', 'scan-result'],
    (c) => {
      const series = monitoringSummary(c, 'performance');
      if (!series) return;
      const { detects, alerts, baseline, rules, assetsMonitored } = series.content;
      expectMonitored(c, inventory(c, 'model'), assetsMonitored);
      expectNoGap(c, series.content, 'performance.gap_days');
      expectRulesWork(c, rules);
      c.none(
        (['sudden', 'gradual'] as const).filter((kind) => !detects.includes(kind)),
        'NOT_DETECTED',
        'The series is not watched for changes that are',
      );
      if (!baseline)
        c.unclear(
          'NO_BASELINE',
          'Performance is not compared with an approved baseline. Next: name its digest as `baseline`.',
        );
      c.none(
        alerts
          .filter((alert) => !alert.disposition && !c.recent(alert.raisedAt, 'analysis.triage_hours'))
          .map((alert) => alert.id),
        'ALARM_WITHOUT_DISPOSITION',
        'Nobody decided on alarms',
      );
      const tested = c.newest('drill', {
        where: (content) => content.drill === 'alarm',
        subject: c.fingerprint,
        maxAge: 'test.max_age_days',
        what: 'a test of the performance alarms',
        step: 'seed a degradation, see the alarm and record `drill` alarm with seeded and caught',
      });
      if (!tested) return;
      const { succeeded, seeded, caught } = tested.content;
      c.expect(
        succeeded && seeded > 0 && caught === seeded,
        'ALARM_MISSED',
        `Of ${seeded} seeded degradations ${caught} raised the alarm.`,
      );
    },
  ],
});
