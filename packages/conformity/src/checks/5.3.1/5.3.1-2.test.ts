import { adequate, aNotice, aPage, aRelease } from '../../testing/release-evidence.ts';
import { aged, changed, daysAgo, dutyCase, PEOPLE, plus, saidBy, without } from '../../testing/world.ts';

const newer = () => plus(aRelease({ id: 'REL-2', releasedAt: daysAgo(1) }, { age: 1 }));

dutyCase('5.3.1-2/a', {
  passes: () => [
    aPage('user_guidance', {
      sections: ['Use', 'Management', 'Integration', 'Configuration'],
      release: 'REL-1',
    }),
    aRelease(),
    adequate('5.3.1-2/a', 'system_operator'),
  ],
  loses: {
    'a topic missing': [changed('publication', (p) => ({ ...p, sections: ['Use'] })), 'fail'],
    'a newer release runs': [newer(), 'fail'],
    'names no release': [changed('publication', ({ release: _, ...rest }) => rest), 'inconclusive'],
    'broken links': [changed('publication', (p) => ({ ...p, brokenLinks: 1 })), 'fail'],
    'behind a login': [changed('publication', (p) => ({ ...p, reachableWithoutLogin: false })), 'fail'],
    'not fetched for long': [aged('publication', 500), 'inconclusive'],
  },
});

dutyCase('5.3.1-2/b', {
  passes: () => [
    aRelease(),
    aNotice('operator_information', { audience: 'system_operator' }, { role: 'developer' }),
  ],
  loses: {
    'nothing supplied': [without('notice'), 'inconclusive'],
    'a newer release without information': [newer(), 'inconclusive'],
    'says nothing': [changed('notice', (n) => ({ ...n, description: 'see docs' })), 'fail'],
    'not from the developer': [saidBy('notice', 'system_operator', PEOPLE.system_operator), 'inconclusive'],
  },
});
