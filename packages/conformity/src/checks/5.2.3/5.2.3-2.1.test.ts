import type { Content, Evidence } from '@custos/core';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  type ObserveOptions,
  OTHER,
  observe,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { aScore, MODEL, OF_MODEL, POOR, scores } from './poor-component-evidence.ts';

const assessment = () =>
  observe(
    'component-assessment',
    {
      component: POOR,
      version: '4.50.0',
      aiRisks: 'Loads weights by unsafe deserialisation',
      dueDiligence: 'Maintainers, release process and issues were read',
      process: 'third-party intake',
      conclusion: 'accepted_with_controls',
      controls: ['CTL-1'],
    },
    { role: 'developer', age: 5 },
  );
const control = (active = true, age = 2) =>
  observe(
    'control-status',
    {
      control: 'CTL-1',
      kind: 'compensating',
      assets: [POOR],
      risks: ['R-1'],
      active,
      verifiedAt: daysAgo(age),
      method: 'loader refuses pickle files',
    },
    { age },
  );
const register = (more: Partial<Content<'risk-register'>['risks'][number]> = {}) =>
  observe(
    'risk-register',
    {
      risks: [
        {
          id: 'R-1',
          title: 'Unsafe loader',
          category: 'supply_chain',
          assets: [POOR],
          level: 'high',
          residual: 1,
          owner: PEOPLE.developer,
          ownerParty: 'internal',
          treatment: 'mitigate',
          controls: ['CTL-1'],
          usesHumanOversight: false,
          ...more,
        },
      ],
      tolerance: 5,
      reviewedAt: daysAgo(5),
    },
    { role: 'developer' },
  );

dutyCase('5.2.3-2.1/a', {
  passes: () => [...scores(), assessment(), control()],
  loses: {
    'no live status': [without('control-status'), 'inconclusive'],
    'the status is old': [aged('control-status', 90), 'inconclusive'],
    'the control was switched off': [plus(control(false, 1)), 'fail'],
    'the control guards something else': [changed('control-status', (s) => ({ ...s, assets: [] })), 'fail'],
    'no control named': [changed('component-assessment', (a) => ({ ...a, controls: [] })), 'fail'],
  },
});

dutyCase('5.2.3-2.1/b', {
  passes: () => [...scores(), assessment(), register()],
  loses: {
    'no assessment': [without('component-assessment'), 'inconclusive'],
    'assessed by somebody without the role': [
      saidBy('component-assessment', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
    'another version was assessed': [
      changed('component-assessment', (a) => ({ ...a, version: '1' })),
      'fail',
    ],
    'used though rejected': [
      changed('component-assessment', (a) => ({ ...a, conclusion: 'rejected' })),
      'fail',
    ],
    'no risk recorded for it': [changed('risk-register', (r) => ({ ...r, risks: [] })), 'fail'],
    'no register': [without('risk-register'), 'inconclusive'],
    'the risk is untreated': [
      (evidence) => [...without('risk-register')(evidence), register({ treatment: 'unresolved' })],
      'fail',
    ],
  },
});

// Weights are known by their digest: what was said of others says nothing of these.
const ofModel = (about: ObserveOptions): Evidence[] => [
  aScore(POOR, 0.9, '4.50.0'),
  aScore(MODEL, 0.3, 'r1', OF_MODEL),
  observe(
    'component-assessment',
    {
      component: MODEL,
      version: 'r1',
      aiRisks: 'Loads weights by unsafe deserialisation',
      dueDiligence: 'Maintainers, release process and issues were read',
      process: 'third-party intake',
      conclusion: 'accepted_with_controls',
      controls: ['CTL-1'],
    },
    { role: 'developer', age: 5, ...about },
  ),
  register({ assets: [MODEL] }),
];

dutyCase('5.2.3-2.1/b', {
  passes: () => ofModel(OF_MODEL),
  loses: {
    'other content was assessed': [() => ofModel({ subject: OTHER, subjectName: MODEL }), 'fail'],
    'the assessment names no content': [() => ofModel({}), 'inconclusive'],
  },
});
