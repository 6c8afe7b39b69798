/** What switches duties off: only evidence that would count for the duty behind it. */
import type { Content, Evidence, Feature } from '@custos/core';
import { describe, expect, test } from 'vitest';
import { assess, reassess } from '../assess.ts';
import {
  daysAgo,
  declaration,
  MODEL_DIGEST,
  NOW,
  type ObserveOptions,
  OTHER,
  observe,
  SPEC_DIGEST,
  scanContent,
  specification,
  world,
} from '../testing/world.ts';

function run(evidence: readonly Evidence[], features: Partial<Record<Feature, boolean>> = {}) {
  return assess({
    specification: specification(),
    specificationDigest: SPEC_DIGEST,
    evidence: world(evidence, features),
    now: NOW,
  });
}
const state = (feature: Feature, ...evidence: Evidence[]) => run(evidence).features[feature];

const DEV: ObserveOptions = { role: 'developer' };
const risk = {
  id: 'R-1',
  title: 'Orders of others leak',
  category: 'prompt_injection',
  assets: [],
  level: 'low' as const,
  residual: 1,
  owner: 'dev@example.org',
  ownerParty: 'internal' as const,
  treatment: 'mitigate' as const,
  controls: ['C'],
  usesHumanOversight: false,
};
const register = (more: Partial<Content<'risk-register'>['risks'][number]> | undefined, options = DEV) =>
  observe(
    'risk-register',
    { risks: more ? [{ ...risk, ...more }] : [], tolerance: 5, reviewedAt: daysAgo(options.age ?? 1) },
    options,
  );
const threats = (decision: 'mitigated' | 'unresolved', options = DEV) =>
  observe(
    'threat-model',
    {
      assets: [],
      dataFlows: [],
      catalogue: 'own',
      catalogueVersion: '1',
      catalogueLatest: '1',
      threats: [
        { id: 'T-1', category: 'evasion', asset: 'model', references: [], decision, reason: 'as reviewed' },
      ],
      reviewedAt: daysAgo(1),
    },
    options,
  );
const unsupported = (assets: Content<'unsupported-assets'>['assets'], options = DEV) =>
  observe('unsupported-assets', { assets }, options);
const stuck = [{ asset: 'model:org/base-7b', compensatingControl: 'C' }];

const CASES: {
  feature: Feature;
  says: (options: ObserveOptions) => Evidence;
  saysOn: (options: ObserveOptions) => Evidence;
}[] = [
  {
    feature: 'unresolved_threat_exists',
    says: (options) => threats('mitigated', options),
    saysOn: (options) => threats('unresolved', options),
  },
  {
    feature: 'oversight_is_a_risk_control',
    says: (options) => register({}, options),
    saysOn: (options) => register({ usesHumanOversight: true }, options),
  },
  {
    feature: 'external_party_bears_risk',
    says: (options) => register({}, options),
    saysOn: (options) => register({ ownerParty: 'external' }, options),
  },
  {
    feature: 'updates_not_possible',
    says: (options) => unsupported([], options),
    saysOn: (options) => unsupported(stuck, options),
  },
];

describe.each(CASES)('$feature', ({ feature, says, saysOn }) => {
  test('is off by somebody responsible, in force', () => {
    expect(state(feature, says(DEV))).toMatchObject({ value: false, from: 'derived' });
    expect(state(feature, saysOn(DEV)).value).toBe(true);
  });

  test.each<[string, ObserveOptions]>([
    ['nobody by name', {}],
    ['somebody without the role', { role: 'data_custodian' }],
    ['somebody who only says so', { role: 'developer', actor: 'mallory@example.org' }],
    ['evidence that has ended', { ...DEV, validUntil: daysAgo(0.5) }],
    ['evidence of long ago', { ...DEV, age: 5_000 }],
    ['evidence that can not be verified', { ...DEV, verified: false }],
  ])('is not off by %s', (_who, options) => {
    expect(state(feature, says(options)).value).toBe('undecided');
  });

  test('stays on when somebody else, or an older word, says that it is off', () => {
    expect(state(feature, saysOn({ ...DEV, age: 3 }), says({ age: 1 })).value).toBe(true);
    expect(
      state(feature, saysOn({ ...DEV, age: 1, validUntil: daysAgo(0.5) }), says({ ...DEV, age: 3 })).value,
    ).toBe(true);
    expect(
      state(feature, says({ ...DEV, age: 1, validUntil: daysAgo(0.5) }), says({ ...DEV, age: 3 })).value,
    ).toBe('undecided');
  });

  test('is not off by what was withdrawn, nor by what was recorded later', () => {
    const said = says(DEV);
    const withdrawn = observe('retraction', { of: said.id, reason: 'It was about another system' }, DEV);
    expect(state(feature, said, withdrawn).value).toBe('undecided');
    expect(state(feature, { ...said, recordedAt: daysAgo(-1) }).value).toBe('undecided');
  });
});

test('an empty register, or one that nobody reviewed, shows nothing off', () => {
  expect(state('external_party_bears_risk', register(undefined))).toMatchObject({
    value: 'undecided',
    reason: expect.stringContaining('empty'),
  });
  const old = observe('risk-register', { risks: [risk], tolerance: 5, reviewedAt: daysAgo(500) }, DEV);
  expect(state('external_party_bears_risk', old).reason).toContain('last reviewed on');
});

test('a list of what can not be updated shows it off for its own version only', () => {
  expect(state('updates_not_possible', unsupported([], { ...DEV, subject: OTHER })).value).toBe('undecided');
});

describe('poorly_documented_component', () => {
  const score = (component: string, share: number, version: string, options: ObserveOptions = {}) =>
    observe(
      'component-score',
      { component, version, documentation: share, security: 0.9, parts: { licence: true } },
      options,
    );
  const model = (share: number, digest = MODEL_DIGEST, options: ObserveOptions = {}) =>
    score('model:org/base-7b', share, 'r1', {
      subject: digest,
      subjectName: 'model:org/base-7b',
      ...options,
    });
  const PACKAGE = 'component:pypi/transformers';
  const of = (...evidence: Evidence[]) => state('poorly_documented_component', ...evidence);

  test('is decided by the scores of what is in use', () => {
    expect(of(model(0.9), score(PACKAGE, 0.9, '4.50.0')).value).toBe(false);
    expect(of(model(0.9), score(PACKAGE, 0.3, '4.50.0')).value).toBe(true);
  });

  test('is not off by scores of other versions, other content or long ago', () => {
    const old = of(model(0.9), score(PACKAGE, 0.9, '4.49.0'));
    expect(old).toMatchObject({ value: 'undecided', reason: expect.stringContaining(PACKAGE) });
    expect(of(model(0.9, OTHER), score(PACKAGE, 0.9, '4.50.0')).value).toBe('undecided');
    expect(of(model(0.9), score(PACKAGE, 0.9, '4.50.0', { age: 5_000 })).value).toBe('undecided');
    expect(of(model(0.9), score(PACKAGE, 0.9, '4.50.0', { validUntil: daysAgo(0.5) })).value).toBe(
      'undecided',
    );
    expect(
      of(model(0.9), score(PACKAGE, 0.3, '4.50.0', { age: 3 }), score(PACKAGE, 0.9, '4.51.0')).value,
    ).toBe(true);
  });
});

describe('unused_model_functionality', () => {
  const capability = (
    outputs: ('text' | 'image')[],
    options: ObserveOptions = {},
    name = 'model:org/base-7b',
  ) =>
    observe(
      'model-capability',
      { model: name, inputs: ['text'], outputs, tools: [] },
      { subject: MODEL_DIGEST, ...options },
    );
  const of = (...evidence: Evidence[]) => state('unused_model_functionality', ...evidence);

  test('is off when every model was measured as it is in use', () => {
    expect(of(capability(['text'])).value).toBe(false);
    expect(of(capability(['text', 'image'])).value).toBe(true);
  });

  test('is not off by another model, another version or an old measurement', () => {
    expect(of(capability(['text'], {}, 'model:some/other')).value).toBe('undecided');
    expect(of(capability(['text'], { subject: OTHER })).value).toBe('undecided');
    expect(of(capability(['text'], { age: 5_000 })).value).toBe('undecided');
    const two = scanContent();
    const second = { id: 'model:second', kind: 'model' as const, name: 'second', locations: [{ path: 'b' }] };
    const scan = observe('scan-result', { ...two, assets: [...two.assets, second] });
    expect(of(scan, capability(['text']))).toMatchObject({
      value: 'undecided',
      reason: expect.stringContaining('model:second'),
    });
  });
});

describe('an asset that was decided to be no AI asset', () => {
  const ID = 'model:org/base-7b';
  const reason = 'A table of weights that nothing loads any more';
  const dismiss = (asset: object, options: ObserveOptions = {}) =>
    observe(
      'asset-decision',
      { decision: 'not_ai', asset: { id: ID, version: 'r1', digest: MODEL_DIGEST, ...asset }, reason },
      { ...DEV, age: 1.5, ...options },
    );
  const listed = (age: number, id = ID) =>
    observe(
      'inventory-registration',
      {
        assets: [
          {
            id,
            owner: 'dev@example.org',
            class: 'internal',
            version: 'r1',
            location: 'app.py',
            dependsOn: [],
          },
        ],
      },
      { ...DEV, age },
    );
  const isOut = (...evidence: Evidence[]) => !run(evidence).inventory.assets.some((asset) => asset.id === ID);

  test('is out with the content that was looked at only', () => {
    expect(isOut(dismiss({}))).toBe(true);
    expect(isOut(dismiss({ digest: OTHER }))).toBe(false);
    expect(isOut(dismiss({ digest: undefined }))).toBe(false);
    expect(isOut(dismiss({ digest: undefined, version: undefined }))).toBe(false);
  });

  test('without content is out with the version that was looked at only', () => {
    const PACKAGE = 'component:pypi/transformers';
    const found = (version: string | undefined) =>
      run([
        observe(
          'asset-decision',
          { decision: 'not_ai', asset: { id: PACKAGE, ...(version ? { version } : {}) }, reason },
          DEV,
        ),
      ]).inventory.assets.some((asset) => asset.id === PACKAGE);
    expect(['4.50.0', '4.49.0', undefined].map(found)).toEqual([false, true, true]);
  });

  test('is back when the whole is confirmed again with it', () => {
    expect(isOut(dismiss({}), listed(1))).toBe(false);
    expect(isOut(dismiss({}), listed(1.5))).toBe(false);
    expect(isOut(dismiss({}), listed(2))).toBe(true);
    expect(isOut(dismiss({}), listed(1, 'dataset:tickets'))).toBe(true);
  });

  test('is back when the decision ends, and no older one takes its place', () => {
    expect(isOut(dismiss({}, { validUntil: daysAgo(0.5) }))).toBe(false);
    expect(isOut(dismiss({}, { validUntil: daysAgo(0.5) }), dismiss({}, { age: 9 }))).toBe(false);
  });

  test.each<[string, Evidence[], number]>([
    ['its end', [dismiss({}, { validUntil: daysAgo(-1) })], -2],
    ['a newer inventory', [dismiss({}), listed(-1)], -2],
  ])('is back after %s in a re-evaluation as in a whole one', (_why, evidence, later) => {
    const input = (now: string) => ({
      specification: specification(),
      specificationDigest: SPEC_DIGEST,
      evidence: world(evidence),
      now,
    });
    const before = assess(input(NOW));
    const after = assess(input(daysAgo(later)));
    expect(before.inventory.assets.length).toBeLessThan(after.inventory.assets.length);
    expect(reassess(before, input(daysAgo(later)), new Set()).assessment).toEqual(after);
  });

  test('names the decision where it takes a feature away, declared or not', () => {
    const feature: Feature = 'third_party_released_model';
    const says = expect.stringMatching(
      /model:org\/base-7b would show it on, but dev@example\.org decided on/,
    );
    expect(run([]).features[feature].value).toBe(true);
    expect(run([dismiss({})]).features[feature]).toMatchObject({ value: 'undecided', reason: says });
    const declared = run([dismiss({})], { [feature]: false });
    expect(declared.features[feature]).toMatchObject({ value: false, reason: says });
    const duty = declared.provisions.flatMap(({ duties }) => duties).find(({ id }) => id === '5.2.3-3/a');
    expect(duty).toMatchObject({ verdict: 'not_applicable', reasons: [{ message: says }] });
    expect(run([], { [feature]: false }).features[feature].contradiction).toBeDefined();
  });

  test('is cited by the duty that the inventory is known', () => {
    const decision = dismiss({});
    const duty = run([decision, observe('system-declaration', declaration()), listed(1, 'dataset:tickets')])
      .provisions.flatMap(({ duties }) => duties)
      .find(({ id }) => id === '5.2.1-1/a');
    expect(duty?.observations).toContain(decision.id);
  });
});
