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
import { adequate, completion, programme, threat } from './training.fixtures.ts';

dutyCase('5.1.1-1/a', {
  passes: () => [programme(), completion(PEOPLE.developer, 'ai-sec'), adequate('5.1.1-1/a')],
  loses: {
    'a topic is not taught': [
      changed('training-programme', (c) => ({
        ...c,
        modules: c.modules.map((m) => ({ ...m, topics: ['poisoning'] })),
      })),
      'fail',
    ],
    'the modules are not published yet': [
      changed('training-programme', (c) => ({
        ...c,
        modules: c.modules.map((m) => ({ ...m, publishedAt: daysAgo(-5) })),
      })),
      'fail',
    ],
    'nobody took a module: a document alone is not enough': [without('training-completion'), 'inconclusive'],
    'a later attempt failed': [
      plus(completion(PEOPLE.developer, 'ai-sec', { passed: false, completedAt: daysAgo(2) })),
      'inconclusive',
    ],
    'the completion was made too long ago': [
      changed('training-completion', (c) => ({ ...c, completedAt: daysAgo(400) })),
      'inconclusive',
    ],
    'adequacy stated by somebody without the role': [
      saidBy('adequacy-attestation', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
    'the programme is old': [aged('training-programme', 400), 'inconclusive'],
  },
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
    'the review is dated in the future': [
      changed('training-programme', (c) => ({ ...c, reviewedAt: daysAgo(-30) })),
      'fail',
    ],
    'a substantial threat is not decided': [without('review-decision'), 'fail'],
    'the decision is older than the threat': [
      changed('review-decision', (c) => ({ ...c, decidedAt: daysAgo(12) })),
      'fail',
    ],
    'a developer decided': [saidBy('review-decision', 'developer', PEOPLE.developer), 'fail'],
    'another threat appears': [plus(threat(1, { id: 'THREAT-2' })), 'fail'],
  },
});
