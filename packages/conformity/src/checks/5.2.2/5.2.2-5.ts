/** 5.2.2-5: plans for incidents with AI and for recovery exist, were tried, and follow what happens. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { drillHeld, expectScenarios, planInForce } from '../../kernel/plans.ts';

/** Incidents that only AI systems have, or have differently. */
export const AI_INCIDENTS = ['poisoned_model', 'prompt_injection', 'model_theft', 'data_leakage'] as const;
/** Losses that a recovery plan of an AI system has to undo. */
export const AI_LOSSES = ['poisoned_model', 'poisoned_dataset', 'agent_compromise'] as const;

const incidentPlan = (c: CheckContext) => planInForce(c, ['incident']);
const recoveryPlan = (c: CheckContext) => planInForce(c, ['recovery', 'disaster_recovery']);

/** An exercise counts for a plan when it was of one of the plan's scenarios. */
function expectExercised(c: CheckContext, plan: Found<'plan'>, kinds: Parameters<typeof drillHeld>[1]): void {
  const drill = drillHeld(c, kinds, 'incident.exercise_days');
  if (drill && !plan.content.scenarios.some((scenario) => scenario.id === drill.content.scenario))
    c.unclear(
      'OTHER_SCENARIO',
      `The last exercise was of ${drill.content.scenario}, which the ${plan.content.kind} plan does not hold. Next: exercise one of its scenarios.`,
    );
}

function expectMaintained(c: CheckContext, plan: Found<'plan'>): void {
  const { kind, version, history, revisedAt } = plan.content;
  c.expect(
    history.some((entry) => entry.version === version),
    'HISTORY_GAP',
    `The history of the ${kind} plan does not hold its version ${version}.`,
  );
  const incidents = c
    .known('incident', { key: (content) => content.id })
    .filter(({ content }) => content.aiRelated && content.closedAt !== undefined);
  for (const incident of incidents) {
    const { id, closedAt } = incident.content;
    if (closedAt === undefined) continue;
    if (millis(revisedAt) >= millis(incident.content.openedAt)) c.use(incident);
    else if (!c.recent(closedAt, 'change.review_days'))
      c.fail(
        'NOT_REVISED',
        `The ${kind} plan was last revised on ${revisedAt}, before incident ${id} (closed on ${closedAt}).`,
      );
  }
}

function expectContactsAnswer(c: CheckContext): void {
  const probe = c.newest('probe', {
    where: (content) => content.probe === 'report_channel',
    maxAge: 'probe.max_age_days',
    what: 'a probe that the contacts of the plan answer',
    step: 'call them and record it (`custos observe probe FILE`, probe: report_channel)',
  });
  if (probe)
    c.expect(probe.content.held, 'CONTACT_SILENT', `A contact did not answer: ${probe.content.detail}.`);
}

export const checks = provisionChecks('5.2.2-5', {
  a: [
    ['plan', 'adequacy-attestation'],
    (c) => {
      const plan = incidentPlan(c);
      if (!plan) return;
      expectScenarios(c, plan.content, AI_INCIDENTS, ['runbook']);
      c.expect(plan.content.contacts.length > 0, 'NO_CONTACT', 'The incident plan names no contact.');
      c.adequacy();
    },
  ],
  b: [
    ['plan', 'adequacy-attestation'],
    (c) => {
      const plan = recoveryPlan(c);
      if (!plan) return;
      expectScenarios(c, plan.content, AI_LOSSES, ['rtoMinutes', 'rpoMinutes', 'runbook']);
      c.adequacy();
    },
  ],
  c: [
    ['plan', 'drill'],
    (c) => {
      const incident = incidentPlan(c);
      const recovery = recoveryPlan(c);
      if (incident) expectExercised(c, incident, ['incident_plan']);
      if (recovery) expectExercised(c, recovery, ['recovery_plan', 'disaster_recovery']);
    },
  ],
  d: [
    ['plan', 'incident', 'probe'],
    (c) => {
      for (const plan of [incidentPlan(c), recoveryPlan(c)]) if (plan) expectMaintained(c, plan);
      expectContactsAnswer(c);
    },
  ],
});
