/** Evidence that tests of this clause share: a threat model, a register and controls that fit the world of the tests. */
import type { Content, Evidence } from '@custos/core';
import { daysAgo, type ObserveOptions, observe, PEOPLE, scanContent } from '../../testing/world.ts';
import { AI_ATTACKS } from './5.1.3-1.ts';

export function threat(
  category: string,
  more: Partial<Content<'threat-model'>['threats'][number]> = {},
): Content<'threat-model'>['threats'][number] {
  return {
    id: `T-${category}`,
    category,
    asset: 'model:org/base-7b',
    references: ['AML.T0020'],
    decision: 'mitigated',
    risk: 'R-1',
    reason: 'Treated by the control of risk R-1',
    ...more,
  };
}

export function modelOfThreats(
  more: Partial<Content<'threat-model'>> = {},
  options: ObserveOptions = {},
): Evidence {
  return observe(
    'threat-model',
    {
      assets: scanContent().assets.map((asset) => asset.id),
      dataFlows: [
        'component:pypi/transformers -> model:org/base-7b',
        'model:org/base-7b → dataset:tickets',
        'model:org/base-7b -> tool:order_lookup',
        'endpoint:api.example.org -> model:org/base-7b',
      ],
      catalogue: 'ATLAS',
      catalogueVersion: '5.1',
      catalogueLatest: '5.1',
      threats: AI_ATTACKS.map((category) => threat(category)),
      reviewedAt: daysAgo(10),
      ...more,
    },
    { role: 'developer', age: 9, ...options },
  );
}

export function risk(
  more: Partial<Content<'risk-register'>['risks'][number]> = {},
): Content<'risk-register'>['risks'][number] {
  return {
    id: 'R-1',
    title: 'Attacker steers the answers',
    category: 'prompt_injection',
    assets: ['model:org/base-7b'],
    level: 'high',
    residual: 2,
    owner: PEOPLE.system_operator,
    ownerParty: 'internal',
    treatment: 'mitigate',
    controls: ['input-guard'],
    cost: '2 person days a month',
    dueAt: daysAgo(-30),
    usesHumanOversight: false,
    ...more,
  };
}

export function register(
  risks: Content<'risk-register'>['risks'] = [risk()],
  more: Partial<Content<'risk-register'>> = {},
): Evidence {
  return observe(
    'risk-register',
    { risks, tolerance: 3, reviewedAt: daysAgo(8), ...more },
    { role: 'system_operator', age: 8 },
  );
}

export function tolerance(): Evidence {
  return observe(
    'risk-tolerance',
    {
      tolerance: 3,
      statement: 'We bear moderate residual risks of the bot',
      costReasoning: 'Controls may cost up to the expected yearly loss',
    },
    { role: 'organisation', age: 60 },
  );
}

export function control(id: string, more: Partial<Content<'control-status'>> = {}, age = 1): Evidence {
  return observe(
    'control-status',
    {
      control: id,
      kind: 'technical',
      assets: ['model:org/base-7b'],
      risks: ['R-1'],
      active: true,
      verifiedAt: daysAgo(age),
      method: 'configuration read from the running system',
      ...more,
    },
    { age },
  );
}

export function adequate(duty: string, role: 'developer' | 'system_operator' = 'system_operator'): Evidence {
  return observe(
    'adequacy-attestation',
    { duty, statement: 'Judged against the situation of the bot today' },
    { role },
  );
}
