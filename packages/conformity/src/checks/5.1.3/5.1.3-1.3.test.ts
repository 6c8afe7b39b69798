import { aged, changed, daysAgo, dutyCase, PEOPLE, plus, saidBy, without } from '../../testing/world.ts';
import { adequate, control, register, risk, tolerance } from './testing-evidence.ts';

const withRisk = (more: Parameters<typeof risk>[0]) =>
  changed('risk-register', (c) => ({ ...c, risks: [risk(more)] }));

dutyCase('5.1.3-1.3/a', {
  passes: () => [
    register([
      risk(),
      risk({
        id: 'R-2',
        residual: 9,
        treatment: 'accept',
        controls: [],
        acceptedBy: PEOPLE.organisation,
        dueAt: daysAgo(-20),
      }),
    ]),
    control('input-guard'),
  ],
  loses: {
    'no register': [without('risk-register'), 'inconclusive'],
    'the control was never measured': [without('control-status'), 'inconclusive'],
    'the control is newly off': [plus(control('input-guard', { active: false }, 0)), 'fail'],
    'verified long ago': [
      changed('control-status', (c) => ({ ...c, verifiedAt: daysAgo(90) })),
      'inconclusive',
    ],
    'a risk names no control': [withRisk({ controls: [] }), 'fail'],
    'an exception has run out': [
      withRisk({
        residual: 9,
        treatment: 'accept',
        controls: [],
        acceptedBy: PEOPLE.organisation,
        dueAt: daysAgo(1),
      }),
      'fail',
    ],
    'the register is stale': [aged('risk-register', 200), 'inconclusive'],
  },
});

dutyCase('5.1.3-1.3/b', {
  passes: () => [register(), tolerance(), adequate('5.1.3-1.3/b')],
  loses: {
    'tolerance is not approved by management': [
      saidBy('risk-tolerance', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
    'the register uses another tolerance': [
      changed('risk-register', (c) => ({ ...c, tolerance: 99 })),
      'fail',
    ],
    'cost is not stated': [withRisk({ cost: ' ' }), 'fail'],
    'a risk above tolerance is overdue': [withRisk({ residual: 8, dueAt: daysAgo(2) }), 'fail'],
    'nobody judged adequacy': [without('adequacy-attestation'), 'inconclusive'],
    'adequacy judged by the wrong role': [
      saidBy('adequacy-attestation', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
  },
});
