import type { Content } from '@custos/core';
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
import { adequate, modelOfThreats, register, risk, threat } from './testing-evidence.ts';

const records = () => [
  modelOfThreats({ threats: [threat('evasion', { decision: 'unresolved', risk: 'R-7' })] }),
  register([risk(), risk({ id: 'R-7', treatment: 'unresolved' })]),
];

const notice = (
  audience: 'system_operator' | 'end_user',
  about: string,
  more: Partial<Content<'notice'>> = {},
  age = 4,
) =>
  observe(
    'notice',
    {
      id: `N-${audience}`,
      kind: 'unresolved_threat',
      audience,
      about: [about],
      publishedAt: daysAgo(age),
      description: 'Crafted images can evade the classifier',
      impact: 'Some fraud attempts are not recognised',
      action: 'Check transactions above the limit by hand',
      recipients: audience === 'end_user' ? 100 : 2,
      delivered: audience === 'end_user' ? 95 : 2,
      accessible: true,
      ...more,
    },
    { role: audience === 'end_user' ? 'system_operator' : 'developer', age },
  );

const downstream = () =>
  observe('downstream-register', { operators: ['Shop A', 'Shop B'], custodians: [], users: 100 });

const withoutNotice = (audience: string) => (evidence: ReturnType<typeof records>) =>
  evidence.filter((item) => {
    const content = item.statement.predicate.content as { audience?: string };
    return content.audience !== audience;
  });

dutyCase('5.1.3-2/a', {
  passes: () => [...records(), downstream(), notice('system_operator', 'T-evasion')],
  loses: {
    'operators were not told': [without('notice'), 'fail'],
    'one operator did not receive it': [changed('notice', (c) => ({ ...c, delivered: 1 })), 'fail'],
    'an operator joined': [
      changed('downstream-register', (c) => ({ ...c, operators: [...c.operators, 'Shop C'] })),
      'fail',
    ],
    'the notice comes from the wrong role': [saidBy('notice', 'organisation', PEOPLE.organisation), 'fail'],
    'the notice is dated ahead': [changed('notice', (c) => ({ ...c, publishedAt: daysAgo(-2) })), 'fail'],
    'nobody knows who operates it': [without('downstream-register'), 'inconclusive'],
    'no operator is registered': [
      changed('downstream-register', (c) => ({ ...c, operators: [] })),
      'inconclusive',
    ],
    'another threat is unresolved': [
      plus(
        modelOfThreats(
          {
            threats: [
              threat('evasion', { decision: 'unresolved', risk: 'R-7' }),
              threat('extraction', { decision: 'unresolved' }),
            ],
          },
          { age: 1 },
        ),
      ),
      'fail',
    ],
    'no threat is marked': [
      (evidence) => [
        ...without('risk-register')(without('threat-model')(evidence)),
        modelOfThreats(),
        register(),
      ],
      'inconclusive',
    ],
  },
});

dutyCase('5.1.3-2/b', {
  passes: () => [
    ...records(),
    downstream(),
    notice('system_operator', 'T-evasion'),
    notice('end_user', 'R-7', {}, 3),
  ],
  loses: {
    'users were not told': [withoutNotice('end_user'), 'fail'],
    'users are told soon': [
      (evidence) => [...without('notice')(evidence), notice('system_operator', 'T-evasion', {}, 1)],
      'inconclusive',
    ],
    'few were reached': [changed('notice', (c) => ({ ...c, delivered: 50 })), 'fail'],
    'the notice is not accessible': [changed('notice', (c) => ({ ...c, accessible: false })), 'fail'],
    'the number of users is unknown': [
      changed('downstream-register', (c) => ({ ...c, users: 0 })),
      'inconclusive',
    ],
    'the notice is by the wrong role': [saidBy('notice', 'developer', PEOPLE.developer), 'fail'],
  },
});

dutyCase('5.1.3-2/c', {
  passes: () => [
    ...records(),
    notice('system_operator', 'T-evasion'),
    notice('end_user', 'R-7', {}, 3),
    adequate('5.1.3-2/c'),
  ],
  loses: {
    'the action is missing': [changed('notice', (c) => ({ ...c, action: '' })), 'fail'],
    'the impact is a word': [changed('notice', (c) => ({ ...c, impact: 'some' })), 'fail'],
    'no notice exists': [without('notice'), 'inconclusive'],
    'a newer notice says less': [plus(notice('end_user', 'R-7', { description: 'n/a' }, 1)), 'fail'],
    'nobody judged the wording': [without('adequacy-attestation'), 'inconclusive'],
    'the judgement is old': [aged('adequacy-attestation', 400), 'inconclusive'],
  },
});
