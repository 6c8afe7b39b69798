/** A framework of a user's own, decided by what its catalogue declares. */
import type { Evidence, Proof } from '@custos/core';
import { describe, expect, test } from 'vitest';
import { assess, reassess } from '../assess.ts';
import { mergeSpecification, tryMergeSpecification } from '../catalogue/merge-specification.ts';
import { NOW, OTHER, observe, SPEC_DIGEST, specification, world } from '../testing/world.ts';

function catalogue(proofs: readonly unknown[] | undefined) {
  return [
    {
      path: 'specification.yaml',
      value: {
        standard: 'House rules',
        version: '1',
        features: {},
        triggers: { 'T-MODEL': 'A model changed' },
      },
    },
    {
      path: 'principles.yaml',
      value: { principles: [{ number: 1, clause: 'A', title: 'Ownership', phase: 'design' }] },
    },
    {
      path: 'provisions/A-1.yaml',
      value: {
        id: 'A-1',
        principle: 1,
        phase: 'design',
        norm: 'shall',
        title: 'Owners are known',
        roles: ['developer'],
        automation: 'machine',
        duties: [
          {
            id: 'A-1/a',
            norm: 'shall',
            roles: ['developer'],
            text: 'Each model has an owner',
            when: [],
            ...(proofs ? { shown_by: proofs } : {}),
          },
        ],
        triggers: ['T-MODEL'],
      },
    },
  ];
}

const inherited = specification().settings;

function decide(proofs: readonly Proof[] | undefined, evidence: Evidence[]) {
  const result = assess({
    specification: mergeSpecification(catalogue(proofs), inherited),
    specificationDigest: SPEC_DIGEST,
    evidence: world(evidence),
    now: NOW,
  });
  const duty = result.provisions[0]?.duties[0];
  return {
    verdict: duty?.verdict,
    text: duty?.reasons.map((one) => `${one.code} ${one.message}`).join('\n'),
  };
}

const tolerance = (amount: number, age = 1) =>
  observe(
    'risk-tolerance',
    {
      tolerance: amount,
      statement: 'Losses above this are not borne by us',
      costReasoning: 'Taken from the insurance of last year',
    },
    { age, role: 'developer' },
  );
const attested = observe(
  'adequacy-attestation',
  { duty: 'A-1/a', statement: 'Each model has an owner who knows of it' },
  { role: 'developer' },
);

describe('a declared check', () => {
  test('of evidence: type, content, speaker and age', () => {
    const proof: Proof = {
      evidence: 'risk-tolerance',
      expect: { tolerance: 5 },
      from: ['developer'],
      max_age: 'documentation.review_days',
    };
    expect(decide([proof], [tolerance(5)]).verdict).toBe('pass');
    expect(decide([proof], []).text).toContain('MISSING');
    expect(decide([proof], [tolerance(5, 3), tolerance(6, 1)])).toMatchObject({ verdict: 'fail' });
    expect(decide([proof], [tolerance(5, 5_000)]).text).toContain('STALE');
    expect(decide([{ ...proof, from: ['data_custodian'] }], [tolerance(5)]).text).toContain('WRONG_ROLE');
    expect(decide([{ ...proof, current: true }], [tolerance(5)]).verdict).toBe('pass');
    const other = observe(
      'risk-tolerance',
      {
        tolerance: 5,
        statement: 'Losses above this are not borne',
        costReasoning: 'Taken from last year’s insurance',
      },
      { role: 'developer', subject: OTHER },
    );
    expect(decide([{ ...proof, current: true }], [other]).text).toContain('WRONG_SUBJECT');
    expect(decide([{ ...proof, where: { tolerance: 7 } }], [tolerance(5)]).text).toContain('MISSING');
  });

  test('of a statement by a person with a role of the duty', () => {
    expect(decide([{ attested: true }], [attested]).verdict).toBe('pass');
    expect(decide([{ attested: true }], []).verdict).toBe('inconclusive');
  });

  test('takes what shows a duty of EN 304 223', () => {
    expect(decide([{ duty: '5.2.1-1/a' }], []).verdict).toBe('inconclusive');
    expect(decide([{ duty: '5.2.1-1/a' }, { attested: true }], [attested]).text).toContain(
      'confirmed inventory',
    );
  });

  test('needs all of its proofs', () => {
    const both: Proof[] = [{ attested: true }, { evidence: 'risk-tolerance', current: true }];
    expect(decide(both, [attested]).verdict).toBe('inconclusive');
    expect(decide(both, [attested, tolerance(1)]).verdict).toBe('pass');
  });

  test('missing from the catalogue leaves the duty open', () => {
    expect(decide(undefined, [attested])).toMatchObject({ verdict: 'inconclusive' });
  });

  test('is run again when its evidence is new', () => {
    const input = {
      specification: mergeSpecification(catalogue([{ attested: true }]), inherited),
      specificationDigest: SPEC_DIGEST,
      now: NOW,
    };
    const before = assess({ ...input, evidence: world([]) });
    const after = { ...input, evidence: world([attested]) };
    expect(reassess(before, after, new Set(['adequacy-attestation'])).ran).toEqual(['A-1/a']);
  });
});

test.each<[string, unknown, RegExp]>([
  ['a duty that does not exist', { duty: '5.2.1-1/z' }, /which is no duty of EN 304 223/],
  ['a type that does not exist', { evidence: 'test-runs' }, /no type of evidence; did you mean test-run\?/],
  [
    'an interval that does not exist',
    { evidence: 'test-run', max_age: 'test.max_age_dys' },
    /no interval; did you mean/,
  ],
  ['a form that does not exist', { evidense: 'test-run' }, /none of its forms/],
  [
    'any evidence of a type',
    { evidence: 'test-run' },
    /test-run, and any .*write what it has to say \(`expect`\)/,
  ],
  [
    'any evidence of one kind',
    { evidence: 'test-run', where: { suite: 'leakage' } },
    /any that was ever recorded/,
  ],
  ['any evidence by a role', { evidence: 'policy', from: ['developer'] }, /any that was ever recorded/],
  [
    'an empty expectation',
    { evidence: 'test-run', expect: {}, current: true },
    /is empty; name a field of test-run/,
  ],
  ['an empty selection', { evidence: 'test-run', where: {}, current: true }, /is empty; .*take where away/],
  ['a statement that is not wanted', { attested: false }, /none of its forms/],
])('the catalogue is refused for %s', (_name, proof, says) => {
  const result = tryMergeSpecification(catalogue([proof]), inherited);
  const problem = result.ok ? undefined : result.problems[0];
  expect(`${problem?.message}; ${problem?.suggestion}`).toMatch(says);
});
