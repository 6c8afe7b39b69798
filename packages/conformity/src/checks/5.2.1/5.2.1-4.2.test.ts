import { aged, changed, dutyCase, PEOPLE, plus, saidBy, without } from '../../testing/world.ts';
import { adequate, classified, guard } from './testing-evidence.ts';

dutyCase('5.2.1-4.2/a', {
  passes: () => [classified(), guard('dataset:tickets')],
  loses: {
    'nobody read the settings': [without('asset-control'), 'inconclusive'],
    'not encrypted': [changed('asset-control', (c) => ({ ...c, encryptedAtRest: false })), 'fail'],
    'a public link': [changed('asset-control', (c) => ({ ...c, publiclyReachable: true })), 'fail'],
    'a copy elsewhere is open': [
      plus(guard('dataset:tickets', { location: 'ftp://old', accessControl: false })),
      'fail',
    ],
    'a second place was looked at long ago': [
      plus(guard('dataset:tickets', { location: 'ftp://old' }, 200)),
      'inconclusive',
    ],
    'no alarm on egress': [changed('asset-control', (c) => ({ ...c, egressAlarmTested: false })), 'fail'],
    'the alarm was not tested': [
      changed('asset-control', ({ egressAlarmTested: _, ...rest }) => rest),
      'inconclusive',
    ],
    'the settings are old': [aged('asset-control', 100), 'inconclusive'],
    'not classified': [without('data-classification'), 'inconclusive'],
    'nothing is confidential': [
      changed('data-classification', (c) => ({ ...c, sensitivity: 'internal' })),
      'inconclusive',
    ],
  },
});

dutyCase('5.2.1-4.2/b', {
  passes: () => [classified(), guard('dataset:tickets'), adequate('5.2.1-4.2/b')],
  loses: {
    'restricted data behind a password': [
      changed('asset-control', (c) => ({ ...c, authentication: 'password' })),
      'fail',
    ],
    'confidential data behind nothing': [
      (evidence) =>
        changed('asset-control', (c) => ({ ...c, authentication: 'none' }))(
          changed('data-classification', (c) => ({ ...c, sensitivity: 'confidential' }))(evidence),
        ),
      'fail',
    ],
    'nobody judged proportion': [without('adequacy-attestation'), 'inconclusive'],
    'judged by the wrong role': [
      saidBy('adequacy-attestation', 'system_operator', PEOPLE.system_operator),
      'inconclusive',
    ],
    'classified anew since': [plus(classified('confidential', 0)), 'inconclusive'],
    'the settings are old': [aged('asset-control', 100), 'inconclusive'],
  },
});
