import type { Content } from '@custos/core';
import {
  aged,
  backdated,
  changed,
  daysAgo,
  dutyCase,
  observe,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { control } from '../5.1.3/testing-evidence.ts';

const campaign = (more: Partial<Content<'reporting-campaign'>> = {}) =>
  observe(
    'reporting-campaign',
    {
      heldAt: daysAgo(40),
      channel: 'ai-risk@example.org',
      safeguards: ['anonymous-intake'],
      noRetaliation: 'Nobody who reports in good faith suffers for it',
      ...more,
    },
    { role: 'organisation', age: 40 },
  );

const channel = (held = true, age = 5) =>
  observe(
    'probe',
    { probe: 'report_channel', target: 'ai-risk@example.org', held, detail: 'synthetic report' },
    { age },
  );

const report = (id: string, age: number) =>
  observe('risk-report', { id, receivedAt: daysAgo(age), acknowledgedAt: daysAgo(age) }, { age });

const decided = (about: string, age: number) =>
  observe(
    'review-decision',
    { about, kind: 'report', decision: 'Entered in the register as a risk', decidedAt: daysAgo(age) },
    { role: 'organisation', age },
  );

dutyCase('5.1.2-5.1/a', {
  passes: () => [
    campaign(),
    channel(),
    observe(
      'adequacy-attestation',
      { duty: '5.1.2-5.1/a', statement: 'The survey shows that staff dare to report' },
      { role: 'organisation' },
    ),
  ],
  loses: {
    'no campaign': [without('reporting-campaign'), 'inconclusive'],
    'the campaign was held long ago': [
      changed('reporting-campaign', (c) => ({ ...c, heldAt: daysAgo(400) })),
      'inconclusive',
    ],
    'the campaign lies in the future': [
      changed('reporting-campaign', (c) => ({ ...c, heldAt: daysAgo(-4) })),
      'inconclusive',
    ],
    'held by a developer': [saidBy('reporting-campaign', 'developer', PEOPLE.developer), 'inconclusive'],
    'no word on retaliation': [
      changed('reporting-campaign', (c) => ({ ...c, noRetaliation: 'yes yes yes yes yes yes yes' })),
      'fail',
    ],
    'the channel is dead now': [plus(channel(false, 1)), 'fail'],
    'the channel was never tried': [without('probe'), 'inconclusive'],
    'the trial is old': [aged('probe', 100), 'inconclusive'],
    'another channel was tried': [changed('probe', (c) => ({ ...c, target: 'other' })), 'inconclusive'],
    'no survey': [without('adequacy-attestation'), 'inconclusive'],
  },
});

dutyCase('5.1.2-5.1/b', {
  passes: () => [
    campaign(),
    channel(),
    control('anonymous-intake'),
    report('REP-1', 60),
    decided('REP-1', 45),
    report('REP-2', 5),
  ],
  loses: {
    'the review-decision was written today and dated back': [backdated('review-decision'), 'inconclusive'],
    'a report was never decided': [without('review-decision'), 'fail'],
    'it was decided late': [changed('review-decision', (c) => ({ ...c, decidedAt: daysAgo(10) })), 'fail'],
    'the decision is older than the report': [
      changed('review-decision', (c) => ({ ...c, decidedAt: daysAgo(70) })),
      'fail',
    ],
    'a developer decided': [saidBy('review-decision', 'developer', PEOPLE.developer), 'fail'],
    'another report waits too long': [plus(report('REP-3', 50)), 'fail'],
    'no safeguard': [changed('reporting-campaign', (c) => ({ ...c, safeguards: [] })), 'fail'],
    'the safeguard is off': [changed('control-status', (c) => ({ ...c, active: false })), 'fail'],
    'the safeguard was not measured': [without('control-status'), 'inconclusive'],
    'the channel is dead': [changed('probe', (c) => ({ ...c, held: false })), 'fail'],
    'no campaign': [without('reporting-campaign'), 'inconclusive'],
  },
});
