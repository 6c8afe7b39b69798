/** 5.1.3-3: an external party that bears a risk gave assurance, in date and for that very risk. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { type Risk, riskRegister } from './risk-records.ts';

function expectAssured(c: CheckContext, risk: Risk): void {
  const found = c.newest('assurance', {
    where: (content) => content.party === risk.owner && content.risks.includes(risk.id),
    from: ['system_operator'],
    maxAge: 'assurance.max_age_days',
    what: `an assurance of ${risk.owner} for risk ${risk.id}`,
    step: 'ask the party for a report or certificate and record it as System Operator (`custos observe assurance FILE`)',
  });
  if (!found) return;
  const { validUntil, scope } = found.content;
  if (
    c.expect(
      millis(validUntil) >= c.now,
      'ASSURANCE_ENDED',
      `The assurance of ${risk.owner} for risk ${risk.id} ended on ${validUntil}.`,
    )
  )
    c.holdsUntil(millis(validUntil));
  c.none(
    risk.assets.filter((asset) => !scope.includes(asset)),
    'OUT_OF_SCOPE',
    `The assurance of ${risk.owner} does not cover assets of risk ${risk.id}`,
  );
}

export const checks = provisionChecks('5.1.3-3', {
  a: [
    ['risk-register', 'assurance', 'adequacy-attestation'],
    (c) => {
      const register = riskRegister(c);
      if (!register) return;
      const external = register.content.risks.filter((risk) => risk.ownerParty === 'external');
      if (external.length === 0) {
        c.unclear(
          'NO_EXTERNAL_RISK',
          'custos.yaml says that an external party bears a risk, but no risk in the register has an external owner. Next: name the owner in the register.',
        );
        return;
      }
      for (const risk of external) expectAssured(c, risk);
      c.adequacy();
    },
  ],
});
