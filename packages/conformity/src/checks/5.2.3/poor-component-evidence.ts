/** A component below the line among components above it, for the tests of 5.2.3-2, -2.1 and -2.2. */
import type { Content } from '@custos/core';
import { observe } from '../../testing/world.ts';

export const POOR = 'component:pypi/transformers';

export function aScore(component: string, share: number, version?: string, age = 1) {
  return observe(
    'component-score',
    {
      component,
      ...(version ? { version } : {}),
      documentation: share,
      security: 0.9,
      parts: { licence: true },
    },
    { subjectName: component, age },
  );
}

export const scores = () => [aScore(POOR, 0.3, '4.50.0'), aScore('model:org/base-7b', 0.9, 'r1')];

export function aJustification(more: Partial<Content<'justification'>> = {}) {
  return observe(
    'justification',
    {
      component: POOR,
      version: '4.50.0',
      rationale: 'No other library reads this tokenizer format',
      controls: ['CTL-1'],
      ...more,
    },
    { role: 'system_operator', age: 5 },
  );
}
