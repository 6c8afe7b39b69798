import {
  type Assessment,
  type Digest,
  type Evidence,
  type PredicateName,
  predicateName,
  type Specification,
  VERDICTS,
  worst,
} from '@custos/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess, reassess } from './assess.ts';
import { MINIMUM_TOPICS } from './checks/5.1.1/5.1.1-1.ts';
import { monitoring } from './checks/5.4.2/monitoring-evidence.ts';
import { approved, happened, probed, receipt } from './checks/5.5.1/disposal-evidence.ts';
import {
  daysAgo,
  declaration,
  MODEL_DIGEST,
  NOW,
  observe,
  scanContent,
  specification,
  withId,
} from './testing/world.ts';

const DIGEST: Digest = `sha256:${'5c'.repeat(32)}`;

/** Evidence that makes a good number of duties pass, fail or be waived. */
const POOL: readonly Evidence[] = [
  observe('system-declaration', declaration({ api_offered_externally: false }), { age: 4 }),
  observe('scan-result', scanContent(), { age: 3 }),
  observe('training-programme', {
    modules: [
      {
        id: 'm',
        version: '1',
        title: 'AI security',
        topics: [...MINIMUM_TOPICS],
        publishedAt: daysAgo(90),
        updatedAt: daysAgo(9),
        digest: MODEL_DIGEST,
      },
    ],
    curricula: [],
    reviewedAt: daysAgo(9),
  }),
  observe('training-completion', {
    person: 'dev@example.org',
    module: 'm',
    moduleVersion: '1',
    completedAt: daysAgo(5),
    passed: true,
  }),
  observe(
    'adequacy-attestation',
    { duty: '5.1.1-1/a', statement: 'The content fits the threats we face' },
    { role: 'organisation' },
  ),
  observe('threat-event', {
    id: 'T',
    title: 'T',
    substantial: true,
    publishedAt: daysAgo(2),
    references: [],
    mitigationKnown: false,
  }),
  observe(
    'waiver',
    {
      duty: '5.1.1-1/b',
      owner: 'ciso@example.org',
      reason: 'Review is planned for next week',
      expiresAt: daysAgo(-7),
    },
    { role: 'organisation' },
  ),
  monitoring('outputs'),
  monitoring('drift'),
  monitoring('anomalies', { longestGapDays: 9 }),
  happened('decommissioning'),
  approved('disposal'),
  receipt('decommissioning'),
  probed('recovered_copy'),
  probed('endpoint_alive'),
];

const spec: Specification = specification();
const run = (evidence: Iterable<Evidence>, now = NOW): Assessment =>
  assess({ specification: spec, specificationDigest: DIGEST, evidence, now });
const verdicts = (a: Assessment) =>
  a.provisions.flatMap((p) => p.duties.map((d) => [d.id, d.verdict, d.waived] as const));
const verdict = fc.constantFrom(...VERDICTS);
const subset = fc.subarray([...POOL]);

describe('the verdict algebra', () => {
  test('fail dominates, then inconclusive, then pass; not applicable is neutral', () => {
    fc.assert(
      fc.property(fc.array(verdict), (list) => {
        const expected = list.includes('fail')
          ? 'fail'
          : list.includes('inconclusive')
            ? 'inconclusive'
            : list.includes('pass')
              ? 'pass'
              : 'not_applicable';
        expect(worst(list)).toBe(expected);
      }),
    );
  });
  test('is associative, commutative and idempotent', () => {
    fc.assert(
      fc.property(fc.array(verdict), fc.array(verdict), (a, b) => {
        expect(worst([worst(a), worst(b)])).toBe(worst([...b, ...a]));
        expect(worst([...a, ...a])).toBe(worst(a));
      }),
    );
  });
});

describe('the evaluation', () => {
  test('the pool has passes, fails, waived and inapplicable duties, so that the properties below say something', () => {
    const found = verdicts(run(POOL));
    for (const wanted of VERDICTS)
      expect(
        found.some(([, v]) => v === wanted),
        wanted,
      ).toBe(true);
    expect(found.some(([, , waived]) => waived)).toBe(true);
  });
  test('same specification, evidence and time give the same bytes, in whatever order', () => {
    const bytes = JSON.stringify(run(POOL));
    fc.assert(
      fc.property(fc.shuffledSubarray([...POOL], { minLength: POOL.length }), (shuffled) => {
        expect(JSON.stringify(run([...shuffled, ...shuffled.slice(0, 3)]))).toBe(bytes);
      }),
      { numRuns: 25 },
    );
  });
  test('evidence that does not verify never turns anything into a pass', () => {
    fc.assert(
      fc.property(subset, subset, (good, bad) => {
        const before = new Map(verdicts(run(good)).map(([id, v]) => [id, v]));
        const forged = bad
          .filter((item) => !good.includes(item))
          .map((item) => withId(item.statement, false));
        for (const [id, v] of verdicts(run([...good, ...forged])))
          if (v === 'pass') expect(before.get(id), id).toBe('pass');
      }),
      { numRuns: 40 },
    );
  });
  test('a waiver never changes a verdict', () => {
    const waivers = spec.provisions
      .flatMap((p) => p.duties)
      .map((duty) =>
        observe(
          'waiver',
          { duty: duty.id, owner: 'o', reason: 'A reason that is long enough', expiresAt: daysAgo(-30) },
          { role: 'organisation' },
        ),
      );
    const without = POOL.filter((item) => predicateName(item.statement.predicateType) !== 'waiver');
    const plain = verdicts(run(without)).map(([id, v]) => [id, v]);
    expect(verdicts(run([...without, ...waivers])).map(([id, v]) => [id, v])).toEqual(plain);
  });
  test('an expired waiver is no waiver', () => {
    expect(verdicts(run(POOL, daysAgo(-8))).some(([, , waived]) => waived)).toBe(false);
  });
  test('a waiver that runs longer than waiver.max_days waives nothing', () => {
    const waived = (days: number) => {
      const waiver = observe(
        'waiver',
        {
          duty: '5.1.1-1/b',
          owner: 'ciso@example.org',
          reason: 'Review is planned for next week',
          // Observed a day ago.
          expiresAt: daysAgo(1 - days),
        },
        { role: 'organisation' },
      );
      const others = POOL.filter((item) => !item.statement.predicateType.includes(':waiver:'));
      return verdicts(run([...others, waiver])).some(([, , is]) => is);
    };
    expect(waived(180)).toBe(true);
    expect(waived(181)).toBe(false);
  });
  test('a waiver whose own end has passed is none, whenever it says that it expires', () => {
    const waived = (validUntil?: string) =>
      verdicts(
        run([
          ...POOL.filter((item) => !item.statement.predicateType.includes(':waiver:')),
          observe(
            'waiver',
            { duty: '5.1.1-1/b', owner: 'x', reason: 'A reason that is long enough', expiresAt: daysAgo(-7) },
            { role: 'organisation', ...(validUntil ? { validUntil } : {}) },
          ),
        ]),
      ).some(([, , is]) => is);
    expect([waived(), waived(daysAgo(-1)), waived(daysAgo(0.5))]).toEqual([true, true, false]);
  });
  test('nothing passes when all evidence has ended', () => {
    const later = daysAgo(-4000);
    expect(verdicts(run(POOL, later)).filter(([id, v]) => v === 'pass' && !id.startsWith('5.5.1'))).toEqual(
      [],
    );
  });
  test('re-evaluation after new evidence or later in time gives the same verdicts as evaluating everything', () => {
    fc.assert(
      fc.property(
        subset,
        fc.constantFrom(...POOL),
        fc.integer({ min: 0, max: 400 }),
        (start, extra, days) => {
          const before = run(start);
          const now = daysAgo(-days);
          const all = [...start.filter((item) => item !== extra), extra];
          const name = predicateName(extra.statement.predicateType);
          const changed: Set<PredicateName> = new Set(name ? [name] : []);
          const { assessment } = reassess(
            before,
            { specification: spec, specificationDigest: DIGEST, evidence: all, now },
            changed,
          );
          expect(verdicts(assessment)).toEqual(verdicts(run(all, now)));
        },
      ),
      { numRuns: 60 },
    );
  });
  test('re-evaluation touches only the duties that want the new type', () => {
    const before = run(POOL);
    const extra = monitoring('performance');
    const { ran } = reassess(
      before,
      { specification: spec, specificationDigest: DIGEST, evidence: [...POOL, extra], now: NOW },
      new Set<PredicateName>(['monitoring-summary']),
    );
    expect(ran.length).toBeGreaterThan(0);
    expect(ran.length).toBeLessThan(12);
    expect(ran).toContain('5.4.2-4/a');
    expect(ran).not.toContain('5.1.1-1/a');
  });
});

describe('applicability', () => {
  test('evidence that shows a feature on beats a declaration that it is off, and the contradiction is shown', () => {
    const declared = observe('system-declaration', declaration({ third_party_released_model: false }), {
      age: 1,
    });
    const state = run([...POOL, declared]).features.third_party_released_model;
    expect(state.value).toBe(true);
    expect(state.contradiction).toContain('third_party_released_model');
  });
  test('a feature that nobody decided makes its duties inconclusive, not inapplicable', () => {
    const assessment = run(POOL);
    expect(assessment.features.updates_not_possible.value).toBe('undecided');
    const duty = assessment.provisions.flatMap((p) => p.duties).find((d) => d.id === '5.2.5-1/a');
    expect(duty?.verdict).not.toBe('not_applicable');
  });
  test('nobody withdraws what somebody else observed', () => {
    const target = POOL.find((item) => item.statement.predicateType.includes('approval'));
    if (!target) throw new Error('the pool has an approval');
    const retraction = (role: 'developer' | 'data_custodian') =>
      observe('retraction', { of: target.id, reason: 'It was approved by mistake, sorry' }, { role });
    const approval = (a: Assessment) => verdicts(a).find(([id]) => id === '5.5.1-2/a')?.[1];
    expect(approval(run(POOL))).toBe('pass');
    expect(approval(run([...POOL, retraction('developer')]))).toBe('pass');
    expect(approval(run([...POOL, retraction('data_custodian')]))).toBe('inconclusive');
  });
  test('a measurement is withdrawn by a declared auditor only, and a waiver by somebody without a role waives nothing', () => {
    const target = POOL.find((item) => item.statement.predicateType.includes('monitoring-summary'));
    if (!target) throw new Error('the pool has a monitoring summary');
    const retract = (role: 'developer' | 'auditor', actor?: string) =>
      observe(
        'retraction',
        { of: target.id, reason: 'It came from the wrong system' },
        actor ? { role, actor } : { role },
      );
    const outputs = (a: Assessment) => verdicts(a).find(([id]) => id === '5.4.2-2/a')?.[1];
    expect(outputs(run(POOL))).toBe('pass');
    expect(outputs(run([...POOL, retract('developer')]))).toBe('pass');
    expect(outputs(run([...POOL, retract('auditor', 'somebody@example.org')]))).toBe('pass');
    expect(outputs(run([...POOL, retract('auditor')]))).toBe('inconclusive');
    const others = POOL.filter((item) => !item.statement.predicateType.includes(':waiver:'));
    const waiver = observe(
      'waiver',
      { duty: '5.1.1-1/b', owner: 'x', reason: 'A reason that is long enough', expiresAt: daysAgo(-7) },
      { role: 'organisation', actor: 'somebody@example.org' },
    );
    expect(verdicts(run([...others, waiver])).some(([, , waived]) => waived)).toBe(false);
  });
});
