/** 5.1.3-1.3: controls are really applied to the risks, and their choice follows cost and the approved tolerance. */
import { provisionChecks } from '../../kernel/check.ts';
import { controlsActive } from '../../kernel/controls.ts';
import { expectSameTolerance, isAccepted, isOnTime, riskRegister, riskTolerance } from './risk-records.ts';

export const checks = provisionChecks('5.1.3-1.3', {
  a: [
    ['risk-register', 'control-status'],
    (c) => {
      const register = riskRegister(c);
      if (!register) return;
      const { risks, tolerance } = register.content;
      for (const risk of risks) {
        const applies = risk.treatment === 'mitigate' || risk.residual > tolerance;
        if (!applies || isAccepted(c, risk)) continue;
        if (
          c.expect(
            risk.controls.length > 0,
            'NO_CONTROL',
            `Risk ${risk.id} (residual ${risk.residual}, tolerance ${tolerance}) has neither a control nor an acceptance with an end date.`,
          )
        )
          controlsActive(c, risk.controls);
      }
    },
  ],
  b: [
    ['risk-register', 'risk-tolerance', 'adequacy-attestation'],
    (c) => {
      const register = riskRegister(c);
      const tolerance = riskTolerance(c);
      if (!register || !tolerance) return;
      expectSameTolerance(c, register, tolerance);
      const { risks } = register.content;
      c.none(
        risks
          .filter((risk) => risk.treatment === 'mitigate' && (risk.cost ?? '').trim() === '')
          .map((risk) => risk.id),
        'COST_NOT_STATED',
        'The register does not say what the controls cost for risks',
      );
      c.none(
        risks
          .filter((risk) => risk.residual > tolerance.content.tolerance)
          .filter((risk) => !isAccepted(c, risk) && !(risk.treatment === 'mitigate' && isOnTime(c, risk)))
          .map((risk) => risk.id),
        'ABOVE_TOLERANCE',
        `Above the tolerance of ${tolerance.content.tolerance}, and neither under treatment in time nor accepted with an end date`,
      );
      c.adequacy();
    },
  ],
});
