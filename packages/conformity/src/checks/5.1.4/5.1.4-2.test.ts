import type { Content } from '@custos/core';
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
import { adequate } from './oversight.fixtures.ts';

const sample = (more: Partial<Content<'output-sample'>> = {}, age = 10) =>
  observe(
    'output-sample',
    {
      sampled: 300,
      declaredArtefacts: ['citations', 'confidence'],
      withArtefacts: 298,
      citationsChecked: 200,
      citationsResolved: 199,
      reviewerAgreement: 0.85,
      ...more,
    },
    { age },
  );

dutyCase('5.1.4-2/a', {
  passes: () => [sample(), adequate('5.1.4-2/a')],
  loses: {
    'nothing was sampled': [without('output-sample'), 'inconclusive'],
    'the sample is of another version': [onDigest('output-sample'), 'inconclusive'],
    'the sample is old': [aged('output-sample', 200), 'inconclusive'],
    'outputs lack what is declared': [
      changed('output-sample', (c) => ({ ...c, withArtefacts: 200 })),
      'fail',
    ],
    'too few outputs were sampled': [
      changed('output-sample', (c) => ({ ...c, sampled: 10, withArtefacts: 10 })),
      'inconclusive',
    ],
    'more hits than outputs': [
      changed('output-sample', (c) => ({ ...c, withArtefacts: 301 })),
      'inconclusive',
    ],
    'citations lead nowhere': [changed('output-sample', (c) => ({ ...c, citationsResolved: 90 })), 'fail'],
    'no citation was followed': [
      changed('output-sample', (c) => ({ ...c, citationsChecked: 0, citationsResolved: 0 })),
      'inconclusive',
    ],
    'reviewers disagree': [changed('output-sample', (c) => ({ ...c, reviewerAgreement: 0.5 })), 'fail'],
    'agreement is not tracked': [
      changed('output-sample', ({ reviewerAgreement: _, ...c }) => c),
      'inconclusive',
    ],
    'a newer sample is worse': [plus(sample({ withArtefacts: 150 }, 1)), 'fail'],
    'the sample was typed in by a person': [
      (evidence) => [
        ...without('output-sample')(evidence),
        observe(
          'output-sample',
          {
            sampled: 300,
            declaredArtefacts: ['confidence'],
            withArtefacts: 300,
            citationsChecked: 0,
            citationsResolved: 0,
            reviewerAgreement: 1,
          },
          { producer: 'custos-attest', role: 'developer' },
        ),
      ],
      'inconclusive',
    ],
    'usability judged in the wrong role': [
      saidBy('adequacy-attestation', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
  },
});
