import type { Content } from '@custos/core';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { register, risk } from '../5.1.3/testing-evidence.ts';
import { adequate, mechanisms, on, roster, stopDrill } from './oversight.fixtures.ts';

const overseen = () => register([risk({ usesHumanOversight: true, controls: ['refund-gate'] })]);

const seeded = (more: Partial<Content<'drill'>> = {}, age = 15) =>
  stopDrill({ drill: 'seeded_error', scenario: 'refund-gate', seeded: 60, caught: 57, ...more }, age);

const bypass = (held = true, age = 4) =>
  observe(
    'probe',
    { probe: 'oversight_bypass', target: 'refund-gate', held, detail: 'a direct call of the refund tool' },
    { age },
  );

const reviews = (more: Partial<Content<'oversight-summary'>> = {}, age = 3) =>
  observe(
    'oversight-summary',
    {
      mechanism: 'refund-gate',
      reviews: 400,
      acceptedShare: 0.9,
      medianSeconds: 45,
      alarmSeconds: 10,
      ...more,
    },
    { age },
  );

const noMeasure = changed('risk-register', (c) => ({
  ...c,
  risks: c.risks.map((item) => ({ ...item, controls: ['careful-staff'] })),
}));

dutyCase('5.1.4-3/a', {
  passes: () => [overseen(), mechanisms(), on('refund-gate'), adequate('5.1.4-3/a', 'system_operator')],
  loses: {
    'the risk names no registered measure': [noMeasure, 'fail'],
    'the measure is off': [changed('control-status', (c) => ({ ...c, active: false })), 'fail'],
    'the measure serves another risk': [changed('control-status', (c) => ({ ...c, risks: ['R-9'] })), 'fail'],
    'no live status': [without('control-status'), 'inconclusive'],
    'no risk uses oversight although declared': [
      (evidence) => [...without('risk-register')(evidence), register()],
      'inconclusive',
    ],
    'the register is not reviewed': [
      changed('risk-register', (c) => ({ ...c, reviewedAt: daysAgo(300) })),
      'fail',
    ],
    'mechanisms are not registered': [without('oversight-mechanism'), 'inconclusive'],
    'adequacy in the wrong role': [
      saidBy('adequacy-attestation', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
  },
});

dutyCase('5.1.4-3/b', {
  passes: () => [overseen(), mechanisms(), seeded(), bypass()],
  loses: {
    'the risk names no registered measure': [noMeasure, 'fail'],
    'no errors were planted in an exercise': [without('drill'), 'inconclusive'],
    'the exercise planted nothing': [
      changed('drill', (c) => ({ ...c, seeded: 0, caught: 0 })),
      'inconclusive',
    ],
    'too few errors to decide': [changed('drill', (c) => ({ ...c, seeded: 5, caught: 5 })), 'inconclusive'],
    'reviewers miss errors': [changed('drill', (c) => ({ ...c, caught: 20 })), 'fail'],
    'a newer exercise is worse': [plus(seeded({ caught: 30 }, 2)), 'fail'],
    'the exercise is old': [aged('drill', 300), 'inconclusive'],
    'the gate can be gone round': [plus(bypass(false, 1)), 'fail'],
    'bypass tried on another version': [onDigest('probe'), 'inconclusive'],
    'bypass never tried': [without('probe'), 'inconclusive'],
    'bypass tried at another gate': [changed('probe', (c) => ({ ...c, target: 'other' })), 'inconclusive'],
  },
});

dutyCase('5.1.4-3/c', {
  passes: () => [overseen(), mechanisms(), on('refund-gate'), roster(), reviews()],
  loses: {
    'the risk names no registered measure': [noMeasure, 'fail'],
    'reviews are too fast to be read': [
      changed('oversight-summary', (c) => ({ ...c, medianSeconds: 3 })),
      'fail',
    ],
    'everything is accepted': [
      changed('oversight-summary', (c) => ({ ...c, acceptedShare: 1, reviews: 1000 })),
      'fail',
    ],
    'nothing was reviewed': [changed('oversight-summary', (c) => ({ ...c, reviews: 0 })), 'inconclusive'],
    'the alarm is off': [changed('oversight-summary', (c) => ({ ...c, alarmSeconds: 0 })), 'inconclusive'],
    'statistics are of another mechanism': [
      changed('oversight-summary', (c) => ({ ...c, mechanism: 'other' })),
      'inconclusive',
    ],
    'statistics are old': [aged('oversight-summary', 60), 'inconclusive'],
    'newer statistics raise the alarm': [plus(reviews({ medianSeconds: 2 }, 1)), 'fail'],
    'the gate is off': [plus(on('refund-gate', { active: false }, 1)), 'fail'],
    'the status is old': [aged('control-status', 60), 'inconclusive'],
    'the reviewer has left': [
      changed('staff-register', (c) => ({
        ...c,
        people: c.people.map((p) => ({ ...p, active: false })),
      })),
      'fail',
    ],
  },
});
