import { hexOf } from '@custos/core';
import { aRun } from '../../testing/release-evidence.ts';
import {
  backdated,
  changed,
  daysAgo,
  dutyCase,
  MODEL_DIGEST,
  OTHER,
  observe,
  onDigest,
  PEOPLE,
  plus,
  without,
} from '../../testing/world.ts';

const version = [{ name: 'base-7b', digest: { sha256: hexOf(MODEL_DIGEST) } }];
const event = (kind: 'model_registered' | 'deployment', age: number) =>
  observe(
    'lifecycle-event',
    {
      event: kind,
      id: `${kind}-1`,
      at: daysAgo(age),
      by: PEOPLE.developer,
      asset: 'model:org/base-7b',
      kind: 'model',
      environment: kind === 'deployment' ? 'production' : 'development',
      inputs: [],
      outputs: version,
    },
    { age },
  );

dutyCase('5.2.3-3/a', {
  passes: () => [
    event('model_registered', 30),
    event('deployment', 10),
    aRun('model_evaluation', {}, { subject: MODEL_DIGEST }),
  ],
  loses: {
    'the test-run was written today and dated back': [backdated('test-run'), 'inconclusive'],
    'no run': [without('test-run'), 'inconclusive'],
    'run on another model': [onDigest('test-run'), 'inconclusive'],
    'the run names another target': [changed('test-run', (r) => ({ ...r, target: OTHER })), 'inconclusive'],
    "somebody else's evaluation": [
      changed('test-run', (r) => ({ ...r, runBy: 'third_party' })),
      'inconclusive',
    ],
    'evaluated before acquisition': [changed('test-run', (r) => ({ ...r, startedAt: daysAgo(90) })), 'fail'],
    'evaluated after going into production': [
      changed('test-run', (r) => ({ ...r, finishedAt: daysAgo(2) })),
      'fail',
    ],
    'half the cases fail': [
      changed('test-run', (r) => ({ ...r, results: [{ case: 'all', trials: 500, successes: 250 }] })),
      'fail',
    ],
    'too few cases': [
      changed('test-run', (r) => ({ ...r, results: [{ case: 'all', trials: 5, successes: 5 }] })),
      'inconclusive',
    ],
    'the hosted model changed silently': [
      plus(
        observe('runtime-state', {
          asset: 'model:org/base-7b',
          kind: 'model',
          running: OTHER,
          environment: 'production',
        }),
      ),
      'inconclusive',
    ],
    'acquisition not recorded': [without('lifecycle-event'), 'inconclusive'],
  },
});
