import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  MODEL_DIGEST,
  observe,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { MINIMUM_TOPICS } from './5.1.1-1.ts';

const programme = () =>
  observe(
    'training-programme',
    {
      modules: [
        {
          id: 'ai-sec',
          version: '2',
          title: 'AI security',
          topics: [...MINIMUM_TOPICS],
          publishedAt: daysAgo(100),
          updatedAt: daysAgo(20),
          digest: MODEL_DIGEST,
        },
      ],
      curricula: [
        { role: 'developer', modules: ['ai-sec'], rationale: 'Developers build and change the models' },
      ],
      reviewedAt: daysAgo(20),
    },
    { role: 'organisation' },
  );

dutyCase('5.1.1-1/a', {
  passes: () => [
    programme(),
    observe('training-completion', {
      person: PEOPLE.developer,
      module: 'ai-sec',
      moduleVersion: '2',
      completedAt: daysAgo(10),
      passed: true,
    }),
    observe(
      'adequacy-attestation',
      { duty: '5.1.1-1/a', statement: 'The content fits the threats we face' },
      { role: 'organisation' },
    ),
  ],
  loses: {
    'a topic is not taught': [
      changed('training-programme', (c) => ({
        ...c,
        modules: c.modules.map((m) => ({ ...m, topics: ['poisoning'] })),
      })),
      'fail',
    ],
    'nobody took a module: a document alone is not enough': [without('training-completion'), 'inconclusive'],
    'adequacy stated by somebody without the role': [
      saidBy('adequacy-attestation', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
    'the programme is old': [aged('training-programme', 400), 'inconclusive'],
  },
});

const threat = (age: number) =>
  observe('threat-event', {
    id: 'THREAT-1',
    title: 'New injection technique',
    substantial: true,
    publishedAt: daysAgo(age),
    references: [],
    mitigationKnown: true,
  });

dutyCase('5.1.1-1/b', {
  passes: () => [
    programme(),
    threat(10),
    observe(
      'review-decision',
      { about: 'THREAT-1', kind: 'threat', decision: 'Module ai-sec now covers it', decidedAt: daysAgo(5) },
      { role: 'organisation' },
    ),
  ],
  loses: {
    'the review is overdue': [
      changed('training-programme', (c) => ({ ...c, reviewedAt: daysAgo(500) })),
      'fail',
    ],
    'a substantial threat is not decided': [without('review-decision'), 'fail'],
    'another threat appears': [
      plus(
        observe('threat-event', {
          id: 'THREAT-2',
          title: 'Another',
          substantial: true,
          publishedAt: daysAgo(1),
          references: [],
          mitigationKnown: false,
        }),
      ),
      'fail',
    ],
  },
});
