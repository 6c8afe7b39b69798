import type { Evidence } from '@custos/core';
import {
  aged,
  changed,
  dutyCase,
  MODEL_DIGEST,
  type ObserveOptions,
  OTHER,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import {
  aJustification,
  aScore,
  MODEL,
  OF_MODEL,
  POOR,
  scores,
  unpinned,
} from './poor-component-evidence.ts';

const approval = (
  decision: 'approved' | 'rejected' = 'approved',
  age = 2,
  of: Evidence = aJustification(),
  target = POOR,
) =>
  observe(
    'approval',
    { of: 'justification', target, decision, reason: 'Read together with the security team' },
    { role: 'organisation', subject: of.id, age },
  );

/** A justification that names no version, and its approval. */
function justified(component: string, about: ObserveOptions = {}): Evidence[] {
  const found = observe(
    'justification',
    { component, rationale: 'No other library reads this format', controls: ['CTL-1'] },
    { role: 'system_operator', age: 5, ...about },
  );
  return [found, approval('approved', 2, found, component)];
}

dutyCase('5.2.3-2/a', {
  passes: () => [...scores(), aJustification(), approval()],
  loses: {
    'no justification': [without('justification'), 'inconclusive'],
    'justification for another version': [
      changed('justification', (j) => ({ ...j, version: '4.49.0' })),
      'fail',
    ],
    'the justification names no version': [
      changed('justification', ({ version: _, ...j }) => j),
      'inconclusive',
    ],
    'a version of blanks is none': [
      changed('justification', (j) => ({ ...j, version: ' ' })),
      'inconclusive',
    ],
    'justified by somebody without the role': [
      saidBy('justification', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
    'a rationale of blanks says nothing': [
      () => {
        const empty = aJustification({ rationale: ' '.repeat(40) });
        return [...scores(), empty, approval('approved', 2, empty)];
      },
      'fail',
    ],
    'approval of another text': [onDigest('approval'), 'inconclusive'],
    'the approval is taken back': [plus(approval('rejected', 1)), 'fail'],
    'another poor component': [plus(aScore(MODEL, 0.1, 'r1', { ...OF_MODEL, age: 0 })), 'inconclusive'],
    'the score names no version': [changed('component-score', ({ version: _, ...s }) => s), 'inconclusive'],
    'nothing says which version is in use': [plus(unpinned()), 'inconclusive'],
    'nothing names a version anywhere': [
      () => [aScore(POOR, 0.3), aScore(MODEL, 0.9, 'r1', OF_MODEL), ...justified(POOR), unpinned()],
      'inconclusive',
    ],
    'scores are old': [aged('component-score', 500), 'inconclusive'],
    'no component is poor, so nothing is shown': [
      changed('component-score', (s) => ({ ...s, documentation: 0.9 })),
      'inconclusive',
    ],
    'what is poor is not in use': [
      (evidence) => [
        ...changed('component-score', (s) => ({ ...s, documentation: 0.9 }))(evidence),
        aScore('component:pypi/gone', 0.1, '4.50.0'),
        aJustification({ component: 'component:pypi/gone' }),
        approval('approved', 2, aJustification({ component: 'component:pypi/gone' }), 'component:pypi/gone'),
      ],
      'inconclusive',
    ],
  },
});

const otherModel = { subject: OTHER, subjectName: MODEL };
const poorModel = (about: ObserveOptions = OF_MODEL) => [
  aScore(POOR, 0.9, '4.50.0'),
  aScore(MODEL, 0.3, 'r1', about),
];

dutyCase('5.2.3-2/a', {
  passes: () => [...poorModel(), ...justified(MODEL, OF_MODEL)],
  loses: {
    'the justification is of other content': [
      () => [...poorModel(), ...justified(MODEL, otherModel)],
      'fail',
    ],
    'the justification names no content': [() => [...poorModel(), ...justified(MODEL)], 'inconclusive'],
    'the score is of other content': [
      () => [...poorModel(otherModel), ...justified(MODEL, OF_MODEL)],
      'inconclusive',
    ],
  },
});

// What was scored and justified for other versions hides nothing of the one in use.
dutyCase('5.2.3-2/a', {
  passes: () => [
    ...scores(),
    aJustification(),
    approval(),
    aScore(POOR, 0.9, '4.51.0', { age: 0 }),
    aJustification({ version: '4.51.0' }, { age: 0 }),
  ],
  loses: { 'of the one in use nothing is left': without('approval') },
});

// A name of another case in the subject is the same content all the same: digests name content.
dutyCase('5.2.3-2/a', {
  passes: () => [
    ...poorModel({ subject: MODEL_DIGEST, subjectName: 'weights' }),
    ...justified(MODEL, { subject: MODEL_DIGEST, subjectName: 'weights' }),
  ],
  loses: { 'of the content in use nothing is left': without('justification') },
});
