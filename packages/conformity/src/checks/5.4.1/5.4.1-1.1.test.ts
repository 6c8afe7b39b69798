import { type Content, DAY } from '@custos/core';
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

const ASSET = 'component:pypi/transformers';

const list = () =>
  observe('unsupported-assets', { assets: [{ asset: ASSET, compensatingControl: 'sandbox' }] });
const status = (more: Partial<Content<'control-status'>> = {}, age = 2) =>
  observe(
    'control-status',
    {
      control: 'sandbox',
      kind: 'compensating',
      assets: [ASSET],
      risks: ['CVE-7'],
      active: true,
      verifiedAt: daysAgo(age),
      method: 'escape attempt every night',
      ...more,
    },
    { age },
  );
const weakness = () =>
  observe('vulnerability', {
    id: 'CVE-7',
    severity: 'high',
    knownAt: daysAgo(60),
    fixPossible: false,
    notPossibleReason: 'The maker has left the business and the weights are closed',
    compensatingControl: 'sandbox',
  });
const drill = (more: Partial<Content<'drill'>> = {}, age = 40) =>
  observe(
    'drill',
    {
      drill: 'disable',
      scenario: 'update_impossible',
      at: daysAgo(age),
      succeeded: true,
      minutes: 4,
      limitMinutes: 15,
      seeded: 0,
      caught: 0,
      openFindings: 0,
      ...more,
    },
    { age },
  );

dutyCase('5.4.1-1.1/a', {
  passes: () => [list(), status(), weakness(), drill()],
  loses: {
    'nobody listed what cannot be updated': [without('unsupported-assets'), 'inconclusive'],
    'the list is of another version': [onDigest('unsupported-assets'), 'inconclusive'],
    'the list is old': [aged('unsupported-assets', 60), 'inconclusive'],
    'the control was never measured': [without('control-status'), 'inconclusive'],
    'the control was measured long ago': [
      changed('control-status', (s) => ({ ...s, verifiedAt: daysAgo(90) })),
      'inconclusive',
    ],
    'the control is off by newer measurement': [plus(status({ active: false }, 1)), 'fail'],
    'the control guards another asset': [
      changed('control-status', (s) => ({ ...s, assets: ['tool:order_lookup'] })),
      'fail',
    ],
    'the control answers another weakness': [
      changed('control-status', (s) => ({ ...s, risks: ['CVE-8'] })),
      'fail',
    ],
    'a listed asset has no control': [
      changed('unsupported-assets', () => ({ assets: [{ asset: ASSET, compensatingControl: ' ' }] })),
      'fail',
    ],
    'a weakness has no control': [
      changed('vulnerability', ({ compensatingControl: _, ...rest }) => rest),
      'fail',
    ],
    'no drill': [without('drill'), 'inconclusive'],
    'a newer drill failed': [plus(drill({ succeeded: false }, 3)), 'fail'],
  },
});
dutyCase('5.4.1-1.1/a', {
  passes: () => [observe('unsupported-assets', { assets: [] }), drill()],
  loses: { 'the drill took too long': [changed('drill', (d) => ({ ...d, minutes: 30 })), 'fail'] },
});

dutyCase('5.4.1-1.1/b', {
  passes: () => [
    observe(
      'plan',
      {
        kind: 'contingency',
        version: '2',
        owner: PEOPLE.developer,
        revisedAt: daysAgo(50),
        nextReviewAt: new Date(Date.parse(daysAgo(0)) + 200 * DAY).toISOString(),
        scenarios: [{ id: 'update_impossible', runbook: 'runbooks/withdraw-model.md' }],
        history: [],
        releases: [],
        contacts: [],
      },
      { role: 'developer', age: 50 },
    ),
    drill(),
  ],
  loses: {
    'no plan': [without('plan'), 'inconclusive'],
    'somebody else wrote it': [saidBy('plan', 'end_user', 'user@example.org'), 'inconclusive'],
    'another kind of plan': [changed('plan', (p) => ({ ...p, kind: 'maintenance' })), 'inconclusive'],
    'its review is overdue': [changed('plan', (p) => ({ ...p, nextReviewAt: daysAgo(2) })), 'fail'],
    'it is dated in the future': [changed('plan', (p) => ({ ...p, revisedAt: daysAgo(-9) })), 'fail'],
    'its owner is unknown': [changed('plan', (p) => ({ ...p, owner: 'left@example.org' })), 'fail'],
    'the scenario is missing': [changed('plan', (p) => ({ ...p, scenarios: [] })), 'fail'],
    'the scenario has no runbook': [
      changed('plan', (p) => ({ ...p, scenarios: [{ id: 'update_impossible' }] })),
      'fail',
    ],
    'never exercised': [without('drill'), 'inconclusive'],
    'another scenario was exercised': [
      changed('drill', (d) => ({ ...d, scenario: 'model_theft' })),
      'inconclusive',
    ],
    'the exercise is old': [
      (evidence) => aged('drill', 400)(changed('drill', (d) => ({ ...d, at: daysAgo(440) }))(evidence)),
      'inconclusive',
    ],
    'the exercise left findings': [changed('drill', (d) => ({ ...d, openFindings: 2 })), 'fail'],
  },
});
