import { adequate, aRelease } from '../../testing/release-evidence.ts';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  observe,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';

const plan = (kind: 'design' | 'maintenance') =>
  observe(
    'plan',
    {
      kind,
      version: '3',
      owner: PEOPLE.developer,
      revisedAt: daysAgo(20),
      nextReviewAt: daysAgo(-100),
      scenarios: [],
      history: [{ version: '3', at: daysAgo(20), by: PEOPLE.developer }],
      releases: ['REL-1'],
      contacts: [],
    },
    { role: 'developer' },
  );
const plans = () => [plan('design'), plan('maintenance')];

dutyCase('5.2.4-1/a', {
  passes: () => [...plans(), aRelease(), adequate('5.2.4-1/a', 'developer')],
  loses: {
    'no plan': [without('plan'), 'inconclusive'],
    'not from the developer': [saidBy('plan', 'data_custodian', PEOPLE.data_custodian), 'inconclusive'],
    'no history': [changed('plan', (p) => ({ ...p, history: [] })), 'fail'],
    'history ends elsewhere': [changed('plan', (p) => ({ ...p, version: '4' })), 'fail'],
    'review overdue': [changed('plan', (p) => ({ ...p, nextReviewAt: daysAgo(1) })), 'fail'],
    'a new release is not covered': [plus(aRelease({ id: 'REL-2' }, { age: 1 })), 'fail'],
    'nobody judged the content': [without('adequacy-attestation'), 'inconclusive'],
    'plans are old': [aged('plan', 500), 'inconclusive'],
  },
});

const access = (available = true, age = 2) =>
  observe(
    'document-access',
    {
      documents: ['design@3', 'maintenance@3'],
      party: 'acme',
      role: 'system_operator',
      grantedAt: daysAgo(5),
      available,
    },
    { age },
  );

dutyCase('5.2.4-1/b', {
  passes: () => [
    ...plans(),
    access(),
    observe('downstream-register', { operators: ['acme'], custodians: [], users: 0 }),
  ],
  loses: {
    'no access': [without('document-access'), 'inconclusive'],
    'access was taken away': [plus(access(false, 1)), 'fail'],
    'access to an older version': [changed('plan', (p) => ({ ...p, version: '4' })), 'inconclusive'],
    'an operator more': [
      changed('downstream-register', (r) => ({ ...r, custodians: ['beta'] })),
      'inconclusive',
    ],
    'an empty register': [changed('downstream-register', (r) => ({ ...r, operators: [] })), 'inconclusive'],
  },
});
