import { adequate, aNotice, aRelease, aRun } from '../../testing/release-evidence.ts';
import {
  backdated,
  changed,
  daysAgo,
  dutyCase,
  OTHER,
  observe,
  onDigest,
  PEOPLE,
  saidBy,
  without,
} from '../../testing/world.ts';

const acceptance = () =>
  aRun('operator_acceptance', { runBy: 'system_operator' }, { role: 'system_operator' });

dutyCase('5.2.5-2/a', {
  passes: () => [
    aRelease(),
    acceptance(),
    observe('deployment-status', {
      environment: 'production',
      release: 'REL-1',
      deployedAt: daysAgo(9),
      share: 1,
    }),
  ],
  loses: {
    'the test-run was written today and dated back': [backdated('test-run'), 'inconclusive'],
    'no test': [without('test-run'), 'inconclusive'],
    'tested by the developer': [saidBy('test-run', 'developer', PEOPLE.developer), 'inconclusive'],
    'another configuration was tested': [onDigest('test-run'), 'inconclusive'],
    'the run names another target': [changed('test-run', (r) => ({ ...r, target: OTHER })), 'inconclusive'],
    'deployed before the test': [
      changed('deployment-status', (d) => ({ ...d, deployedAt: daysAgo(20) })),
      'fail',
    ],
    'the test failed': [
      changed('test-run', (r) => ({ ...r, results: [{ case: 'x', trials: 500, successes: 100 }] })),
      'fail',
    ],
  },
});

dutyCase('5.2.5-2/b', {
  passes: () => [
    aRelease(),
    acceptance(),
    aNotice(
      'test_support',
      { audience: 'system_operator', about: ['run-operator_acceptance'], publishedAt: daysAgo(16) },
      { role: 'developer' },
    ),
    adequate('5.2.5-2/b', 'system_operator'),
  ],
  loses: {
    'the notice was written today and dated back': [backdated('notice'), 'inconclusive'],
    'no support': [without('notice'), 'inconclusive'],
    'support for another test': [changed('notice', (n) => ({ ...n, about: ['x'] })), 'inconclusive'],
    'support after the test': [changed('notice', (n) => ({ ...n, publishedAt: daysAgo(2) })), 'fail'],
    'support not received': [changed('notice', (n) => ({ ...n, delivered: 0 })), 'fail'],
    'judged by the developer alone': [
      saidBy('adequacy-attestation', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
  },
});
