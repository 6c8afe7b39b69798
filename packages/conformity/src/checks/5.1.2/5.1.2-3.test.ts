import { type Content, type Digest, hexOf } from '@custos/core';
import { adequate } from '../../testing/release-evidence.ts';
import {
  aged,
  changed,
  DATASET_DIGEST,
  daysAgo,
  dutyCase,
  MODEL_DIGEST,
  OTHER,
  observe,
  PEOPLE,
  PROMPT_DIGEST,
  plus,
  saidBy,
  scanContent,
  without,
} from '../../testing/world.ts';

type LifeEvent = Content<'lifecycle-event'>;

const trail = (more: Partial<Content<'audit-trail'>> = {}, age = 3) =>
  observe(
    'audit-trail',
    {
      scope: ['models', 'datasets', 'prompts', 'operation'],
      chainVerified: true,
      longestGapHours: 6,
      retention: 'Two years in write-once storage',
      documentedAt: 'docs/audit-trail.md',
      ...more,
    },
    { age },
  );
const of = (...digests: Digest[]) =>
  digests.map((digest) => ({ name: digest.slice(7, 11), digest: { sha256: hexOf(digest) } }));
const event = (
  name: LifeEvent['event'],
  kind: 'model' | 'dataset' | 'prompt',
  days: number,
  more: Partial<LifeEvent> = {},
) => {
  const asset = { model: 'model:org/base-7b', dataset: 'dataset:tickets', prompt: 'prompt:system' }[kind];
  const at = daysAgo(days);
  return observe(
    'lifecycle-event',
    { event: name, id: name, at, by: PEOPLE.developer, asset, kind, inputs: [], outputs: [], ...more },
    { age: days },
  );
};
const model = of(MODEL_DIGEST);

const rest = () => [
  trail(),
  event('data_acquired', 'dataset', 90, { outputs: of(DATASET_DIGEST) }),
  event('evaluation', 'model', 60, { inputs: model }),
  event('approval', 'model', 50, { inputs: model }),
  event('deployment', 'model', 40, { inputs: model, environment: 'production' }),
  event('prompt_change', 'prompt', 30, { outputs: of(PROMPT_DIGEST), diff: OTHER }),
];
const registered = () => event('model_registered', 'model', 70, { outputs: model });
const trained = () => event('training_run', 'model', 70, { inputs: of(DATASET_DIGEST), outputs: model });

/** The scan of the test world with another origin of its model, or without a digest. */
function scanWith(origin: 'own' | 'external', hosted = false) {
  const scan = scanContent();
  return observe('scan-result', {
    ...scan,
    assets: scan.assets.map((asset) => {
      if (asset.kind !== 'model') return asset;
      const { digest, ...other } = asset;
      return { ...other, origin, ...(hosted || digest === undefined ? {} : { digest }) };
    }),
  });
}
const editing = (id: LifeEvent['event'], change: Partial<LifeEvent>) =>
  changed('lifecycle-event', (content) => (content.event === id ? { ...content, ...change } : content));
const lacking = (id: LifeEvent['event']) => editing(id, { event: 'rollback' });

dutyCase('5.1.2-3/a', {
  passes: () => [trail(), adequate('5.1.2-3/a', 'developer')],
  loses: {
    'no trail': [without('audit-trail'), 'inconclusive'],
    'the trail was verified long ago': [aged('audit-trail', 40), 'inconclusive'],
    'its chain is broken': [changed('audit-trail', (t) => ({ ...t, chainVerified: false })), 'fail'],
    'it has a gap': [changed('audit-trail', (t) => ({ ...t, longestGapHours: 30 })), 'fail'],
    'a newer check found it broken': [plus(trail({ chainVerified: false }, 1)), 'fail'],
    'a second trail is not looked after': [
      plus(trail({ scope: ['operation'], documentedAt: 'docs/operation.md' }, 80)),
      'inconclusive',
    ],
    'its form is not documented': [changed('audit-trail', (t) => ({ ...t, documentedAt: ' ' })), 'fail'],
    'its retention is padding': [
      changed('audit-trail', (t) => ({ ...t, retention: 'tbd tbd tbd tbd tbd tbd tbd' })),
      'fail',
    ],
    'nobody stands for it': [without('adequacy-attestation'), 'inconclusive'],
    'an auditor stands for it': [saidBy('adequacy-attestation', 'auditor', PEOPLE.auditor), 'inconclusive'],
  },
});

dutyCase('5.1.2-3/b', {
  passes: () => [...rest(), trained(), scanWith('own')],
  loses: {
    'no trail': [without('audit-trail'), 'inconclusive'],
    'prompts are out of reach': [
      changed('audit-trail', (t) => ({ ...t, scope: ['models', 'datasets', 'operation'] })),
      'fail',
    ],
    'the trail has a gap': [changed('audit-trail', (t) => ({ ...t, longestGapHours: 48 })), 'fail'],
    'no events': [without('lifecycle-event'), 'inconclusive'],
    'nothing says where the data came from': [lacking('data_acquired'), 'inconclusive'],
    'the run is not recorded': [lacking('training_run'), 'inconclusive'],
    'the run made another model': [editing('training_run', { outputs: of(OTHER) }), 'inconclusive'],
    'the run used unknown data': [editing('training_run', { inputs: of(OTHER) }), 'inconclusive'],
    'the run names no data': [editing('training_run', { inputs: [] }), 'inconclusive'],
    'the data was recorded after the run': [editing('data_acquired', { at: daysAgo(65) }), 'fail'],
    'never evaluated': [lacking('evaluation'), 'inconclusive'],
    'approved before it was evaluated': [editing('evaluation', { at: daysAgo(45) }), 'fail'],
    'deployed before approval': [editing('approval', { at: daysAgo(20) }), 'fail'],
    'approved by somebody without a role': [editing('approval', { by: 'guest@example.org' }), 'fail'],
    'only staged': [editing('deployment', { environment: 'staging' }), 'inconclusive'],
    'another version was deployed since': [
      plus(event('deployment', 'model', 5, { id: 'D-2', inputs: of(OTHER), environment: 'production' })),
      'fail',
    ],
    'the prompt in use was never logged': [editing('prompt_change', { outputs: of(OTHER) }), 'fail'],
    'a later prompt change made another text': [
      plus(event('prompt_change', 'prompt', 2, { id: 'P-2', outputs: of(OTHER), diff: OTHER })),
      'fail',
    ],
    'a prompt change kept no difference': [
      plus(event('prompt_change', 'prompt', 80, { id: 'P-0', outputs: of(OTHER) })),
      'fail',
    ],
    'no prompt change is logged': [lacking('prompt_change'), 'inconclusive'],
    'nothing is in the inventory': [changed('scan-result', (s) => ({ ...s, assets: [] })), 'inconclusive'],
  },
});
// Weights of somebody else that are kept here: their registration takes the place of the run.
dutyCase('5.1.2-3/b', {
  passes: () => [...rest(), registered()],
  loses: {
    'it was never registered': [lacking('model_registered'), 'inconclusive'],
    'it was registered after its evaluation': [editing('model_registered', { at: daysAgo(55) }), 'fail'],
  },
});
// A hosted model has no file: its steps are followed by name.
dutyCase('5.1.2-3/b', {
  passes: () => [...rest(), scanWith('external', true)],
  loses: {
    'the deployment is of another model': [editing('deployment', { asset: 'model:other' }), 'inconclusive'],
    'a model of your own without a digest': [
      (evidence) => [...evidence.slice(0, -1), scanWith('own', true)],
      'inconclusive',
    ],
  },
});
