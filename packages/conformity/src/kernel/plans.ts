/** Plans and their exercises: a plan counts while it is in force, complete for its scenarios, and exercised in time. */
import { type Content, millis, type Role } from '@custos/core';
import type { CheckContext } from './check-context.ts';
import type { Found } from './evidence-index.ts';

type Plan = Content<'plan'>;

/** The newest plan of the kinds by somebody responsible; fails when its own review date has passed. */
export function planInForce(
  c: CheckContext,
  kinds: readonly Plan['kind'][],
  from: readonly Role[] = c.duty.roles,
): Found<'plan'> | undefined {
  const name = kinds[0]?.replace('_', ' ') ?? '';
  const found = c.newest('plan', {
    where: (content) => kinds.includes(content.kind),
    from,
    what: `a plan for ${name}`,
    step: `record the plan from its repository as ${from.join(' or ')} (\`custos observe plan FILE\`)`,
  });
  if (!found) return undefined;
  const { version, nextReviewAt } = found.content;
  if (
    c.expect(
      millis(nextReviewAt) >= c.now,
      'REVIEW_OVERDUE',
      `The ${name} plan ${version} was due for review on ${nextReviewAt}.`,
    )
  )
    c.holdsUntil(millis(nextReviewAt));
  return found;
}

/** What a scenario of a plan must state. */
export type ScenarioPart = 'rtoMinutes' | 'rpoMinutes' | 'runbook';

/** Fails for required scenarios that the plan lacks or leaves incomplete. */
export function expectScenarios(
  c: CheckContext,
  plan: Plan,
  required: readonly string[],
  parts: readonly ScenarioPart[],
): void {
  const byId = new Map(plan.scenarios.map((scenario) => [scenario.id, scenario]));
  c.none(
    required.filter((id) => !byId.has(id)),
    'SCENARIO_MISSING',
    `Plan ${plan.kind} ${plan.version} has no scenario for`,
  );
  for (const id of required) {
    const scenario = byId.get(id);
    if (scenario)
      c.none(
        parts.filter((part) => scenario[part] === undefined || scenario[part] === ''),
        'SCENARIO_INCOMPLETE',
        `Scenario ${id} of plan ${plan.kind} ${plan.version} does not state`,
      );
  }
}

/**
 * The newest drill of the kinds within the interval; fails when it failed, took too long or left findings open. With a
 * scenario only drills of that scenario count.
 */
export function drillHeld(
  c: CheckContext,
  kinds: readonly Content<'drill'>['drill'][],
  interval: string,
  only?: string,
): Found<'drill'> | undefined {
  const names = kinds.join(' or ') + (only === undefined ? '' : ` of ${only}`);
  const step = `exercise it and record the drill (\`custos observe drill FILE\`, drill: ${names})`;
  const found = c.newest('drill', {
    where: (content) => kinds.includes(content.drill) && (only === undefined || content.scenario === only),
    maxAge: interval,
    what: `an exercise (${names})`,
    step,
  });
  if (!found) return undefined;
  const { scenario, at, succeeded, minutes, limitMinutes, openFindings } = found.content;
  if (!c.recent(at, interval)) {
    c.unclear('STALE', `The last exercise (${names}) was on ${at}. Next: ${step}.`);
    return undefined;
  }
  c.expect(succeeded, 'DRILL_FAILED', `The exercise of ${scenario} on ${at} failed.`);
  c.expect(
    minutes <= limitMinutes,
    'DRILL_TOO_SLOW',
    `The exercise of ${scenario} on ${at} took ${minutes} minutes; ${limitMinutes} are allowed.`,
  );
  c.expect(
    openFindings === 0,
    'DRILL_FINDINGS',
    `The exercise of ${scenario} left ${openFindings} findings open.`,
  );
  return found;
}
