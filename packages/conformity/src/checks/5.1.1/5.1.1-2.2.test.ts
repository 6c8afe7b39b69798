import { aged, changed, daysAgo, dutyCase, PEOPLE, plus, saidBy, without } from '../../testing/world.ts';
import { adequate, completion, completions, programme, staff } from './training.fixtures.ts';

dutyCase('5.1.1-2.2/a', {
  passes: () => [programme(), staff(), ...completions(), adequate('5.1.1-2.2/a')],
  loses: {
    'the course leaves out the model': [
      changed('training-programme', (c) => ({
        ...c,
        modules: c.modules.map((m) => ({
          ...m,
          topics: m.topics.filter((t) => t !== 'secure_coding_model'),
        })),
      })),
      'fail',
    ],
    'no completions': [without('training-completion'), 'fail'],
    'the completion has expired': [
      changed('training-completion', (c) => ({ ...c, completedAt: daysAgo(366) })),
      'fail',
    ],
    'the developer failed the repetition': [
      plus(completion(PEOPLE.developer, 'ai-code', { passed: false, completedAt: daysAgo(1) })),
      'fail',
    ],
    'a committer was never trained': [
      changed('staff-register', (c) => ({
        ...c,
        people: c.people.map((p) => ({ ...p, commitsCode: true })),
      })),
      'fail',
    ],
    'a declared developer is not on the register': [
      changed('staff-register', (c) => ({
        ...c,
        people: c.people.filter((p) => p.person !== PEOPLE.developer),
      })),
      'inconclusive',
    ],
    'the register is too old': [aged('staff-register', 60), 'inconclusive'],
    'adequacy stated by the developer': [
      saidBy('adequacy-attestation', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
  },
});
