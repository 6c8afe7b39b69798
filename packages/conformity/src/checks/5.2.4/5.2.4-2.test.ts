import { hexOf } from '@custos/core';
import { adequate } from '../../testing/release-evidence.ts';
import {
  changed,
  DATASET_DIGEST,
  daysAgo,
  dutyCase,
  OTHER,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { aProvenance } from './public-dataset-evidence.ts';

const dataset = [{ name: 'tickets', digest: { sha256: hexOf(DATASET_DIGEST) } }];
const event = (kind: 'data_acquired' | 'training_run') =>
  observe('lifecycle-event', {
    event: kind,
    id: kind,
    at: daysAgo(100),
    by: PEOPLE.developer,
    asset: 'dataset:tickets',
    kind: 'dataset',
    inputs: kind === 'training_run' ? dataset : [],
    outputs: kind === 'training_run' ? [{ name: 'm2', digest: { sha256: hexOf(OTHER) } }] : dataset,
  });

dutyCase('5.2.4-2/a', {
  passes: () => [aProvenance(), event('data_acquired')],
  loses: {
    'no record': [without('data-provenance'), 'inconclusive'],
    'record of another version': [onDigest('data-provenance'), 'inconclusive'],
    'padding instead of words': [
      changed('data-provenance', (p) => ({ ...p, acquisition: 'x x x x x x x x x x x x' })),
      'fail',
    ],
    'the acquisition left no event': [without('lifecycle-event'), 'inconclusive'],
    'said by somebody without the role': [
      saidBy('data-provenance', 'system_operator', PEOPLE.system_operator),
      'inconclusive',
    ],
  },
});

dutyCase('5.2.4-2/b', {
  passes: () => [aProvenance()],
  loses: {
    'no source': [changed('data-provenance', (p) => ({ ...p, sources: [] })), 'fail'],
    'a path of this machine': [
      changed('data-provenance', (p) => ({ ...p, sources: [{ uri: 'file:///data/x' }] })),
      'fail',
    ],
    'record of another version': [onDigest('data-provenance'), 'inconclusive'],
    'it is about non-public data': [
      changed('data-provenance', (p) => ({ ...p, visibility: 'non_public' })),
      'inconclusive',
    ],
  },
});

dutyCase('5.2.4-2/c', {
  passes: () => [aProvenance(), adequate('5.2.4-2/c', 'developer')],
  loses: {
    'no use named': [changed('data-provenance', (p) => ({ ...p, usedIn: [] })), 'fail'],
    'another version of the model': [
      changed('data-provenance', (p) => ({ ...p, usedIn: p.usedIn.map((u) => ({ ...u, digest: OTHER })) })),
      'fail',
    ],
    'a training run made another model of it': [plus(event('training_run')), 'fail'],
    'nobody stands for it': [without('adequacy-attestation'), 'inconclusive'],
  },
});
