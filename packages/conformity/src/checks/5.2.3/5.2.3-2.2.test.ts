import { adequate, aPage } from '../../testing/release-evidence.ts';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  OTHER,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { aJustification, POOR, scores } from './poor-component-evidence.ts';

const page = () => aPage('justifications', { statements: { [POOR]: aJustification().id } });

dutyCase('5.2.3-2.2/a', {
  passes: () => [...scores(), aJustification(), page()],
  loses: {
    'not published': [without('publication'), 'inconclusive'],
    'page needs an account': [
      changed('publication', (p) => ({ ...p, reachableWithoutLogin: false })),
      'fail',
    ],
    'page shows another justification': [
      changed('publication', (p) => ({ ...p, statements: { [POOR]: OTHER } })),
      'fail',
    ],
    'fetched before the justification': [
      changed('publication', (p) => ({ ...p, fetchedAt: daysAgo(50) })),
      'fail',
    ],
    'page not fetched for long': [aged('publication', 500), 'inconclusive'],
  },
});

dutyCase('5.2.3-2.2/b', {
  passes: () => [...scores(), aJustification(), page(), adequate('5.2.3-2.2/b', 'system_operator')],
  loses: {
    'accessibility violations': [
      changed('publication', (p) => ({ ...p, accessibilityViolations: 2 })),
      'fail',
    ],
    'a newer fetch finds broken links': [
      plus(aPage('justifications', { brokenLinks: 3 }, { age: 0 })),
      'fail',
    ],
    'plain language judged by somebody else': [
      saidBy('adequacy-attestation', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
  },
});
