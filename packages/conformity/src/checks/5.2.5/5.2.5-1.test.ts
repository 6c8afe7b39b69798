import { aRelease, aRun } from '../../testing/release-evidence.ts';
import {
  aged,
  backdated,
  changed,
  daysAgo,
  dutyCase,
  observe,
  onDigest,
  plus,
  without,
} from '../../testing/world.ts';
import { threats } from './threat-evidence.ts';

dutyCase('5.2.5-1/a', {
  passes: () => [aRelease(), aRun('security_assessment', { threats: ['T-1'] }), threats()],
  loses: {
    'the test-run was written today and dated back': [backdated('test-run'), 'inconclusive'],
    'nothing released': [without('release'), 'inconclusive'],
    'tested another version': [onDigest('test-run'), 'inconclusive'],
    'tested after release': [changed('test-run', (r) => ({ ...r, finishedAt: daysAgo(2) })), 'fail'],
    'a blocking finding is open': [
      changed('test-run', (r) => ({ ...r, findings: [{ id: 'F', severity: 'high', status: 'open' }] })),
      'fail',
    ],
    'failed cases nobody follows up': [
      changed('test-run', (r) => ({ ...r, results: [{ case: 'x', trials: 9, successes: 1 }] })),
      'fail',
    ],
    'a threat is not covered': [changed('test-run', (r) => ({ ...r, threats: [] })), 'fail'],
    'threat model is old': [aged('threat-model', 300), 'inconclusive'],
    'something unreleased runs': [
      plus(
        observe('deployment-status', {
          environment: 'production',
          release: 'HOTFIX',
          deployedAt: daysAgo(1),
          share: 1,
        }),
      ),
      'fail',
    ],
  },
});
