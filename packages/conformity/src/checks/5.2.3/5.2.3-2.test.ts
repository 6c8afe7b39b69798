import {
  aged,
  changed,
  dutyCase,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { aJustification, aScore, POOR, scores } from './poor-component-evidence.ts';

const approval = (decision: 'approved' | 'rejected' = 'approved', age = 2) =>
  observe(
    'approval',
    { of: 'justification', target: POOR, decision, reason: 'Read together with the security team' },
    { role: 'organisation', subject: aJustification().id, age },
  );

dutyCase('5.2.3-2/a', {
  passes: () => [...scores(), aJustification(), approval()],
  loses: {
    'no justification': [without('justification'), 'inconclusive'],
    'justification for another version': [
      changed('justification', (j) => ({ ...j, version: '4.49.0' })),
      'fail',
    ],
    'justified by somebody without the role': [
      saidBy('justification', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
    'approval of another text': [onDigest('approval'), 'inconclusive'],
    'the approval is taken back': [plus(approval('rejected', 1)), 'fail'],
    'another poor component': [plus(aScore('model:org/base-7b', 0.1, 'r1', 0)), 'inconclusive'],
    'scores are old': [aged('component-score', 500), 'inconclusive'],
    'no component is poor, so nothing is shown': [
      changed('component-score', (s) => ({ ...s, documentation: 0.9 })),
      'inconclusive',
    ],
  },
});
