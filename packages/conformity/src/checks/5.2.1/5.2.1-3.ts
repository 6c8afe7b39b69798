/** 5.2.1-3: recovery plans that are approved and exercised, and that know what attacks on AI do. */
import { digestFromHex } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { drillHeld, expectScenarios, planInForce } from '../../kernel/plans.ts';

/** Attacks and losses that recovery of an AI system has to know. */
export const RECOVERY_SCENARIOS = [
  'poisoned_model',
  'poisoned_dataset',
  'model_theft',
  'agent_compromise',
  'index_corruption',
  'provider_outage',
] as const;

function isRecoveryScenario(id: string): boolean {
  return RECOVERY_SCENARIOS.some((scenario) => scenario === id);
}

/** Approval of exactly this text of the plan. */
function expectApproved(c: CheckContext, plan: Found<'plan'>): void {
  const hex = plan.evidence.statement.subject[0]?.digest.sha256;
  const approval = c.newest('approval', {
    where: (content) => content.of === 'plan',
    from: ['system_operator', 'organisation'],
    subject: hex === undefined ? undefined : digestFromHex(hex),
    what: `an approval of recovery plan ${plan.content.version}`,
    step: 'let the owner approve this very version (`custos observe approval FILE`)',
  });
  if (approval)
    c.expect(
      approval.content.decision === 'approved',
      'REJECTED',
      `Recovery plan ${plan.content.version} was rejected: ${approval.content.reason}.`,
    );
}

export const checks = provisionChecks('5.2.1-3', {
  a: [
    ['plan', 'approval', 'drill'],
    (c) => {
      const plan = planInForce(c, ['disaster_recovery']);
      if (!plan) return;
      if (plan.content.scenarios.length === 0)
        c.fail('SCENARIO_MISSING', `Recovery plan ${plan.content.version} has no scenario.`);
      expectApproved(c, plan);
      drillHeld(c, ['disaster_recovery'], 'recovery.exercise_days');
    },
  ],
  b: [
    ['plan', 'drill', 'adequacy-attestation'],
    (c) => {
      const plan = planInForce(c, ['disaster_recovery']);
      if (!plan) return;
      expectScenarios(c, plan.content, RECOVERY_SCENARIOS, ['rtoMinutes', 'rpoMinutes', 'runbook']);
      const drill = drillHeld(c, ['disaster_recovery'], 'recovery.exercise_days');
      c.adequacy();
      if (!drill) return;
      const { scenario, minutes } = drill.content;
      if (!isRecoveryScenario(scenario)) {
        c.unclear(
          'NO_AI_EXERCISE',
          `The last exercise was of ${scenario}, which is no attack on AI. Next: exercise one of ${RECOVERY_SCENARIOS.join(', ')}.`,
        );
        return;
      }
      const rto = plan.content.scenarios.find((item) => item.id === scenario)?.rtoMinutes;
      if (rto !== undefined)
        c.expect(
          minutes <= rto,
          'RTO_MISSED',
          `Recovery from ${scenario} took ${minutes} minutes; the plan promises ${rto}.`,
        );
    },
  ],
});
