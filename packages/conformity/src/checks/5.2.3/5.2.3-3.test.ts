import { type Digest, hexOf } from '@custos/core';
import { expect, test } from 'vitest';
import { aRun } from '../../testing/release-evidence.ts';
import {
  assessDuty,
  backdated,
  changed,
  daysAgo,
  dutyCase,
  MODEL_DIGEST,
  type ObserveOptions,
  OTHER,
  observe,
  onDigest,
  PEOPLE,
  plus,
  scanContent,
  without,
} from '../../testing/world.ts';

const version = [{ name: 'base-7b', digest: { sha256: hexOf(MODEL_DIGEST) } }];
const event = (kind: 'model_registered' | 'deployment', age: number, options: ObserveOptions = {}) =>
  observe(
    'lifecycle-event',
    {
      event: kind,
      id: `${kind}-1`,
      at: daysAgo(age),
      by: PEOPLE.developer,
      asset: 'model:org/base-7b',
      kind: 'model',
      environment: kind === 'deployment' ? 'production' : 'development',
      inputs: [],
      outputs: version,
    },
    { age, ...options },
  );

const runs = (
  environment: 'staging' | 'production',
  running: Digest = MODEL_DIGEST,
  options: ObserveOptions = {},
  asset = 'model:org/base-7b',
) => observe('runtime-state', { asset, kind: 'model', running, environment }, options);

dutyCase('5.2.3-3/a', {
  passes: () => [
    event('model_registered', 30),
    event('deployment', 10),
    aRun('model_evaluation', {}, { subject: MODEL_DIGEST }),
  ],
  loses: {
    'the test-run was written today and dated back': [backdated('test-run'), 'inconclusive'],
    'no run': [without('test-run'), 'inconclusive'],
    'run on another model': [onDigest('test-run'), 'inconclusive'],
    'the run names another target': [changed('test-run', (r) => ({ ...r, target: OTHER })), 'inconclusive'],
    "somebody else's evaluation": [
      changed('test-run', (r) => ({ ...r, runBy: 'third_party' })),
      'inconclusive',
    ],
    'evaluated before acquisition': [changed('test-run', (r) => ({ ...r, startedAt: daysAgo(90) })), 'fail'],
    'evaluated after going into production': [
      changed('test-run', (r) => ({ ...r, finishedAt: daysAgo(2) })),
      'fail',
    ],
    'half the cases fail': [
      changed('test-run', (r) => ({ ...r, results: [{ case: 'all', trials: 500, successes: 250 }] })),
      'fail',
    ],
    'too few cases': [
      changed('test-run', (r) => ({ ...r, results: [{ case: 'all', trials: 5, successes: 5 }] })),
      'inconclusive',
    ],
    'the hosted model changed silently': [plus(runs('production', OTHER)), 'inconclusive'],
    'it changed, and is measured by its name': [
      plus(runs('production', OTHER, {}, 'org/base-7b')),
      'inconclusive',
    ],
    'staging is newer, production runs another version': [
      plus(runs('production', OTHER, { age: 3 }), runs('staging')),
      'inconclusive',
    ],
    'staging alone was measured': [plus(runs('staging')), 'inconclusive'],
    'production was measured long ago': [plus(runs('production', MODEL_DIGEST, { age: 90 })), 'inconclusive'],
    'the measurement of production has ended': [
      plus(runs('production', MODEL_DIGEST, { validUntil: daysAgo(0.5) })),
      'inconclusive',
    ],
    'the newest of production has ended, and nothing older takes its place': [
      plus(
        runs('production', OTHER, { validUntil: daysAgo(0.5) }),
        runs('production', MODEL_DIGEST, { age: 3 }),
      ),
      'inconclusive',
    ],
    'the record of going into production before the evaluation has ended': [
      (all) => [
        ...changed('test-run', (r) => ({ ...r, finishedAt: daysAgo(2) }))(
          all.filter((item) => !JSON.stringify(item).includes('deployment-1')),
        ),
        event('deployment', 10, { validUntil: daysAgo(0.5) }),
      ],
      'fail',
    ],
    'acquisition not recorded': [without('lifecycle-event'), 'inconclusive'],
  },
});

test('5.2.3-3/a judges what production runs, whatever staging tries', () => {
  const evidence = [
    event('model_registered', 30),
    event('deployment', 10),
    aRun('model_evaluation', {}, { subject: MODEL_DIGEST }),
    runs('production', MODEL_DIGEST, { age: 3 }),
    runs('staging', OTHER),
  ];
  expect(assessDuty('5.2.3-3/a', evidence)).toMatchObject({ verdict: 'pass' });
  const { assets } = scanContent();
  const hosted = observe(
    'scan-result',
    scanContent({
      assets: assets.map(({ digest, ...asset }) =>
        asset.kind === 'model' ? asset : { ...asset, ...(digest ? { digest } : {}) },
      ),
    }),
  );
  expect(assessDuty('5.2.3-3/a', [...evidence, hosted]).verdict).toBe('pass');
  const unmeasured = assessDuty('5.2.3-3/a', [hosted, ...evidence.slice(0, 3)]);
  expect(unmeasured).toMatchObject({ verdict: 'inconclusive', codes: ['MISSING'] });
  expect(unmeasured.text).toContain('environment: production');
});
