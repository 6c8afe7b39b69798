import type { Content } from '@custos/core';
import {
  aged,
  changed,
  daysAgo,
  declaration,
  dutyCase,
  observe,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { adequate } from './oversight.fixtures.ts';

const page = (more: Partial<Content<'publication'>> = {}, age = 10) =>
  observe(
    'publication',
    {
      kind: 'acceptable_use',
      url: 'https://example.org/use',
      version: '2',
      fetchedAt: daysAgo(age),
      reachableWithoutLogin: true,
      accessibilityViolations: 0,
      brokenLinks: 0,
      sections: ['Prohibited uses', 'Legal advice', 'Contact'],
      statements: {},
      ...more,
    },
    { age },
  );

const accepted = (count = 980, age = 3) =>
  observe(
    'acceptance-summary',
    { policy: 'acceptable_use', version: '2', shown: 1000, accepted: count },
    { age },
  );

const seen = (held = true, age = 4) =>
  observe(
    'probe',
    { probe: 'user_notice', target: 'acceptable_use', held, detail: 'notice above the chat window' },
    { age },
  );

dutyCase('5.1.4-5/a', {
  passes: () => [page(), accepted(), seen(), adequate('5.1.4-5/a')],
  loses: {
    'no page': [without('publication'), 'inconclusive'],
    'the page is behind a sign-in': [
      changed('publication', (c) => ({ ...c, reachableWithoutLogin: false })),
      'fail',
    ],
    'the page has no section on prohibited uses': [
      changed('publication', (c) => ({ ...c, sections: ['Legal advice'] })),
      'fail',
    ],
    'a declared prohibited use is not on the page': [
      changed('publication', (c) => ({ ...c, sections: ['Prohibited uses'] })),
      'fail',
    ],
    'the page has no version': [changed('publication', (c) => ({ ...c, version: ' ' })), 'fail'],
    'users accepted an earlier version only': [
      changed('publication', (c) => ({ ...c, version: '3' })),
      'inconclusive',
    ],
    'few users accepted': [plus(accepted(400, 1)), 'fail'],
    'nobody was asked': [
      changed('acceptance-summary', (c) => ({ ...c, shown: 0, accepted: 0 })),
      'inconclusive',
    ],
    'the count is old': [aged('acceptance-summary', 60), 'inconclusive'],
    'the product shows no notice any more': [plus(seen(false, 1)), 'fail'],
    'the product was never probed': [without('probe'), 'inconclusive'],
    'nothing is declared prohibited': [
      plus(
        observe('system-declaration', declaration({}, { use: { ...declaration().use, prohibited: [] } }), {
          age: 1,
        }),
      ),
      'inconclusive',
    ],
    'content decided in the wrong role': [
      saidBy('adequacy-attestation', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
  },
});
