import type { Content } from '@custos/core';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  observe,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { AI_INCIDENTS, AI_LOSSES } from './5.2.2-5.ts';

const plan = (kind: 'incident' | 'recovery', more: Partial<Content<'plan'>> = {}) =>
  observe(
    'plan',
    {
      kind,
      version: '4',
      owner: PEOPLE.system_operator,
      revisedAt: daysAgo(50),
      nextReviewAt: daysAgo(-100),
      scenarios: (kind === 'incident' ? AI_INCIDENTS : AI_LOSSES).map((id) => ({
        id,
        rtoMinutes: 60,
        rpoMinutes: 30,
        runbook: `runbooks/${id}.md`,
      })),
      history: [{ version: '4', at: daysAgo(50), by: PEOPLE.system_operator }],
      releases: [],
      contacts: ['oncall@example.org'],
      ...more,
    },
    { role: 'system_operator', age: 50 },
  );

const adequate = (duty: string) =>
  observe(
    'adequacy-attestation',
    { duty, statement: 'Judged against the situation of the bot today' },
    { role: 'developer' },
  );

const withoutRunbooks = changed('plan', (c) => ({
  ...c,
  scenarios: c.scenarios.map(({ runbook: _, ...rest }) => rest),
}));
const overdue = changed('plan', (c) => ({ ...c, nextReviewAt: daysAgo(1) }));
const lessScenarios = changed('plan', (c) => ({ ...c, scenarios: c.scenarios.slice(1) }));

dutyCase('5.2.2-5/a', {
  passes: () => [plan('incident'), adequate('5.2.2-5/a')],
  loses: {
    'no plan': [without('plan'), 'inconclusive'],
    'only a recovery plan': [() => [plan('recovery'), adequate('5.2.2-5/a')], 'inconclusive'],
    'an AI incident is missing': [lessScenarios, 'fail'],
    'no runbooks': [withoutRunbooks, 'fail'],
    'no contacts': [changed('plan', (c) => ({ ...c, contacts: [] })), 'fail'],
    'the review is overdue': [overdue, 'fail'],
    'by the wrong role': [saidBy('plan', 'data_custodian', PEOPLE.data_custodian), 'inconclusive'],
    'nobody judged it': [without('adequacy-attestation'), 'inconclusive'],
  },
});

dutyCase('5.2.2-5/b', {
  passes: () => [plan('recovery'), adequate('5.2.2-5/b')],
  loses: {
    'no plan': [without('plan'), 'inconclusive'],
    'a loss is missing': [lessScenarios, 'fail'],
    'no recovery time is set': [
      changed('plan', (c) => ({ ...c, scenarios: c.scenarios.map(({ rtoMinutes: _, ...rest }) => rest) })),
      'fail',
    ],
    'the review is overdue': [overdue, 'fail'],
    'the judgement is old': [aged('adequacy-attestation', 400), 'inconclusive'],
  },
});

const drill = (kind: 'incident_plan' | 'recovery_plan', more: Partial<Content<'drill'>> = {}, age = 60) =>
  observe(
    'drill',
    {
      drill: kind,
      scenario: 'poisoned_model',
      at: daysAgo(age),
      succeeded: true,
      minutes: 45,
      limitMinutes: 60,
      seeded: 0,
      caught: 0,
      openFindings: 0,
      ...more,
    },
    { age },
  );

dutyCase('5.2.2-5/c', {
  passes: () => [plan('incident'), plan('recovery'), drill('incident_plan'), drill('recovery_plan')],
  loses: {
    'never tried': [without('drill'), 'inconclusive'],
    'only one was tried': [
      () => [plan('incident'), plan('recovery'), drill('incident_plan')],
      'inconclusive',
    ],
    'the newest test failed': [plus(drill('recovery_plan', { succeeded: false }, 2)), 'fail'],
    'findings are open': [changed('drill', (c) => ({ ...c, openFindings: 1 })), 'fail'],
    'it took too long': [changed('drill', (c) => ({ ...c, minutes: 90 })), 'fail'],
    'held long ago but recorded now': [changed('drill', (c) => ({ ...c, at: daysAgo(500) })), 'inconclusive'],
    'another scenario was tried': [changed('drill', (c) => ({ ...c, scenario: 'fire' })), 'inconclusive'],
    'the plans are gone': [without('plan'), 'inconclusive'],
  },
});

const contacts = (held = true, age = 10) =>
  observe('probe', { probe: 'report_channel', target: 'oncall', held, detail: 'called at night' }, { age });

const incident = (id: string, opened: number, closed: number) =>
  observe('incident', { id, openedAt: daysAgo(opened), closedAt: daysAgo(closed), aiRelated: true });

dutyCase('5.2.2-5/d', {
  passes: () => [plan('incident'), plan('recovery'), contacts(), incident('INC-1', 70, 60)],
  loses: {
    'an incident led to no revision': [plus(incident('INC-2', 40, 30)), 'fail'],
    'the review is overdue': [overdue, 'fail'],
    'the history does not hold the version': [changed('plan', (c) => ({ ...c, history: [] })), 'fail'],
    'a plan is missing': [() => [plan('incident'), contacts()], 'inconclusive'],
    'a contact no longer answers': [plus(contacts(false, 1)), 'fail'],
    'nobody called the contacts': [without('probe'), 'inconclusive'],
    'called long ago': [aged('probe', 100), 'inconclusive'],
  },
});
