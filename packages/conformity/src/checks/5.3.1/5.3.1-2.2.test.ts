import { aNotice, aProbe, aRelease } from '../../testing/release-evidence.ts';
import { aged, backdated, changed, daysAgo, dutyCase, plus, without } from '../../testing/world.ts';

const notice = () => aNotice('security_update', { publishedAt: daysAgo(9) });

dutyCase('5.3.1-2.2/a', {
  passes: () => [aRelease(), notice()],
  loses: {
    'the notice was written today and dated back': [backdated('notice'), 'inconclusive'],
    'not told': [without('notice'), 'inconclusive'],
    'told late': [changed('notice', (n) => ({ ...n, publishedAt: daysAgo(2) })), 'fail'],
    'reached half': [changed('notice', (n) => ({ ...n, delivered: 50 })), 'fail'],
    'a newer update without notice': [plus(aRelease({ id: 'REL-2' }, { age: 1 })), 'inconclusive'],
    'no update yet and an untested channel': [
      changed('release', (r) => ({ ...r, securityRelevant: false })),
      'inconclusive',
    ],
  },
});

dutyCase('5.3.1-2.2/b', {
  passes: () => [aRelease(), notice(), aProbe('accessibility', 'https://example.org/security_update')],
  loses: {
    'no explanation': [changed('notice', (n) => ({ ...n, description: 'fixes' })), 'fail'],
    'accessibility not measured': [without('probe'), 'inconclusive'],
    'accessibility failed': [changed('probe', (p) => ({ ...p, held: false })), 'fail'],
    'measured long ago': [aged('probe', 200), 'inconclusive'],
  },
});
