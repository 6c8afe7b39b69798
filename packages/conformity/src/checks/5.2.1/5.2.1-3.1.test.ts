import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  FINGERPRINT,
  OTHER,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';

const approval = (decision: 'approved' | 'rejected' = 'approved', age = 10) =>
  observe(
    'approval',
    { of: 'release', target: '2.1', decision, reason: 'Evaluation and security tests passed' },
    { role: 'system_operator', age },
  );

dutyCase('5.2.1-3.1/a', {
  passes: () => [
    approval(),
    observe('restore', {
      backup: 'nightly',
      backupTakenAt: daysAgo(1.5),
      immutableBackup: true,
      expected: FINGERPRINT,
      restored: FINGERPRINT,
      covers: ['model', 'configuration', 'prompt', 'index'],
      smokePassed: true,
      minutes: 20,
    }),
  ],
  loses: {
    'never restored': [without('restore'), 'inconclusive'],
    'another version was restored': [onDigest('restore'), 'inconclusive'],
    'digests differ': [changed('restore', (c) => ({ ...c, restored: OTHER })), 'fail'],
    'the index is not restored': [
      changed('restore', (c) => ({ ...c, covers: ['model', 'configuration', 'prompt'] })),
      'fail',
    ],
    'the smoke evaluation failed': [changed('restore', (c) => ({ ...c, smokePassed: false })), 'fail'],
    'the backup can be changed': [changed('restore', (c) => ({ ...c, immutableBackup: false })), 'fail'],
    'the backup was old': [changed('restore', (c) => ({ ...c, backupTakenAt: daysAgo(9) })), 'fail'],
    'the backup is younger than its restore': [
      changed('restore', (c) => ({ ...c, backupTakenAt: daysAgo(0) })),
      'fail',
    ],
    'the last restore is long ago': [aged('restore', 100), 'inconclusive'],
    'nobody called this version good': [without('approval'), 'inconclusive'],
    'the version was rejected since': [plus(approval('rejected', 1)), 'fail'],
    'called good by the wrong role': [saidBy('approval', 'developer', PEOPLE.developer), 'inconclusive'],
  },
});
