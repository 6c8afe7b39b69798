import { hexOf } from '@custos/core';
import { aRun } from '../../testing/release-evidence.ts';
import {
  changed,
  daysAgo,
  dutyCase,
  MODEL_DIGEST,
  OTHER,
  observe,
  onDigest,
  PEOPLE,
  without,
} from '../../testing/world.ts';

const SUITES = ['security_assessment', 'model_evaluation', 'leakage', 'influence'] as const;

dutyCase('5.4.1-2/a', {
  passes: () => [
    observe('lifecycle-event', {
      event: 'training_run',
      id: 'UPD-1',
      at: daysAgo(30),
      by: PEOPLE.developer,
      asset: 'model:org/base-7b',
      kind: 'model',
      inputs: [],
      outputs: [{ name: 'm', digest: { sha256: hexOf(MODEL_DIGEST) } }],
      major: true,
    }),
    ...SUITES.map((suite) => aRun(suite, {}, { subject: MODEL_DIGEST })),
  ],
  loses: {
    'no runs': [without('test-run'), 'inconclusive'],
    'runs on another model': [onDigest('test-run'), 'inconclusive'],
    'runs from before the update': [changed('test-run', (r) => ({ ...r, startedAt: daysAgo(40) })), 'fail'],
    'runs name another target': [changed('test-run', (r) => ({ ...r, target: OTHER })), 'inconclusive'],
    'leakage was left out': [(e) => e.slice(0, 3), 'inconclusive'],
    'nobody classified it': [changed('lifecycle-event', ({ major: _, ...rest }) => rest), 'inconclusive'],
  },
});
