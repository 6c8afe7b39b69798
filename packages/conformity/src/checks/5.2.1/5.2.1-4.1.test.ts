import { type Content, hexOf } from '@custos/core';
import {
  aged,
  backdated,
  changed,
  DATASET_DIGEST,
  daysAgo,
  dutyCase,
  observe,
  onDigest,
  PEOPLE,
  plus,
  without,
} from '../../testing/world.ts';
import { adequate } from './testing-evidence.ts';

const run = (id: string, age: number) =>
  observe(
    'lifecycle-event',
    {
      event: 'training_run',
      id,
      at: daysAgo(age),
      by: PEOPLE.developer,
      asset: 'model:org/base-7b',
      kind: 'model',
      inputs: [{ name: 'dataset:tickets', digest: { sha256: hexOf(DATASET_DIGEST) } }],
      outputs: [],
    },
    { age },
  );

const validation = (id: string, age: number, more: Partial<Content<'data-validation'>> = {}) =>
  observe(
    'data-validation',
    {
      dataset: 'dataset:tickets',
      run: id,
      purpose: 'feedback_revision',
      checks: [
        { name: 'outliers', passed: true },
        { name: 'personal data removed', passed: true },
      ],
      plantedMalicious: 20,
      caughtMalicious: 20,
      ...more,
    },
    { subject: DATASET_DIGEST, age },
  );

const filter = (active = true, age = 1) =>
  observe(
    'control-status',
    {
      control: 'input-guard',
      kind: 'input_filter',
      assets: [],
      risks: [],
      active,
      verifiedAt: daysAgo(age),
      method: 'read from the gateway',
    },
    { age },
  );

const filterProbe = () =>
  observe('probe', { probe: 'input_filter', target: 'chat', held: true, detail: 'known injection strings' });

dutyCase('5.2.1-4.1/a', {
  passes: () => [run('T-1', 20), validation('T-1', 21), filter(), filterProbe(), adequate('5.2.1-4.1/a')],
  loses: {
    'the data-validation was written today and dated back': [backdated('data-validation'), 'inconclusive'],
    'never validated': [without('data-validation'), 'inconclusive'],
    'other data was validated': [onDigest('data-validation'), 'inconclusive'],
    'validated after the run': [
      (evidence) => [...without('data-validation')(evidence), validation('T-1', 5)],
      'fail',
    ],
    'a run without validation': [plus(run('T-2', 2)), 'inconclusive'],
    'planted malice is not caught': [
      changed('data-validation', (c) => ({ ...c, caughtMalicious: 12 })),
      'fail',
    ],
    'nothing was planted': [
      changed('data-validation', (c) => ({ ...c, plantedMalicious: 0, caughtMalicious: 0 })),
      'inconclusive',
    ],
    'a check failed': [
      changed('data-validation', (c) => ({ ...c, checks: [{ name: 'outliers', passed: false }] })),
      'fail',
    ],
    'the filter was switched off': [plus(filter(false, 0)), 'fail'],
    'the filter lets attacks through': [changed('probe', (c) => ({ ...c, held: false })), 'fail'],
    'the filter was never tried': [without('probe'), 'inconclusive'],
    'nobody judged the choice of checks': [without('adequacy-attestation'), 'inconclusive'],
  },
});

dutyCase('5.2.1-4.1/b', {
  passes: () => [run('T-1', 40), validation('T-1', 41), run('T-2', 20), validation('T-2', 21)],
  loses: {
    'the revision was not validated': [plus(run('T-3', 2)), 'inconclusive'],
    'no run is recorded': [without('lifecycle-event'), 'inconclusive'],
    'the old validation was reused': [plus(run('T-3', 2), validation('T-3', 30)), 'fail'],
    'validated after the revision': [aged('data-validation', -5), 'fail'],
    'other data was validated': [onDigest('data-validation'), 'inconclusive'],
    'validated for something else': [
      changed('data-validation', (c) => ({ ...c, purpose: 'retrieval_ingest' })),
      'inconclusive',
    ],
  },
});
