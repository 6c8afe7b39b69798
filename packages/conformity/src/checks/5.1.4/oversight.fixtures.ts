/** Evidence that tests of this clause share: mechanisms for the bot's serious actions, and what keeps them alive. */
import type { Content, Evidence } from '@custos/core';
import { daysAgo, observe, PEOPLE } from '../../testing/world.ts';

export function mechanisms(more: Partial<Content<'oversight-mechanism'>> = {}): Evidence {
  return observe(
    'oversight-mechanism',
    {
      mechanisms: [
        { id: 'refund-gate', action: 'refund', kind: 'approval', reviewers: [PEOPLE.system_operator] },
        { id: 'kill-switch', action: 'answer', kind: 'stop', reviewers: [PEOPLE.system_operator] },
      ],
      highImpactActions: ['refund', 'answer'],
      ...more,
    },
    { role: 'system_operator', age: 30 },
  );
}

export function roster(active = true): Evidence {
  return observe('staff-register', {
    scope: 'Employees and contractors of the company',
    people: [
      {
        person: PEOPLE.system_operator,
        roles: ['system_operator'],
        active,
        joinedAt: daysAgo(900),
        commitsCode: false,
      },
    ],
  });
}

export function on(control: string, more: Partial<Content<'control-status'>> = {}, age = 2): Evidence {
  return observe(
    'control-status',
    {
      control,
      kind: 'human_oversight',
      assets: ['model:org/base-7b'],
      risks: ['R-1'],
      active: true,
      verifiedAt: daysAgo(age),
      method: 'workflow configuration read',
      ...more,
    },
    { age },
  );
}

export function stopDrill(more: Partial<Content<'drill'>> = {}, age = 20): Evidence {
  return observe(
    'drill',
    {
      drill: 'stop_override',
      scenario: 'kill-switch',
      at: daysAgo(age),
      succeeded: true,
      minutes: 2,
      limitMinutes: 5,
      seeded: 0,
      caught: 0,
      openFindings: 0,
      ...more,
    },
    { age },
  );
}

export function adequate(
  duty: string,
  role: 'developer' | 'system_operator' | 'data_custodian' = 'developer',
): Evidence {
  return observe(
    'adequacy-attestation',
    { duty, statement: 'Judged with the people who use it every day' },
    { role },
  );
}
