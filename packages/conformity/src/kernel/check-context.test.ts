/** Evidence that has ended by its own word decides nothing, good or bad, and no older one takes its place. */
import { type Content, type Evidence, type PredicateName, predicateName } from '@custos/core';
import { describe, expect, test } from 'vitest';
import { assess, reassess } from '../assess.ts';
import { adequate } from '../testing/release-evidence.ts';
import {
  daysAgo,
  NOW,
  type ObserveOptions,
  observe,
  SPEC_DIGEST,
  specification,
  world,
} from '../testing/world.ts';
import type { Check } from './check.ts';
import type { CheckContext } from './check-context.ts';

const DUTY = '5.1.1-1/a';
const BASE = adequate(DUTY, 'developer');

function input(run: (c: CheckContext) => void, evidence: Evidence[], now = NOW) {
  const wants: ReadonlySet<PredicateName> = new Set(['adequacy-attestation', 'control-status']);
  const check: Check = {
    duty: DUTY,
    wants,
    run: (c) => {
      c.adequacy(['developer']);
      run(c);
    },
  };
  return {
    specification: specification(),
    specificationDigest: SPEC_DIGEST,
    evidence: world([BASE, ...evidence]),
    now,
    checks: new Map([[DUTY, check]]),
  };
}

const dutyOf = (result: ReturnType<typeof assess>) => {
  const found = result.provisions.flatMap(({ duties }) => duties).find(({ id }) => id === DUTY);
  if (!found) throw new Error(`no duty ${DUTY}`);
  return found;
};

const ENDED = daysAgo(0.5);
const status = (control: string, active: boolean, options: ObserveOptions = {}) =>
  observe(
    'control-status',
    {
      control,
      kind: 'input_filter',
      active,
      method: 'probe',
      verifiedAt: daysAgo(1),
      risks: [],
      assets: [],
    },
    options,
  );
const seen: Content<'control-status'>[][] = [];
function asks(how: (c: CheckContext) => { content: Content<'control-status'> }[], ...evidence: Evidence[]) {
  seen.length = 0;
  const duty = dutyOf(assess(input((c) => seen.push(how(c).map(({ content }) => content)), evidence)));
  return { told: seen[0]?.map(({ control, active }) => `${control} ${active}`), duty };
}

describe('what is known', () => {
  test('is what is in force', () => {
    const { told, duty } = asks(
      (c) => c.known('control-status'),
      status('A', true),
      status('B', true, { validUntil: ENDED }),
    );
    expect(told).toEqual(['A true']);
    expect(duty.verdict).toBe('pass');
  });

  test('of a key is its newest; when that has ended nothing older takes its place', () => {
    const { told, duty } = asks(
      (c) => c.known('control-status', { key: ({ control }) => control }),
      status('A', false, { validUntil: ENDED }),
      status('A', true, { age: 3 }),
      status('B', true),
    );
    expect(told).toEqual(['B true']);
    expect(duty.verdict).toBe('inconclusive');
    expect(duty.reasons[0]).toMatchObject({
      code: 'STALE',
      message: expect.stringMatching(/^control-status .* Next: /),
    });
  });

  test('last is the newest, or nothing when that has ended', () => {
    const latest = (c: CheckContext) => [c.latest('control-status') ?? []].flat();
    expect(asks(latest, status('A', true, { age: 3 }), status('A', false)).told).toEqual(['A false']);
    const { told, duty } = asks(
      latest,
      status('A', true, { age: 3 }),
      status('A', false, { validUntil: ENDED }),
    );
    expect(told).toEqual([]);
    expect(duty.reasons.map(({ code }) => code)).toEqual(['STALE']);
    expect(asks(latest).duty.verdict).toBe('pass');
  });

  test('of the past may have ended; using it shows that', () => {
    const past = (c: CheckContext) => c.past('control-status');
    expect(asks(past, status('A', true, { validUntil: ENDED }))).toMatchObject({
      told: ['A true'],
      duty: { verdict: 'pass' },
    });
    const used = (c: CheckContext) => {
      for (const found of past(c)) c.use(found);
      return past(c);
    };
    expect(asks(used, status('A', true, { validUntil: ENDED })).duty).toMatchObject({
      verdict: 'inconclusive',
      reasons: [{ code: 'STALE' }],
    });
  });

  test('bounds the verdict by its end, so that a re-evaluation sees it', () => {
    const check = (c: CheckContext) =>
      void c.expect(c.known('control-status').length > 0, 'NONE', 'There is no control.');
    const evidence = [status('A', true, { validUntil: daysAgo(-1) })];
    const before = assess(input(check, evidence));
    expect(dutyOf(before)).toMatchObject({ verdict: 'pass', validUntil: daysAgo(-1) });
    const later = input(check, evidence, daysAgo(-2));
    expect(dutyOf(reassess(before, later, new Set()).assessment)).toEqual(dutyOf(assess(later)));
    expect(dutyOf(assess(later)).verdict).toBe('fail');
  });
});

test('a scan or declaration that has ended is none, and no older one takes its place', () => {
  const ended = world([]).map((item) => ({
    ...item,
    id: SPEC_DIGEST.replace(
      '5c',
      predicateName(item.statement.predicateType) === 'scan-result' ? 'aa' : 'bb',
    ) as `sha256:${string}`,
    statement: {
      ...item.statement,
      predicate: { ...item.statement.predicate, observedAt: daysAgo(1), validUntil: ENDED },
    },
  }));
  const result = assess({ ...input(() => {}, []), evidence: [...world([]), ...ended] });
  expect([result.fingerprint, result.system.declared]).toEqual([null, false]);
});
