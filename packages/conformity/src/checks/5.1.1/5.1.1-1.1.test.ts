import { aged, changed, daysAgo, dutyCase, PEOPLE, plus, saidBy, without } from '../../testing/world.ts';
import { adequate, completion, completions, programmeForAll, staff } from './training.fixtures.ts';

dutyCase('5.1.1-1.1/a', {
  passes: () => [programmeForAll(), staff(), ...completions(), adequate('5.1.1-1.1/a')],
  loses: {
    'a role has no curriculum': [
      changed('training-programme', (c) => ({
        ...c,
        curricula: c.curricula.filter((item) => item.role !== 'system_operator'),
      })),
      'fail',
    ],
    'one curriculum for all': [
      changed('training-programme', (c) => ({
        ...c,
        curricula: c.curricula.map((item) => ({ ...item, modules: ['ai-sec'] })),
      })),
      'fail',
    ],
    'a curriculum names a module that does not exist': [
      changed('training-programme', (c) => ({
        ...c,
        curricula: c.curricula.map((item) => ({ ...item, modules: [...item.modules, 'ghost'] })),
      })),
      'fail',
    ],
    'the developer failed the repetition': [
      plus(completion(PEOPLE.developer, 'ai-code', { passed: false, completedAt: daysAgo(1) })),
      'fail',
    ],
    'completions were never imported': [without('training-completion'), 'fail'],
    'the staff register is too old to show joiners': [aged('staff-register', 40), 'inconclusive'],
    'the register names nobody': [changed('staff-register', (c) => ({ ...c, people: [] })), 'inconclusive'],
    'the register is of other people': [
      changed('staff-register', (c) => ({
        ...c,
        people: c.people.map((p, i) => ({ ...p, person: `other${i}@example.org` })),
      })),
      'fail',
    ],
    'adequacy stated in the wrong role': [
      saidBy('adequacy-attestation', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
  },
});
