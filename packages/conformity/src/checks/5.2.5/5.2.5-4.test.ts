import { aRun } from '../../testing/release-evidence.ts';
import { aged, changed, dutyCase, onDigest, without } from '../../testing/world.ts';
import { threats } from './threat-evidence.ts';

const results = (trials: number, successes: number) =>
  changed('test-run', (r) => ({ ...r, results: [{ case: 'all', trials, successes }] }));

dutyCase('5.2.5-4/a', {
  passes: () => [
    aRun('leakage', {
      results: [{ case: 'all', trials: 1000, successes: 0 }],
      canariesPlanted: 10,
      threats: ['T-1'],
    }),
    threats('extraction'),
  ],
  loses: {
    'no run': [without('test-run'), 'inconclusive'],
    'another version': [onDigest('test-run'), 'inconclusive'],
    'run is old': [aged('test-run', 300), 'inconclusive'],
    'too many leaks': [results(1000, 100), 'fail'],
    'too few trials': [results(20, 0), 'inconclusive'],
    'a canary came back': [changed('test-run', (r) => ({ ...r, canariesRecovered: 1 })), 'fail'],
    'no canaries': [changed('test-run', (r) => ({ ...r, canariesPlanted: 0 })), 'inconclusive'],
    'a threat was not tried': [changed('test-run', (r) => ({ ...r, threats: [] })), 'inconclusive'],
  },
});
