/** Evidence that tests of 5.1.2-1 and 5.1.2-1.1 share: an assessment, its approvals, the first training run. */
import type { Content, Digest, Evidence } from '@custos/core';
import { daysAgo, type ObserveOptions, observe, PEOPLE } from '../../testing/world.ts';

export function assessment(
  more: Partial<Content<'design-assessment'>> = {},
  options: ObserveOptions = {},
): Evidence {
  return observe(
    'design-assessment',
    {
      need: 'Customers wait two days for answers about their orders',
      alternatives: 'A search page was tried and answered one question in five',
      risks: [
        {
          id: 'R-1',
          description: 'An attacker steers the answers by text in a ticket',
          mitigation: 'Filter tickets before the model reads them and limit its tools',
        },
      ],
      decidedAt: daysAgo(200),
      datasets: ['tickets'],
      participants: [
        { person: PEOPLE.developer, role: 'developer' },
        { person: PEOPLE.data_custodian, role: 'data_custodian' },
      ],
      ...more,
    },
    { role: 'developer', age: 199, ...options },
  );
}

export function approvalOf(
  record: Evidence | Digest,
  more: Partial<Content<'approval'>> = {},
  options: ObserveOptions = {},
): Evidence {
  return observe(
    'approval',
    {
      of: 'design_assessment',
      target: 'design of the support bot',
      decision: 'approved',
      reason: 'The need is real and the risks can be borne',
      ...more,
    },
    {
      role: 'system_operator',
      age: 190,
      subject: typeof record === 'string' ? record : record.id,
      ...options,
    },
  );
}

export function event(name: Content<'lifecycle-event'>['event'], age: number): Evidence {
  return observe(
    'lifecycle-event',
    {
      event: name,
      id: `E-${name}-${age}`,
      at: daysAgo(age),
      by: PEOPLE.developer,
      asset: 'model:org/base-7b',
      kind: 'model',
      inputs: [],
      outputs: [],
    },
    { age },
  );
}

/** Assessed, approved, then trained. */
export function decidedInTime(more: Partial<Content<'design-assessment'>> = {}): Evidence[] {
  const record = assessment(more);
  return [record, approvalOf(record), event('training_run', 150)];
}
