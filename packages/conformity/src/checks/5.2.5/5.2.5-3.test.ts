import { aRelease, aRun } from '../../testing/release-evidence.ts';
import { backdated, changed, daysAgo, dutyCase, observe, onDigest, without } from '../../testing/world.ts';

dutyCase('5.2.5-3/a', {
  passes: () => [
    aRelease(),
    aRun('security_assessment'),
    observe('downstream-register', { operators: ['acme'], custodians: [], users: 0 }),
    observe('document-access', {
      documents: ['run-security_assessment'],
      party: 'acme',
      role: 'system_operator',
      grantedAt: daysAgo(5),
      available: true,
    }),
  ],
  loses: {
    'the document-access was written today and dated back': [backdated('document-access'), 'inconclusive'],
    'not shared': [without('document-access'), 'inconclusive'],
    'shared late': [changed('document-access', (a) => ({ ...a, grantedAt: daysAgo(0.5) })), 'fail'],
    'access taken away': [changed('document-access', (a) => ({ ...a, available: false })), 'fail'],
    'one operator left out': [
      changed('downstream-register', (r) => ({ ...r, operators: ['acme', 'beta'] })),
      'inconclusive',
    ],
    'no operator registered': [
      changed('downstream-register', (r) => ({ ...r, operators: [] })),
      'inconclusive',
    ],
    'report of another version': [onDigest('test-run'), 'inconclusive'],
  },
});
