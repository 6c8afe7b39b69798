/** 5.4.1-1.1: what can't be updated is held by controls that work, and by a contingency plan that was exercised. */
import { millis, type PredicateName } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { controlsActive } from '../../kernel/controls.ts';
import { drillHeld, expectScenarios, planInForce } from '../../kernel/plans.ts';

/** The scenario of a contingency plan that this provision is about. */
const SCENARIO = 'update_impossible';

const TYPES = [
  'unsupported-assets',
  'vulnerability',
  'control-status',
  'drill',
] as const satisfies readonly PredicateName[];

export const checks = provisionChecks('5.4.1-1.1', {
  a: [
    TYPES,
    (c) => {
      for (const { asset, compensatingControl } of unsupportedAssets(c))
        if (expectNamed(c, compensatingControl, asset) && controlsActive(c, [compensatingControl]))
          expectCovers(c, compensatingControl, asset, 'assets');
      const unfixable = c
        .known('vulnerability', { key: (content) => content.id })
        .filter(({ content }) => !content.fixPossible);
      for (const found of unfixable) {
        c.use(found);
        const { id, compensatingControl } = found.content;
        if (expectNamed(c, compensatingControl, id) && controlsActive(c, [compensatingControl]))
          expectCovers(c, compensatingControl, id, 'risks');
      }
      drillHeld(c, ['disable'], 'incident.exercise_days', SCENARIO);
    },
  ],
  b: [
    ['plan', 'drill'],
    (c) => {
      const plan = planInForce(c, ['contingency'])?.content;
      if (plan) {
        c.expect(
          c.holder(plan.owner, ['developer', 'system_operator', 'organisation']),
          'OWNER_UNKNOWN',
          `${plan.owner} owns contingency plan ${plan.version} but holds no responsible role in custos.yaml.`,
        );
        c.expect(
          millis(plan.revisedAt) <= c.now,
          'TIME_ORDER',
          `Contingency plan ${plan.version} is dated ${plan.revisedAt}, in the future.`,
        );
        expectScenarios(c, plan, [SCENARIO], ['runbook']);
      }
      drillHeld(c, ['disable'], 'incident.exercise_days', SCENARIO);
    },
  ],
});

/** What the newest list for the version in use calls impossible to update. An empty list is a statement, a missing one is not. */
function unsupportedAssets(c: CheckContext): { asset: string; compensatingControl: string }[] {
  const found = c.newest('unsupported-assets', {
    subject: c.fingerprint,
    maxAge: 'inventory.max_age_days',
    what: 'a list of what cannot be updated in the version in use',
    step: `record the list, empty if there is nothing (\`custos observe unsupported-assets FILE\`) with subject ${c.fingerprint ?? 'its fingerprint'}`,
  });
  return found?.content.assets ?? [];
}

function expectNamed(c: CheckContext, control: string | undefined, what: string): control is string {
  return c.expect(
    control !== undefined && control.trim() !== '',
    'NO_COMPENSATING_CONTROL',
    `${what} can't be updated, and no compensating control is named.`,
  );
}

/** The control works; it must also stand before this very asset or weakness. */
function expectCovers(c: CheckContext, control: string, what: string, list: 'assets' | 'risks'): void {
  const status = c.latest('control-status', { where: (content) => content.control === control });
  c.expect(
    status?.content[list].includes(what) ?? false,
    'CONTROL_ELSEWHERE',
    `Control ${control} is active, but its status does not name ${what} under ${list}.`,
  );
}
