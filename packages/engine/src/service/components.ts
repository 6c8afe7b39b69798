/** External components of a system as the service knows them: the inventory in force, and what is recorded of each. */
import { CustosError } from '@custos/core';
import { type ComponentState, componentStates } from '../components/register.ts';
import type { SystemRef } from './context.ts';
import { declarationInForce } from './declare-system.ts';
import { settingOf } from './requests-facts.ts';
import type { TriageDesk } from './triage.ts';

/**
 * @returns the states, and `component.score_share` in force
 * @throws CustosError NOT_FOUND
 */
export async function componentsOf(
  { context, assessor }: TriageDesk,
  ref: SystemRef,
): Promise<{ states: ComponentState[]; line: number }> {
  const { assessment } = await assessor.current(ref);
  const { evidence } = await assessor.evidence(ref);
  const system = await context.database.within(ref.organisation, (control) =>
    declarationInForce(control, ref.system, context.specification),
  );
  if (!system) throw new CustosError('NOT_FOUND', `There is no system "${ref.system}".`);
  const { specification } = context;
  const limit = (id: string) => settingOf({ system, specification }, id);
  const line = limit('component.score_share');
  return {
    line,
    states: componentStates(assessment.inventory.assets, evidence, {
      now: context.clock.now(),
      roles: system.roles,
      line,
      assessmentDays: limit('component.assessment_days'),
      reviewDays: limit('documentation.review_days'),
    }),
  };
}
