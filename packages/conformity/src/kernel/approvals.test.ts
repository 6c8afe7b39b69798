/** Which approvals count: not of one's own work, and not before everybody whom a request asks has joined. */
import type { Content, Evidence } from '@custos/core';
import { describe, expect, test } from 'vitest';
import { aJustification, POOR, scores } from '../checks/5.2.3/poor-component-evidence.ts';
import { happened } from '../checks/5.5.1/disposal-evidence.ts';
import {
  assessDuty,
  daysAgo,
  declaration,
  NOW,
  type ObserveOptions,
  observe,
  PEOPLE,
} from '../testing/world.ts';
import { EvidenceIndex } from './evidence-index.ts';

const approvalOf = (
  of: Evidence,
  options: ObserveOptions = {},
  more: Partial<Content<'approval'>> = {},
): Evidence =>
  observe(
    'approval',
    {
      of: 'justification',
      target: POOR,
      decision: 'approved',
      reason: 'Read together with the security team',
      ...more,
    },
    { role: 'organisation', subject: of.id, age: 2, ...options },
  );

/** The operator also speaks for the organisation. */
const both = declaration(
  {},
  {
    roles: {
      developer: [PEOPLE.developer],
      system_operator: [PEOPLE.system_operator],
      data_custodian: [PEOPLE.data_custodian],
      organisation: [PEOPLE.organisation, PEOPLE.system_operator],
      auditor: [PEOPLE.auditor],
    },
  },
);
const justified = () => [...scores(), aJustification(), observe('system-declaration', both)];
const why = (evidence: Evidence[]) => new EvidenceIndex(evidence, NOW).all('approval')[0]?.unreliable;

describe('an approval of one’s own work', () => {
  test('does not show 5.2.3-2, whatever roles its author holds', () => {
    const own = [...justified(), approvalOf(aJustification(), { actor: PEOPLE.system_operator })];
    const verdict = assessDuty('5.2.3-2/a', own);
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.text).toContain(`${PEOPLE.system_operator} approved what they said themselves`);
    expect(assessDuty('5.2.3-2/a', [...justified(), approvalOf(aJustification())]).verdict).toBe('pass');
  });
  test('is told whatever the case of the address', () => {
    expect(why([aJustification(), approvalOf(aJustification(), { actor: 'OPS@example.org' })])).toContain(
      'said themselves',
    );
  });
  test('counts as a rejection: the author withdraws', () => {
    const rejected = approvalOf(
      aJustification(),
      { actor: PEOPLE.system_operator, age: 1 },
      { decision: 'rejected' },
    );
    const evidence = [...justified(), approvalOf(aJustification()), rejected];
    expect(assessDuty('5.2.3-2/a', evidence).verdict).toBe('fail');
  });
  test('of a plan is told by the text that both name', () => {
    const plan = observe(
      'plan',
      {
        kind: 'disaster_recovery',
        version: '2',
        owner: PEOPLE.system_operator,
        revisedAt: daysAgo(5),
        nextReviewAt: daysAgo(-90),
        scenarios: [],
        history: [],
        releases: [],
        contacts: [],
      },
      { role: 'system_operator' },
    );
    const { sha256 } = plan.statement.subject[0]?.digest ?? {};
    const of = { ...aJustification(), id: `sha256:${sha256}` as const };
    expect(why([plan, approvalOf(of, { actor: PEOPLE.system_operator }, { of: 'plan' })])).toContain('plan');
    expect(why([plan, approvalOf(of, {}, { of: 'plan' })])).toBeUndefined();
  });
  test('of a disposal is told by its event', () => {
    const event = happened('decommissioning');
    const approval = (actor: string) =>
      approvalOf(event, { actor, role: 'data_custodian' }, { of: 'disposal', target: 'END-1' });
    expect(why([event, approval('ops@example.org')])).toContain('lifecycle-event');
    expect(why([event, approval(PEOPLE.data_custodian)])).toBeUndefined();
  });
});

test('a Developer approves nothing as Data Custodian of the same system', () => {
  const event = happened('decommissioning');
  const roles = { ...both.roles, data_custodian: [PEOPLE.data_custodian, PEOPLE.developer] };
  const declared = observe('system-declaration', declaration({}, { roles }));
  const approval = (actor: string) =>
    approvalOf(event, { actor, role: 'data_custodian' }, { of: 'disposal', target: 'END-1' });
  expect(why([event, declared, approval(PEOPLE.developer)])).toContain('is a Developer of this system');
  expect(why([event, declared, approval(PEOPLE.data_custodian)])).toBeUndefined();
});

test('a Developer lets no use of data through as Data Custodian, but may refuse it', () => {
  const roles = { ...both.roles, data_custodian: [PEOPLE.data_custodian, PEOPLE.developer] };
  const declared = observe('system-declaration', declaration({}, { roles }));
  const use = (actor: string, decision: 'allowed' | 'refused') => {
    const content = {
      dataset: 'dataset:tickets',
      use: 'support-bot',
      exposure: 'public' as const,
      decision,
      requiredControls: [],
      reason: 'It was looked at with the contract at hand',
    };
    const decided = observe('data-use-decision', content, { actor, role: 'data_custodian' });
    return new EvidenceIndex([declared, decided], NOW).all('data-use-decision')[0]?.unreliable;
  };
  expect(use(PEOPLE.developer, 'allowed')).toContain('is a Developer of this system');
  expect(use(PEOPLE.developer, 'refused')).toBeUndefined();
  expect(use(PEOPLE.data_custodian, 'allowed')).toBeUndefined();
});

describe('approvals on a request', () => {
  const SECOND = 'ciso2@example.org';
  const roles = { ...both.roles, organisation: [...both.roles.organisation, SECOND] };
  const declared = observe('system-declaration', declaration({}, { roles }));
  const stated = () => [...scores(), aJustification(), declared];
  const given = (
    options: ObserveOptions,
    outstanding: number,
    more: Partial<Content<'approval'>> & { needed?: number } = {},
  ) => {
    const { needed, ...content } = more;
    const request = { id: 'r1', step: 1, outstanding, ...(needed === undefined ? {} : { needed }) };
    return approvalOf(aJustification(), options, { request, ...content });
  };
  const first = given({ age: 3 }, 1);
  const second = given({ age: 1, actor: SECOND }, 0);
  const verdict = (...approvals: Evidence[]) => assessDuty('5.2.3-2/a', [...stated(), ...approvals]);

  test('decide nothing while somebody is outstanding', () => {
    expect(verdict(first).verdict).toBe('inconclusive');
    expect(verdict(first).text).toContain('request r1 waited for 1 more');
  });
  test('count together once the last one stands', () => {
    expect(verdict(first, second).verdict).toBe('pass');
  });
  test('the last one of another request completes nothing', () => {
    const other = given({ age: 1, actor: SECOND }, 0, {
      target: 'component:pypi/else',
      request: { id: 'r2', step: 1, outstanding: 0 },
    });
    expect(verdict(first, other).verdict).toBe('inconclusive');
  });
  test('a last one that is itself worth nothing completes nothing', () => {
    expect(verdict(first, given({ age: 1, actor: PEOPLE.system_operator }, 0)).verdict).toBe('inconclusive');
  });
  test.each([
    ['the same person again', given({ age: 1 }, 0)],
    ['somebody without the role', given({ age: 1, actor: 'mallory@example.org' }, 0)],
    ['nobody by name', anonymous(second)],
    ['another target', given({ age: 1, actor: SECOND }, 0, { target: 'component:pypi/else' })],
    ['something of another kind', given({ age: 1, actor: SECOND }, 0, { of: 'release' })],
    [
      'another subject',
      approvalOf(
        { ...aJustification(), id: `sha256:${'a'.repeat(64)}` },
        { age: 1, actor: SECOND },
        {
          request: { id: 'r1', step: 1, outstanding: 0 },
        },
      ),
    ],
  ])('are not completed by %s', (_, last) => {
    expect(verdict(first, last).verdict).toBe('inconclusive');
    expect(
      new EvidenceIndex([declared, first, last], NOW).all('approval').find(({ id }) => id === first.id),
    ).toMatchObject({
      unreliable: expect.stringContaining('by 1 of 2 people'),
    });
  });

  test.each([undefined, 2])('lose their weight when one of them is withdrawn (needed: %s)', (needed) => {
    const more = needed === undefined ? {} : { needed };
    const one = given({ age: 3 }, 1, more);
    const last = given({ age: 1, actor: SECOND }, 0, more);
    const withdrawn = observe(
      'retraction',
      { of: one.id, reason: 'I had read an older text of it' },
      { role: 'organisation', age: 0 },
    );
    expect(verdict(one, last).verdict).toBe('pass');
    expect(verdict(one, last, withdrawn).verdict).toBe('inconclusive');
    expect(verdict(one, last, withdrawn).text).toContain('by 1 of 2 people');
  });

  test('say how many are needed, and count for nothing where fewer are recorded', () => {
    expect(verdict(given({ age: 1, actor: SECOND }, 0, { needed: 2 })).verdict).toBe('inconclusive');
    expect(verdict(given({ age: 1, actor: SECOND }, 0, { needed: 1 })).verdict).toBe('pass');
  });
});

/** The same without an actor. */
function anonymous(evidence: Evidence): Evidence {
  const { actor: _, ...predicate } = evidence.statement.predicate;
  return { ...evidence, id: `sha256:${'b'.repeat(64)}`, statement: { ...evidence.statement, predicate } };
}

describe('a lifecycle event that names the custodian as who did it', () => {
  const event = happened('decommissioning');
  const declared = observe('system-declaration', both);
  const approval = approvalOf(
    event,
    { actor: PEOPLE.data_custodian, role: 'data_custodian' },
    { of: 'disposal', target: 'END-1' },
  );
  const forged = (options: ObserveOptions) =>
    observe(
      'lifecycle-event',
      {
        event: 'decommissioning',
        id: 'END-1',
        at: daysAgo(10),
        by: PEOPLE.data_custodian,
        asset: 'model:org/base-7b',
        kind: 'model',
        inputs: [],
        outputs: [],
      },
      { age: 2, ...options },
    );

  test('takes nothing from their approval where nobody who holds a role says so', () => {
    for (const said of [forged({}), forged({ role: 'developer', actor: 'mallory@example.org' })])
      expect(why([event, declared, said, approval])).toBeUndefined();
  });
  test('makes it their own work where somebody in a role says so, or Custos saw it', () => {
    for (const said of [forged({ role: 'system_operator' }), forged({ producer: 'custos' })])
      expect(why([event, declared, said, approval])).toContain('said themselves');
  });
});
