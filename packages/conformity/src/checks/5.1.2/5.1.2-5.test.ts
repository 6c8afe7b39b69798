import type { Content } from '@custos/core';
import {
  aged,
  changed,
  DATASET_DIGEST,
  declaration,
  dutyCase,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { control } from '../5.1.3/testing-evidence.ts';
import { guard } from '../5.2.1/testing-evidence.ts';

const label = (more: Partial<Content<'data-classification'>> = {}, age = 30) =>
  observe(
    'data-classification',
    { dataset: 'dataset:tickets', sensitivity: 'internal', personalData: true, ...more },
    { role: 'data_custodian', age },
  );

const decision = (more: Partial<Content<'data-use-decision'>> = {}, age = 20) =>
  observe(
    'data-use-decision',
    {
      dataset: 'dataset:tickets',
      use: 'support-bot',
      exposure: 'public',
      decision: 'allowed_with_controls',
      requiredControls: ['masking'],
      reason: 'Names and numbers are masked before training',
      ...more,
    },
    { role: 'data_custodian', age, subject: DATASET_DIGEST },
  );

const relabelled = (sensitivity: 'confidential' | 'restricted') =>
  changed('data-classification', (c) => ({ ...c, sensitivity }));

dutyCase('5.1.2-5/a', {
  passes: () => [label(), decision()],
  loses: {
    'the dataset has no label': [without('data-classification'), 'inconclusive'],
    'nobody decided': [without('data-use-decision'), 'inconclusive'],
    'a developer decided': [saidBy('data-use-decision', 'developer', PEOPLE.developer), 'inconclusive'],
    'decided for another version of the data': [onDigest('data-use-decision'), 'inconclusive'],
    'decided for another use': [
      changed('data-use-decision', (c) => ({ ...c, use: 'other' })),
      'inconclusive',
    ],
    'decided for a lesser exposure': [
      changed('data-use-decision', (c) => ({ ...c, exposure: 'internal' })),
      'inconclusive',
    ],
    'the approval has expired': [aged('data-use-decision', 400), 'inconclusive'],
    'the custodian refused since': [plus(decision({ decision: 'refused' }, 2)), 'fail'],
    'confidential data in public use': [relabelled('confidential'), 'fail'],
    'restricted data in public use': [relabelled('restricted'), 'fail'],
    'no control is required': [
      changed('data-use-decision', (c) => ({ ...c, decision: 'allowed', requiredControls: [] })),
      'fail',
    ],
    'classified differently since the decision': [plus(label({ personalData: false }, 2)), 'inconclusive'],
    'partners get restricted data': [
      (evidence) => [
        ...relabelled('restricted')(evidence),
        observe(
          'system-declaration',
          declaration({}, { use: { ...declaration().use, exposure: 'partners' } }),
          { age: 1 },
        ),
        decision({ exposure: 'partners' }, 2),
      ],
      'fail',
    ],
  },
});

dutyCase('5.1.2-5/b', {
  passes: () => [label(), decision(), control('masking'), guard('dataset:tickets')],
  loses: {
    'the required control is off': [changed('control-status', (c) => ({ ...c, active: false })), 'fail'],
    'the required control was not measured': [without('control-status'), 'inconclusive'],
    'its status is old': [aged('control-status', 60), 'inconclusive'],
    'another control is required since': [
      plus(decision({ requiredControls: ['dp-sgd'] }, 2)),
      'inconclusive',
    ],
    'the store is public': [changed('asset-control', (c) => ({ ...c, publiclyReachable: true })), 'fail'],
    'the store is not encrypted': [
      changed('asset-control', (c) => ({ ...c, encryptedAtRest: false })),
      'fail',
    ],
    'a newer look finds a stranger': [
      plus(guard('dataset:tickets', { principals: ['stranger'] }, 1)),
      'fail',
    ],
    'the store was not looked at': [without('asset-control'), 'inconclusive'],
    'no label': [without('data-classification'), 'inconclusive'],
    'a developer decided': [saidBy('data-use-decision', 'developer', PEOPLE.developer), 'inconclusive'],
    refused: [changed('data-use-decision', (c) => ({ ...c, decision: 'refused' })), 'fail'],
  },
});
