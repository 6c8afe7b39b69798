import { aNotice, aProbe, aRelease } from '../../testing/release-evidence.ts';
import {
  aged,
  backdated,
  changed,
  daysAgo,
  dutyCase,
  observe,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';

const users = () => observe('downstream-register', { operators: [], custodians: [], users: 100 });
const noModelChange = changed('release', (r) => ({ ...r, modelChange: false }));

dutyCase('5.2.3-4/a', {
  passes: () => [aRelease(), aNotice('model_update'), users()],
  loses: {
    'the notice was written today and dated back': [backdated('notice'), 'inconclusive'],
    'no notice': [without('notice'), 'inconclusive'],
    'announced afterwards': [changed('notice', (n) => ({ ...n, publishedAt: daysAgo(9) })), 'fail'],
    'announced an hour before': [changed('notice', (n) => ({ ...n, publishedAt: daysAgo(10.04) })), 'fail'],
    'it ran earlier than the release says': [
      plus(
        observe('deployment-status', {
          environment: 'production',
          release: 'REL-1',
          deployedAt: daysAgo(14),
          share: 1,
        }),
      ),
      'fail',
    ],
    'half did not receive it': [changed('notice', (n) => ({ ...n, delivered: 50 })), 'fail'],
    'sent to a few of many users': [changed('downstream-register', (r) => ({ ...r, users: 5000 })), 'fail'],
    'not sent by the operator': [saidBy('notice', 'developer', PEOPLE.developer), 'inconclusive'],
    'about another release': [changed('notice', (n) => ({ ...n, about: ['REL-0'] })), 'inconclusive'],
    'no model changed and the channel is untested': [noModelChange, 'inconclusive'],
    'no model changed and the channel is broken': [
      (e) => [...noModelChange(e), aProbe('user_notice', 'end_user', { held: false })],
      'fail',
    ],
  },
});

dutyCase('5.2.3-4/a', {
  passes: () => [aRelease({ modelChange: false }), aProbe('user_notice', 'end_user')],
  loses: { 'the channel test is old': [aged('probe', 200), 'inconclusive'] },
});

dutyCase('5.2.3-4/b', {
  passes: () => [
    aRelease(),
    aNotice('model_update'),
    aProbe('accessibility', 'https://example.org/model_update'),
  ],
  loses: {
    'marked as not accessible': [changed('notice', (n) => ({ ...n, accessible: false })), 'fail'],
    'accessibility never measured': [without('probe'), 'inconclusive'],
    'the measurement failed': [changed('probe', (p) => ({ ...p, held: false })), 'fail'],
    'says nothing': [changed('notice', (n) => ({ ...n, impact: 'none' })), 'fail'],
    'measurement is old': [aged('probe', 200), 'inconclusive'],
  },
});
