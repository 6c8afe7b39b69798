/** The ledger's time bounds what evidence says of its own. */
import { DAY, type Evidence } from '@custos/core';
import { describe, expect, test } from 'vitest';
import { assess, reassess } from '../assess.ts';
import { threats } from '../checks/5.2.5/threat-evidence.ts';
import { aRelease, aRun } from '../testing/release-evidence.ts';
import { daysAgo, declaration, NOW, observe, scanContent, specification } from '../testing/world.ts';

const DUTY = '5.2.5-1/a';
const SPECIFICATION = specification();
const DIGEST = `sha256:${'5c'.repeat(32)}` as const;

/** A release of 100 days ago, tested 5 days before. */
const RELEASED = daysAgo(100);
const release = aRelease({ releasedAt: RELEASED }, { age: 100 });
const run = aRun(
  'security_assessment',
  { threats: ['T-1'], startedAt: daysAgo(106), finishedAt: daysAgo(105) },
  { age: 105 },
);
const rest = [
  observe('system-declaration', declaration({}), { age: 3 }),
  observe('scan-result', scanContent(), { age: 2 }),
  threats(),
];
const at = (evidence: Evidence, recordedAt: string): Evidence => ({ ...evidence, recordedAt });
const input = (evidence: Evidence[], now = NOW) => ({
  specification: SPECIFICATION,
  specificationDigest: DIGEST,
  evidence,
  now,
});

function duty(evidence: Evidence[], now = NOW) {
  const found = assess(input(evidence, now))
    .provisions.flatMap((provision) => provision.duties)
    .find((one) => one.id === DUTY);
  if (found === undefined) throw new Error(`no duty ${DUTY}`);
  return {
    verdict: found.verdict,
    codes: found.reasons.map(({ code }) => code),
    text: found.reasons[0]?.message,
  };
}

describe('evidence recorded after the fact', () => {
  test('recorded when it was made, it shows that the test came before the release', () => {
    expect(duty([...rest, at(release, RELEASED), at(run, daysAgo(105))])).toMatchObject({
      verdict: 'pass',
      codes: ['EVIDENCE_HOLDS'],
    });
  });

  test('written today and dated back, it does not', () => {
    const forged = duty([...rest, at(release, RELEASED), at(run, NOW)]);
    expect(forged).toMatchObject({ verdict: 'inconclusive', codes: ['RECORDED_LATE'] });
    expect(forged.text).toContain('history.recording_days');
  });

  test('the delay that policy allows counts from the time by which it had to be there', () => {
    expect(duty([...rest, release, at(run, daysAgo(70))]).verdict).toBe('pass');
    expect(duty([...rest, release, at(run, daysAgo(69.9))]).verdict).toBe('inconclusive');
  });

  test('where only its age counts it may come late, and this is shown', () => {
    expect(duty([...rest, at(release, daysAgo(10)), at(run, daysAgo(105))])).toMatchObject({
      verdict: 'pass',
      codes: ['EVIDENCE_HOLDS', 'RECORDED_AFTERWARDS'],
    });
  });

  test('it does not count in an assessment of a time before it was recorded', () => {
    const evidence = [
      ...rest.map((item) => at(item, daysAgo(200))),
      at(release, RELEASED),
      at(run, daysAgo(90)),
    ];
    const old = evidence.map((item, i) =>
      i < rest.length
        ? {
            ...item,
            statement: {
              ...item.statement,
              predicate: { ...item.statement.predicate, observedAt: daysAgo(200), validFrom: daysAgo(200) },
            },
          }
        : item,
    );
    expect(duty(old, daysAgo(91))).toMatchObject({ verdict: 'inconclusive', codes: ['FUTURE'] });
    expect(duty(old, daysAgo(91)).text).toContain('after the time of this assessment');
    expect(duty(old, daysAgo(89)).verdict).toBe('pass');
  });

  test('a withdrawal, and an auditor, count from their recording on', () => {
    const withdrawn = (by: Evidence, ...more: Evidence[]) =>
      duty([...rest, ...more, release, run, by]).verdict !== 'pass';
    const auditor = () =>
      observe(
        'retraction',
        { of: run.id, reason: 'It ran on another system' },
        { role: 'auditor', actor: 'new-auditor@example.org', age: 2 },
      );
    const { roles } = declaration({});
    const appointed = observe(
      'system-declaration',
      declaration({}, { roles: { ...roles, auditor: ['new-auditor@example.org'] } }),
      { age: 2.5 },
    );
    expect(withdrawn(auditor(), appointed)).toBe(true);
    expect(withdrawn(at(auditor(), daysAgo(-1)), appointed)).toBe(false);
    expect(withdrawn(auditor(), at(appointed, daysAgo(-1)))).toBe(false);
    const before = assess(input([...rest, appointed, release, run, at(auditor(), daysAgo(-1))]));
    const later = input([...rest, appointed, release, run, at(auditor(), daysAgo(-1))], daysAgo(-2));
    expect(reassess(before, later, new Set()).assessment).toEqual(assess(later));
  });

  test('a re-evaluation after it was recorded gives what a whole one gives', () => {
    const evidence = [...rest, at(release, RELEASED), at(run, daysAgo(1))];
    const before = assess(input(evidence, daysAgo(1.5)));
    const { assessment } = reassess(before, input(evidence), new Set());
    expect(assessment).toEqual(assess(input(evidence)));
  });

  test('the clocks of recorder and assessor may differ by some minutes', () => {
    const soon = new Date(Date.parse(NOW) + DAY / 24 / 60).toISOString();
    expect(duty([...rest, at(release, soon), at(run, daysAgo(105))]).verdict).toBe('pass');
  });
});
