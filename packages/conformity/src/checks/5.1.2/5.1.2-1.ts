/** 5.1.2-1: need, AI-security risks and mitigations are assessed and approved before anything is built. */
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { controlsActive } from '../../kernel/controls.ts';
import { saysSomething } from '../../kernel/settled-text.ts';
import { isAccepted, isOnTime, type Risk, riskRegister } from '../5.1.3/risk-records.ts';
import { ASSESSMENT_TYPES, type Assessment, decidedBeforeBuilding } from './design-assessment.ts';

/** The entries of the register for the risks of an assessment, by id; fails for those it doesn't hold. */
function registeredRisks(c: CheckContext, assessment: Assessment): Risk[] {
  const register = riskRegister(c);
  if (!register) return [];
  const byId = new Map(register.content.risks.map((risk) => [risk.id, risk]));
  c.none(
    assessment.content.risks.filter(({ id }) => !byId.has(id)).map(({ id }) => id),
    'RISK_NOT_REGISTERED',
    'Risks of the design assessment that the risk register does not hold',
  );
  return assessment.content.risks.flatMap(({ id }) => byId.get(id) ?? []);
}

/** An assessment that names no risk has not looked for any. */
function expectRisks(c: CheckContext, assessment: Assessment): void {
  c.expect(
    assessment.content.risks.length > 0,
    'NO_RISKS',
    `The design assessment decided on ${assessment.content.decidedAt} names no AI-security risk.`,
  );
}

/** Controls that run, or a signed acceptance; before anything is built a dated plan for named controls is enough. */
function expectMitigated(c: CheckContext, risk: Risk): void {
  if (isAccepted(c, risk)) return;
  if (
    !c.expect(
      risk.treatment !== 'accept',
      'ACCEPTANCE_INVALID',
      `Risk ${risk.id} is to be accepted, but nobody entitled accepts it until a date ahead.`,
    ) ||
    !c.expect(
      risk.treatment !== 'unresolved' && risk.controls.length > 0,
      'RISK_WITHOUT_MITIGATION',
      `Risk ${risk.id} (${risk.treatment}) has neither controls nor an acceptance.`,
    )
  )
    return;
  if (c.system.phase === 'design' && isOnTime(c, risk)) return;
  controlsActive(c, risk.controls);
}

export const checks = provisionChecks('5.1.2-1', {
  a: [
    ASSESSMENT_TYPES,
    (c) => {
      const decided = decidedBeforeBuilding(c);
      if (!decided) return;
      for (const { content } of new Set([decided.first, decided.current]))
        c.none(
          (['need', 'alternatives'] as const).filter((section) => !saysSomething(content[section])),
          'NOT_EXPLAINED',
          `The design assessment decided on ${content.decidedAt} does not explain`,
        );
    },
  ],
  b: [
    [...ASSESSMENT_TYPES, 'risk-register'],
    (c) => {
      const decided = decidedBeforeBuilding(c);
      if (!decided) return;
      for (const assessment of new Set([decided.first, decided.current])) expectRisks(c, assessment);
      c.none(
        decided.current.content.risks
          .filter(({ description }) => !saysSomething(description))
          .map(({ id }) => id),
        'NOT_EXPLAINED',
        'Risks of the design assessment that are not described',
      );
      registeredRisks(c, decided.current);
    },
  ],
  c: [
    [...ASSESSMENT_TYPES, 'risk-register', 'control-status'],
    (c) => {
      const decided = decidedBeforeBuilding(c);
      if (!decided) return;
      expectRisks(c, decided.current);
      c.none(
        decided.current.content.risks
          .filter(({ mitigation }) => !saysSomething(mitigation))
          .map(({ id }) => id),
        'NOT_EXPLAINED',
        'Risks of the design assessment without a described mitigation',
      );
      for (const risk of registeredRisks(c, decided.current)) expectMitigated(c, risk);
    },
  ],
});
