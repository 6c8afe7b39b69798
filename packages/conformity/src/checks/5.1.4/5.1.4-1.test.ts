import { aged, changed, daysAgo, dutyCase, PEOPLE, plus, saidBy, without } from '../../testing/world.ts';
import { adequate, mechanisms, on, roster, stopDrill } from './oversight.fixtures.ts';

dutyCase('5.1.4-1/a', {
  passes: () => [mechanisms(), roster(), on('refund-gate'), on('kill-switch'), adequate('5.1.4-1/a')],
  loses: {
    'nothing is registered': [without('oversight-mechanism'), 'inconclusive'],
    'an action has no mechanism': [
      changed('oversight-mechanism', (c) => ({
        ...c,
        highImpactActions: [...c.highImpactActions, 'close_account'],
      })),
      'fail',
    ],
    'no action is named': [
      changed('oversight-mechanism', (c) => ({ ...c, highImpactActions: [] })),
      'inconclusive',
    ],
    'no mechanism at all': [
      changed('oversight-mechanism', (c) => ({ ...c, mechanisms: [], highImpactActions: [] })),
      'inconclusive',
    ],
    'nothing stops the system': [
      changed('oversight-mechanism', (c) => ({
        ...c,
        mechanisms: c.mechanisms.map((item) => ({ ...item, kind: 'review' as const })),
      })),
      'fail',
    ],
    'a gate has no reviewer': [
      changed('oversight-mechanism', (c) => ({
        ...c,
        mechanisms: c.mechanisms.map((item) => ({ ...item, reviewers: [] })),
      })),
      'fail',
    ],
    'the reviewer has left': [(e) => [...without('staff-register')(e), roster(false)], 'fail'],
    'the reviewer is not on the roster': [
      changed('staff-register', (c) => ({
        ...c,
        people: c.people.map((p) => ({ ...p, person: 'other@example.org' })),
      })),
      'fail',
    ],
    'a gate was switched off since': [plus(on('refund-gate', { active: false }, 1)), 'fail'],
    'no live status': [without('control-status'), 'inconclusive'],
    'registered by the custodian': [
      saidBy('oversight-mechanism', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
    'the registration is old': [aged('oversight-mechanism', 400), 'inconclusive'],
    'no rationale': [without('adequacy-attestation'), 'inconclusive'],
  },
});

dutyCase('5.1.4-1/b', {
  passes: () => [mechanisms(), roster(), on('refund-gate'), on('kill-switch'), stopDrill()],
  loses: {
    'never practised': [without('drill'), 'inconclusive'],
    'practised long ago': [aged('drill', 300), 'inconclusive'],
    'the drill was held long ago and recorded now': [
      changed('drill', (c) => ({ ...c, at: daysAgo(300) })),
      'inconclusive',
    ],
    'another mechanism was practised': [
      changed('drill', (c) => ({ ...c, scenario: 'refund-gate' })),
      'inconclusive',
    ],
    'a newer drill failed': [plus(stopDrill({ succeeded: false }, 5)), 'fail'],
    'stopping takes longer than its own limit': [changed('drill', (c) => ({ ...c, minutes: 6 })), 'fail'],
    'stopping takes longer than the organisation allows': [
      changed('drill', (c) => ({ ...c, minutes: 20, limitMinutes: 60 })),
      'fail',
    ],
    'there is no stop': [
      changed('oversight-mechanism', (c) => ({
        ...c,
        mechanisms: c.mechanisms.map((item) => ({ ...item, kind: 'review' as const })),
      })),
      'inconclusive',
    ],
    'a mechanism is off': [changed('control-status', (c) => ({ ...c, active: false })), 'fail'],
    'its status was verified long ago': [
      changed('control-status', (c) => ({ ...c, verifiedAt: daysAgo(60) })),
      'inconclusive',
    ],
    'the reviewer has left': [
      changed('staff-register', (c) => ({
        ...c,
        people: c.people.map((p) => ({ ...p, active: false })),
      })),
      'fail',
    ],
  },
});
