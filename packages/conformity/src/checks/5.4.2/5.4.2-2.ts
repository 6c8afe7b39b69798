/** 5.4.2-2: logs are analysed, for desired outputs and for anomalies. */
import { provisionChecks } from '../../kernel/check.ts';
import { inventory } from '../../kernel/coverage.ts';
import { expectAnalysed, expectMonitored, monitoringSummary } from '../../kernel/monitoring.ts';

export const checks = provisionChecks('5.4.2-2', {
  a: [
    ['monitoring-summary', 'scan-result'],
    (c) => {
      const outputs = monitoringSummary(c, 'outputs');
      if (!outputs) return;
      expectAnalysed(c, outputs.content);
      expectMonitored(c, inventory(c, 'model'), outputs.content.assetsMonitored);
      if (!outputs.content.baseline)
        c.unclear(
          'NO_BASELINE',
          'Outputs are not compared with an approved baseline. Next: name its digest as `baseline`.',
        );
    },
  ],
  b: [
    ['monitoring-summary', 'scan-result'],
    (c) => {
      const anomalies = monitoringSummary(c, 'anomalies');
      const drift = monitoringSummary(c, 'drift');
      if (!anomalies || !drift) return;
      for (const summary of [anomalies, drift]) {
        expectAnalysed(c, summary.content);
        expectMonitored(c, inventory(c, 'model'), summary.content.assetsMonitored);
      }
      const detected = new Set([...anomalies.content.detects, ...drift.content.detects]);
      const missing = (['gradual', 'poisoning', 'breach', 'unexpected_behaviour'] as const).filter(
        (kind) => !detected.has(kind),
      );
      c.none(missing, 'NOT_DETECTED', 'No rule or job looks for');
    },
  ],
});
