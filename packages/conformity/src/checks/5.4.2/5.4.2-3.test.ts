import { changed, dutyCase, MODEL_DIGEST, observe, onDigest, saidBy, without } from '../../testing/world.ts';
import { monitoring } from './monitoring-evidence.ts';

const decision = (states: string[]) =>
  observe(
    'internal-state-decision',
    { model: 'model:org/base-7b', states, reason: 'Entropy showed jailbreaks in our tests' },
    { role: 'system_operator', subject: MODEL_DIGEST },
  );

dutyCase('5.4.2-3/a', {
  passes: () => [decision([])],
  loses: {
    'no decision': [without('internal-state-decision'), 'inconclusive'],
    'for another version of the model': [onDigest('internal-state-decision'), 'inconclusive'],
    'by somebody without the role': [
      saidBy('internal-state-decision', 'organisation', 'ciso@example.org'),
      'inconclusive',
    ],
  },
});

dutyCase('5.4.2-3/b', {
  passes: () => [decision(['token_entropy']), monitoring('internal_states', { states: ['token_entropy'] })],
  loses: {
    'the decided state is not monitored': [
      changed('monitoring-summary', (c) => ({ ...c, states: [] })),
      'fail',
    ],
    'decided, but nothing monitors': [without('monitoring-summary'), 'inconclusive'],
    'silent for a week': [changed('monitoring-summary', (c) => ({ ...c, longestGapDays: 7 })), 'fail'],
    'nothing to monitor, but nobody says that this is adequate': [
      changed('internal-state-decision', (c) => ({ ...c, states: [] })),
      'inconclusive',
    ],
  },
});
