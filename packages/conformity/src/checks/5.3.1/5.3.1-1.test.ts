import { adequate, aNotice, aPage } from '../../testing/release-evidence.ts';
import { aged, changed, dutyCase, observe, PEOPLE, saidBy, without } from '../../testing/world.ts';
import { DATA_USE_SETTINGS } from './5.3.1-1.ts';

const settings = {
  retention_days: 30,
  storage_regions: 'eu-west',
  used_for_training: false,
  human_review: true,
  sub_processors: 'Hoster',
};

dutyCase('5.3.1-1/a', {
  passes: () => [
    aPage('data_use', { statements: settings }),
    observe('live-settings', { settings }),
    adequate('5.3.1-1/a', 'system_operator'),
  ],
  loses: {
    'a setting changed and the page did not': [
      changed('live-settings', (l) => ({ settings: { ...l.settings, used_for_training: true } })),
      'fail',
    ],
    'the page leaves something out': [
      changed('publication', (p) => ({ ...p, statements: { retention_days: 30 } })),
      'fail',
    ],
    'settings never read': [without('live-settings'), 'inconclusive'],
    'settings read long ago': [aged('live-settings', 60), 'inconclusive'],
    'nobody checked whether it is accessible': [
      changed('publication', ({ accessibilityViolations: _, ...page }) => page),
      'inconclusive',
    ],
    'page is not accessible': [changed('publication', (p) => ({ ...p, accessibilityViolations: 1 })), 'fail'],
    'truth stated by somebody else': [
      saidBy('adequacy-attestation', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
  },
});

dutyCase('5.3.1-1/b', {
  passes: () => [
    aNotice(
      'data_use',
      { audience: 'system_operator', about: [...DATA_USE_SETTINGS] },
      { role: 'developer' },
    ),
  ],
  loses: {
    'nothing supplied': [without('notice'), 'inconclusive'],
    'a topic missing': [changed('notice', (n) => ({ ...n, about: ['retention_days'] })), 'inconclusive'],
    'not received': [changed('notice', (n) => ({ ...n, delivered: 1 })), 'fail'],
    'from the operator itself': [saidBy('notice', 'system_operator', PEOPLE.system_operator), 'inconclusive'],
    'is old': [aged('notice', 500), 'inconclusive'],
  },
});
