import type { Content, Evidence } from '@custos/core';
import { aRun } from '../../testing/release-evidence.ts';
import { aged, changed, dutyCase, onDigest } from '../../testing/world.ts';
import { threats } from './threat-evidence.ts';

const influence = (more: Partial<Content<'test-run'>>) => (evidence: Evidence[]) =>
  changed('test-run', (run) => (run.suite === 'influence' ? { ...run, ...more } : run))(evidence);

dutyCase('5.2.5-4.1/a', {
  passes: () => [
    aRun('influence', {
      results: [{ case: 'all', trials: 1000, successes: 5 }],
      measuredBy: 'side_effects',
      threats: ['T-1'],
    }),
    aRun('output_handling'),
    threats(),
  ],
  loses: {
    'too many attacks succeed': [
      influence({ results: [{ case: 'all', trials: 1000, successes: 90 }] }),
      'fail',
    ],
    'a weak spot hides in the mean': [
      influence({
        results: [
          { case: 'mail', trials: 20, successes: 10 },
          { case: 'rest', trials: 9000, successes: 0 },
        ],
      }),
      'fail',
    ],
    'judged from the text': [influence({ measuredBy: 'output' }), 'inconclusive'],
    'unsafe output handling': [
      changed('test-run', (r) =>
        r.suite === 'influence' ? r : { ...r, results: [{ case: 'xss', trials: 10, successes: 9 }] },
      ),
      'fail',
    ],
    'another version': [onDigest('test-run'), 'inconclusive'],
    'runs are old': [aged('test-run', 300), 'inconclusive'],
  },
});
