import { type Content, hexOf } from '@custos/core';
import {
  backdated,
  changed,
  daysAgo,
  dutyCase,
  OTHER,
  observe,
  PEOPLE,
  PROMPT_DIGEST,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { modelOfThreats } from './testing-evidence.ts';

const THREAT_MODEL = `sha256:${'7e'.repeat(32)}` as const;

const change = (id: string, age: number, more: Partial<Content<'lifecycle-event'>> = {}) =>
  observe(
    'lifecycle-event',
    {
      event: 'prompt_change',
      id,
      at: daysAgo(age),
      by: PEOPLE.developer,
      asset: 'prompt:system',
      kind: 'prompt',
      inputs: [],
      outputs: [{ name: 'prompt:system', digest: { sha256: hexOf(PROMPT_DIGEST) } }],
      securityRelevant: true,
      ...more,
    },
    { age: Math.max(age - 0.1, 0) },
  );

const review = () =>
  observe(
    'change-review',
    {
      change: 'C-1',
      securityEffect: true,
      decision: 'Entry T-prompt_injection was extended',
      threatModel: THREAT_MODEL,
      decidedAt: daysAgo(18),
    },
    { role: 'developer' },
  );

const running = () =>
  observe('runtime-state', {
    asset: 'prompt:system',
    kind: 'prompt',
    running: PROMPT_DIGEST,
    environment: 'production',
  });

dutyCase('5.1.3-1.1/a', {
  passes: () => [
    change('C-1', 20),
    review(),
    modelOfThreats({ reviewedAt: daysAgo(18) }, { subject: THREAT_MODEL, age: 18 }),
    running(),
  ],
  loses: {
    'the change-review was written today and dated back': [backdated('change-review'), 'inconclusive'],
    'no change is recorded': [without('lifecycle-event'), 'inconclusive'],
    'the change was not reviewed': [without('change-review'), 'fail'],
    'the review is by the wrong role': [saidBy('change-review', 'organisation', PEOPLE.organisation), 'fail'],
    'the review came late': [changed('change-review', (c) => ({ ...c, decidedAt: daysAgo(2) })), 'fail'],
    'the threat model is older than the change': [
      changed('threat-model', (c) => ({ ...c, reviewedAt: daysAgo(90) })),
      'fail',
    ],
    'the threat model is not recorded': [without('threat-model'), 'inconclusive'],
    'the review names no threat model': [
      changed('change-review', ({ threatModel: _, ...rest }) => rest),
      'fail',
    ],
    'a newer change is not classified': [
      plus(
        observe('lifecycle-event', {
          event: 'configuration_change',
          id: 'C-2',
          at: daysAgo(10),
          by: PEOPLE.developer,
          asset: 'configuration:app',
          kind: 'configuration',
          inputs: [],
          outputs: [],
        }),
      ),
      'fail',
    ],
    'something else runs than was recorded': [
      changed('runtime-state', (c) => ({ ...c, running: OTHER })),
      'fail',
    ],
  },
});
