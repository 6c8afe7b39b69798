/** 5.1.3-4: infrastructure is monitored without gaps and reviewed against the risk appetite. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { inventory } from '../../kernel/coverage.ts';
import { expectAnalysed, expectMonitored, monitoringSummary } from '../../kernel/monitoring.ts';
import { expectSameTolerance, riskRegister, riskTolerance } from './risk-records.ts';

export const checks = provisionChecks('5.1.3-4', {
  a: [
    ['monitoring-summary', 'scan-result'],
    (c) => {
      const found = monitoringSummary(c, 'infrastructure');
      if (!found) return;
      expectMonitored(c, inventory(c), found.content.assetsMonitored);
      expectAnalysed(c, found.content);
    },
  ],
  b: [
    ['monitoring-summary', 'risk-register', 'risk-tolerance', 'adequacy-attestation'],
    (c) => {
      const monitoring = monitoringSummary(c, 'infrastructure');
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
