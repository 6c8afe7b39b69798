/** Requests for decisions through the API: who may ask and decide, in which order, and what becomes of them. */
import {
  createDelegation,
  createRequest,
  decideRequest,
  getRequest,
  listDelegations,
  listRequests,
  RequestDetail,
  RequestSummary,
  recordObservations,
  revokeDelegation,
  withdrawRequest,
} from '@custos/contract';
import { type Ask, type AskedStep, type Content, DAY, type DeciderRole } from '@custos/core';
import { requestsDue, voidBroken } from '@custos/engine';
import { replaceSystemRoles } from '@custos/store';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FINGERPRINT, REF, record, risk, scan } from '../testing/evidence.ts';
import { openWorld, type PersonName, type World } from '../testing/world.ts';

let world: World;
/** Milliseconds that the clock of the service is moved by. */
let skew = 0;
const clock = { now: () => new Date(Date.now() + skew).toISOString() };
const ahead = (days: number) => new Date(Date.now() + skew + days * DAY).toISOString();
const params = { organisation: 'acme', system: 'chatbot' };
const REASON = 'It was read from the first word to the last';

beforeAll(async () => {
  world = await openWorld({ clock });
  await record(world, 'scan-result', scan());
});
afterAll(() => world.close());

async function roles(assigned: Partial<Record<PersonName, readonly DeciderRole[]>>): Promise<void> {
  const rows = Object.entries(assigned).flatMap(([who, held]) =>
    held.map((role) => ({ person: `${who}@acme.example`, role })),
  );
  await world.service.context.database.within('acme', (control) => replaceSystemRoles(control, REF, rows));
}
beforeEach(async () => {
  skew = 0;
  // Three who run it, so that a quorum can be asked of them.
  await roles({
    developer: ['developer'],
    operator: ['system_operator'],
    contributor: ['system_operator'],
    viewer: ['system_operator'],
    custodian: ['data_custodian'],
  });
});

const RELEASE: Ask = { kind: 'approval', of: 'release', seal: { is: 'fingerprint', target: 'release 1' } };
const OPERATOR: AskedStep = { role: 'system_operator', needed: 1 };

interface Asked {
  ask?: Ask;
  steps?: AskedStep[];
  dueAt?: string;
  title?: string;
}
function asks(who: PersonName, { ask = RELEASE, steps = [OPERATOR], dueAt = ahead(7), title }: Asked = {}) {
  return world.call(who, createRequest, {
    params,
    body: { title: title ?? 'Release 1', note: 'The tests of release 1 are all green', ask, steps, dueAt },
  });
}
async function asked(who: PersonName, more: Asked = {}): Promise<RequestDetail> {
  const response = await asks(who, more);
  const answer = await response.json();
  expect(response.status, JSON.stringify(answer)).toBe(201);
  return read(who, RequestSummary.parse(answer).id);
}
async function read(who: PersonName, request: string): Promise<RequestDetail> {
  const response = await world.call(who, getRequest, { params: { ...params, request } });
  expect(response.status).toBe(200);
  return RequestDetail.parse(await response.json());
}
interface Word {
  role?: DeciderRole;
  decision?: 'approved' | 'rejected';
  sealed?: RequestDetail['sealed']['digest'];
  reason?: string;
  requiredControls?: string[];
}
function decides(who: PersonName, { id, sealed }: RequestDetail, word: Word = {}) {
  return world.call(who, decideRequest, {
    params: { ...params, request: id },
    body: {
      role: 'system_operator',
      decision: 'approved',
      reason: REASON,
      sealed: sealed.digest,
      ...word,
    },
  });
}
async function codeOf(response: Response): Promise<[number, string]> {
  const body: unknown = await response.json();
  return [response.status, String(Object(body).code)];
}
async function approvals(
  request: string,
): Promise<(Content<'approval'> & { by: string; subject: string })[]> {
  const { evidence } = await world.service.assessor.evidence(REF);
  return evidence.flatMap(({ statement }) => {
    const { content, actor } = statement.predicate;
    const approval = content as Content<'approval'>;
    return statement.predicateType.includes(':approval:') && approval.request?.id === request
      ? [{ ...approval, by: actor?.id ?? '', subject: statement.subject[0]?.digest.sha256 ?? '' }]
      : [];
  });
}

function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}

describe('a request', () => {
  test('is made, shown, decided, and leaves one approval over the sealed digest', async () => {
    const request = await asked('developer');
    expect(request).toMatchObject({
      status: 'open',
      sealed: { digest: FINGERPRINT, content: { system: 'chatbot', fingerprint: FINGERPRINT } },
      waitsFor: ['contributor@acme.example', 'operator@acme.example', 'viewer@acme.example'],
      you: { withdraw: true },
    });
    const response = await decides('operator', request);
    expect(response.status).toBe(200);
    const after = RequestDetail.parse(await response.json());
    expect(after).toMatchObject({
      status: 'approved',
      outcome: REASON,
      waitsFor: [],
      decisions: [{ person: 'operator@acme.example', decision: 'approved', role: 'system_operator' }],
    });
    expect(await approvals(request.id)).toMatchObject([
      {
        of: 'release',
        decision: 'approved',
        by: 'operator@acme.example',
        subject: FINGERPRINT.slice(7),
        request: { step: 1, outstanding: 0 },
      },
    ]);
  });

  test('is rejected with a reason, and closed by that', async () => {
    const request = await asked('developer');
    const reason = 'The latency test of release 1 was never run';
    expect((await decides('operator', request, { decision: 'rejected', reason })).status).toBe(200);
    expect(await read('developer', request.id)).toMatchObject({ status: 'rejected', outcome: reason });
    expect(await codeOf(await decides('viewer', request))).toEqual([409, 'CONFLICT']);
    expect(await approvals(request.id)).toMatchObject([{ decision: 'rejected', reason }]);
  });

  test('needs a reason that says something', async () => {
    const request = await asked('developer');
    expect(await codeOf(await decides('operator', request, { reason: 'ok' }))).toEqual([422, 'INVALID']);
    expect(await codeOf(await decides('operator', request, { reason: `${' '.repeat(30)}ok` }))).toEqual([
      422,
      'INVALID',
    ]);
  });

  test('is decided with the sealed digest in front of oneself', async () => {
    const request = await asked('developer');
    const sealed = `sha256:${'0'.repeat(64)}` as const;
    expect(await codeOf(await decides('operator', request, { sealed }))).toEqual([409, 'CONFLICT']);
  });

  test('is withdrawn by who made it, and by nobody else', async () => {
    const request = await asked('developer');
    const call = {
      params: { ...params, request: request.id },
      body: { reason: 'Another release comes first now' },
    };
    expect(await codeOf(await world.call('operator', withdrawRequest, call))).toEqual([403, 'NOT_YOURS']);
    expect((await world.call('developer', withdrawRequest, call)).status).toBe(200);
    expect((await read('developer', request.id)).status).toBe('withdrawn');
    expect(await codeOf(await world.call('developer', withdrawRequest, call))).toEqual([409, 'CONFLICT']);
    expect(await codeOf(await decides('operator', request))).toEqual([409, 'CONFLICT']);
  });

  test('refuses what can not be decided', async () => {
    const refused = async (more: Asked) => (await codeOf(await asks('developer', more))).join(' ');
    expect(await refused({ dueAt: ahead(-1) })).toBe('422 INVALID');
    expect(await refused({ dueAt: ahead(900) })).toBe('422 INVALID');
    expect(await refused({ steps: [] })).toBe('422 INVALID');
    // A Developer's word on a release counts for no duty.
    expect(await refused({ steps: [{ role: 'developer', needed: 1 }] })).toBe('422 INVALID');
    // Four of three.
    expect(await refused({ steps: [{ role: 'system_operator', needed: 4 }] })).toBe('422 NOBODY_TO_ASK');
    const people = ['custodian@acme.example'];
    expect(await refused({ steps: [{ ...OPERATOR, people }] })).toBe('422 INVALID');
    const strangers = ['stranger@rival.example'];
    expect(await refused({ steps: [{ ...OPERATOR, people: strangers }] })).toBe('422 INVALID');
    const seal = { is: 'content', target: 'x', content: 'no fingerprint' } as const;
    expect(await refused({ ask: { kind: 'approval', of: 'release', seal } })).toBe('422 INVALID');
    const observation = `sha256:${'1'.repeat(64)}` as const;
    expect(
      await refused({
        ask: { kind: 'approval', of: 'plan', seal: { is: 'observation', observation } },
      }),
    ).toBe('422 INVALID');
    expect(await refused({ ask: { kind: 'waiver', duty: '9.9.9/z', expiresAt: ahead(9) } })).toBe(
      '422 INVALID',
    );
  });
});

describe('separation of duties', () => {
  test('who asks does not decide', async () => {
    const request = await asked('operator');
    expect(await codeOf(await decides('operator', request))).toEqual([403, 'SELF_APPROVAL']);
    expect((await decides('viewer', request)).status).toBe(200);
  });

  test('who wrote what is approved does not decide, also when somebody else asks', async () => {
    const observation = await record(
      world,
      'plan',
      {
        kind: 'disaster_recovery',
        version: '3',
        owner: 'operator@acme.example',
        revisedAt: clock.now(),
        nextReviewAt: ahead(100),
        scenarios: [],
        history: [],
        releases: [],
        contacts: [],
      },
      { actor: { id: 'operator@acme.example', role: 'system_operator' } },
    );
    const ask: Ask = { kind: 'approval', of: 'plan', seal: { is: 'observation', observation } };
    const request = await asked('developer', { ask });
    expect(await codeOf(await decides('operator', request))).toEqual([403, 'SELF_APPROVAL']);
    expect((await decides('contributor', request)).status).toBe(200);
  });

  test('nobody decides in a role that they do not hold', async () => {
    const request = await asked('developer');
    expect(await codeOf(await decides('custodian', request))).toEqual([403, 'ROLE']);
    expect(await codeOf(await decides('custodian', request, { role: 'data_custodian' }))).toEqual([
      403,
      'NOT_YOUR_TURN',
    ]);
    expect(await codeOf(await decides('auditor', request))).toEqual([403, 'NOT_ALLOWED']);
  });

  test('a Developer does not decide as Data Custodian, whatever else they hold', async () => {
    await roles({
      developer: ['developer'],
      operator: ['system_operator'],
      custodian: ['data_custodian', 'developer'],
      contributor: ['data_custodian'],
    });
    const ask: Ask = {
      kind: 'data_use',
      dataset: 'questions',
      sensitivity: 'internal',
      personalData: false,
      requiredControls: [],
    };
    const steps: AskedStep[] = [{ role: 'data_custodian', needed: 1 }];
    const request = await asked('operator', { ask, steps });
    expect(request.waitsFor).toEqual(['contributor@acme.example']);
    const waiting = async (who: PersonName) => {
      const query = { mine: 'waiting' } as const;
      const response = await world.call(who, listRequests, { params: { organisation: 'acme' }, query });
      return listRequests.response.parse(await response.json()).items.map(({ id }) => id);
    };
    expect(await waiting('custodian')).not.toContain(request.id);
    expect(await waiting('contributor')).toContain(request.id);
    const word = { role: 'data_custodian' } as const;
    expect(await codeOf(await decides('custodian', request, word))).toEqual([403, 'ROLE_CONFLICT']);
    expect((await decides('contributor', request, word)).status).toBe(200);
    // Nor can one be asked who is the only one.
    await roles({ operator: ['system_operator'], custodian: ['data_custodian', 'developer'] });
    expect(await codeOf(await asks('operator', { ask, steps }))).toEqual([422, 'NOBODY_TO_ASK']);
  });

  test('a role that was taken away decides nothing', async () => {
    const request = await asked('developer');
    await roles({ developer: ['developer'], operator: ['system_operator'] });
    expect(await codeOf(await decides('viewer', request))).toEqual([403, 'NOT_ALLOWED']);
  });

  test('training that is out of date suspends the right', async () => {
    const request = await asked('developer');
    expect((await read('operator', request.id)).you.decide).toMatchObject([
      { may: true, training: { state: 'no_programme' } },
    ]);
    const said = { ledger: { organisation: 'acme' }, producer: 'lms' } as const;
    const about = (type: 'system_operator') => ({ role: type, modules: ['running-ai'], rationale: REASON });
    const programme = {
      modules: [],
      curricula: [about('system_operator')],
      reviewedAt: clock.now(),
    };
    const passed = (completedAt: string) =>
      record(
        world,
        'training-completion',
        {
          person: 'operator@acme.example',
          module: 'running-ai',
          moduleVersion: '1',
          completedAt,
          passed: true,
        },
        said,
      );
    await record(world, 'training-programme', programme, said);
    expect(await codeOf(await decides('operator', request))).toEqual([403, 'TRAINING_EXPIRED']);
    await passed(ahead(-400));
    expect(await codeOf(await decides('operator', request))).toEqual([403, 'TRAINING_EXPIRED']);
    expect((await read('operator', request.id)).you.decide).toMatchObject([
      { may: false, code: 'TRAINING_EXPIRED', training: { state: 'expired' } },
    ]);
    await passed(ahead(-1));
    expect((await decides('operator', request)).status).toBe(200);
    await record(world, 'training-programme', { ...programme, curricula: [] }, said);
  });
});

describe('steps', () => {
  test('are taken in order, and each needs its number', async () => {
    const request = await asked('administrator', {
      steps: [
        { role: 'developer', needed: 1 },
        { role: 'system_operator', needed: 2 },
      ],
    });
    expect(await codeOf(await decides('operator', request))).toEqual([403, 'NOT_YOUR_TURN']);
    expect((await decides('developer', request, { role: 'developer' })).status).toBe(200);
    expect((await decides('operator', request)).status).toBe(200);
    expect(await codeOf(await decides('operator', request))).toEqual([409, 'ALREADY_DECIDED']);
    expect(await read('developer', request.id)).toMatchObject({ status: 'open', step: 2 });
    expect((await approvals(request.id)).map((one) => one.request?.outstanding)).toEqual([2, 1]);
    expect((await decides('viewer', request)).status).toBe(200);
    expect((await read('developer', request.id)).status).toBe('approved');
  });

  test('ask people by name', async () => {
    const request = await asked('developer', {
      steps: [{ ...OPERATOR, people: ['Operator@acme.example'] }],
    });
    expect(request.waitsFor).toEqual(['operator@acme.example']);
    expect(await codeOf(await decides('viewer', request))).toEqual([403, 'NOT_ASKED']);
    expect((await decides('operator', request)).status).toBe(200);
  });

  test('a rejection at any step ends it', async () => {
    const request = await asked('developer', { steps: [OPERATOR, { role: 'organisation', needed: 1 }] });
    expect((await decides('operator', request, { decision: 'rejected' })).status).toBe(200);
    expect((await read('developer', request.id)).status).toBe('rejected');
    expect(await codeOf(await decides('administrator', request, { role: 'organisation' }))).toEqual([
      409,
      'CONFLICT',
    ]);
  });
});

test('nobody records an approval on a request past the request', async () => {
  const request = await asked('developer', { steps: [{ ...OPERATOR, needed: 2 }] });
  const response = await world.call('operator', recordObservations, {
    params,
    body: {
      observations: [
        {
          type: 'approval',
          role: 'system_operator',
          content: {
            of: 'release',
            target: 'release 1',
            decision: 'approved',
            reason: REASON,
            request: { id: request.id, step: 1, outstanding: 0 },
          },
        },
      ],
    },
  });
  expect(await codeOf(response)).toEqual([422, 'EVIDENCE_PRODUCER']);
});

describe('many at once', () => {
  test('each person counts once, however often they send it', async () => {
    const request = await asked('developer', { steps: [{ ...OPERATOR, needed: 2 }] });
    const responses = await Promise.all(Array.from({ length: 8 }, () => decides('operator', request)));
    expect(sorted(responses.map(({ status }) => status))).toEqual([200, ...Array(7).fill(409)]);
    const after = await read('developer', request.id);
    expect(after).toMatchObject({ status: 'open', decisions: [{ person: 'operator@acme.example' }] });
    expect(await approvals(request.id)).toHaveLength(1);
  });

  test('no word is lost, and there is one last word', async () => {
    const request = await asked('developer', { steps: [{ ...OPERATOR, needed: 2 }] });
    const responses = await Promise.all(
      (['operator', 'contributor', 'viewer'] as const).map((who) => decides(who, request)),
    );
    // The third finds the quorum complete.
    expect(sorted(responses.map(({ status }) => status))).toEqual([200, 200, 409]);
    const after = await read('developer', request.id);
    expect(after.status).toBe('approved');
    expect(after.decisions).toHaveLength(2);
    const given = await approvals(request.id);
    expect(sorted(given.map((one) => one.request?.outstanding ?? -1))).toEqual([0, 1]);
    expect(new Set(given.map(({ by }) => by)).size).toBe(2);
  });

  test('an approval and a rejection at once: one closes it, both or one stands', async () => {
    const request = await asked('developer');
    const [yes, no] = await Promise.all([
      decides('operator', request),
      decides('viewer', request, { decision: 'rejected' }),
    ]);
    expect(sorted([yes.status, no.status])).toEqual([200, 409]);
    expect(await approvals(request.id)).toHaveLength(1);
    const after = await read('developer', request.id);
    expect(after.status).toBe(yes.status === 200 ? 'approved' : 'rejected');
  });

  test('two risks accepted at once both stand in the register', async () => {
    await record(
      world,
      'risk-tolerance',
      { tolerance: 5, statement: REASON, costReasoning: REASON },
      { actor: { id: 'administrator@acme.example', role: 'organisation' } },
    );
    await record(
      world,
      'risk-register',
      { risks: [risk(), risk({ id: 'R-2' })], tolerance: 5, reviewedAt: clock.now() },
      { actor: { id: 'developer@acme.example', role: 'developer' } },
    );
    const requests = await Promise.all(
      ['R-1', 'R-2'].map((id) =>
        asked('developer', { ask: { kind: 'risk_acceptance', risk: id, until: ahead(30) } }),
      ),
    );
    const responses = await Promise.all(requests.map((request) => decides('operator', request)));
    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
    const { evidence } = await world.service.assessor.evidence(REF);
    const register = evidence
      .filter(({ statement }) => statement.predicateType.includes(':risk-register:'))
      .sort((a, b) => (a.statement.predicate.observedAt < b.statement.predicate.observedAt ? 1 : -1))[0];
    expect(register?.statement.predicate.content).toMatchObject({
      risks: [
        { id: 'R-1', treatment: 'accept' },
        { id: 'R-2', treatment: 'accept' },
      ],
    });
  });
});

describe('a change after the sealing', () => {
  test('another register than the one before the decider, and one by somebody without a say', async () => {
    const register = (actor: { id: string; role: DeciderRole }, ...risks: ReturnType<typeof risk>[]) =>
      record(world, 'risk-register', { risks, tolerance: 5, reviewedAt: clock.now() }, { actor });
    const developer = { id: 'developer@acme.example', role: 'developer' } as const;
    await record(
      world,
      'risk-tolerance',
      { tolerance: 5, statement: REASON, costReasoning: REASON },
      { actor: { id: 'administrator@acme.example', role: 'organisation' } },
    );
    await register(developer, risk(), risk({ id: 'R-2', residual: 9 }));
    const ask: Ask = { kind: 'risk_acceptance', risk: 'R-1', until: ahead(30) };
    const request = await asked('developer', { ask });
    const harmless = [risk(), risk({ id: 'R-2', residual: 0, level: 'low' })];
    await register({ id: 'custodian@acme.example', role: 'data_custodian' }, ...harmless);
    await register({ id: 'custodian@acme.example', role: 'developer' }, ...harmless);
    expect((await read('operator', request.id)).broken).toBeUndefined();
    expect((await decides('operator', request)).status).toBe(200);
    const { evidence } = await world.service.assessor.evidence(REF);
    const accepted = evidence.filter(({ statement: { predicateType, predicate } }) => {
      return predicateType.includes(':risk-register:') && predicate.source === `request ${request.id}`;
    });
    expect(accepted.map(({ statement }) => statement.predicate.content)).toMatchObject([
      {
        risks: [
          { id: 'R-1', treatment: 'accept' },
          { id: 'R-2', residual: 9 },
        ],
      },
    ]);
    const second = await asked('developer', { ask });
    await register(developer, ...harmless);
    expect((await read('operator', second.id)).broken).toContain('another entry of the register');
    expect(await codeOf(await decides('operator', second))).toEqual([410, 'REQUEST_VOID']);
  });

  test('voids what is open, and shows that what was approved is not covered', async () => {
    const open = await asked('developer');
    const approved = await asked('developer');
    expect((await decides('operator', approved)).status).toBe(200);
    const other = `sha256:${'f'.repeat(64)}` as const;
    await record(world, 'scan-result', scan({ fingerprint: other }), {
      subject: { name: 'chatbot', digest: other },
    });
    expect((await read('operator', open.id)).broken).toContain('another fingerprint');
    expect(await codeOf(await decides('operator', open))).toEqual([410, 'REQUEST_VOID']);
    expect(await read('operator', open.id)).toMatchObject({ status: 'void' });
    expect(await codeOf(await decides('viewer', open))).toEqual([409, 'CONFLICT']);
    expect(await approvals(open.id)).toEqual([]);
    expect(await read('operator', approved.id)).toMatchObject({
      status: 'approved',
      broken: expect.stringContaining('another fingerprint'),
    });
    await record(world, 'scan-result', scan(), { observedAt: ahead(0) });
  });

  test('a newer record of the same thing', async () => {
    const plan = (version: string) =>
      record(
        world,
        'plan',
        {
          kind: 'contingency',
          version,
          owner: 'developer@acme.example',
          revisedAt: clock.now(),
          nextReviewAt: ahead(100),
          scenarios: [],
          history: [],
          releases: [],
          contacts: [],
        },
        { actor: { id: 'developer@acme.example', role: 'developer' } },
      );
    const observation = await plan('1');
    const ask: Ask = { kind: 'approval', of: 'plan', seal: { is: 'observation', observation } };
    const request = await asked('developer', { ask });
    await plan('2');
    expect((await read('operator', request.id)).broken).toContain('a newer record took its place');
    expect(await codeOf(await asks('developer', { ask }))).toEqual([422, 'INVALID']);
    expect(await voidBroken(world.service, REF)).toContain(request.id);
    expect((await read('operator', request.id)).status).toBe('void');
  });

  test('the declaration', async () => {
    const seal = { is: 'declaration' } as const;
    const request = await asked('developer', { ask: { kind: 'approval', of: 'change', seal } });
    expect((await read('operator', request.id)).broken).toBeUndefined();
    const { context } = world.service;
    const change = (purpose: string) =>
      context.database.within('acme', async (control) => {
        const row = await control
          .selectFrom('systems')
          .select('declaration')
          .where('system', '=', 'chatbot')
          .executeTakeFirstOrThrow();
        const declaration = JSON.stringify({ ...JSON.parse(row.declaration), purpose });
        await control.updateTable('systems').set({ declaration }).where('system', '=', 'chatbot').execute();
      });
    await change('Answers questions of customers and orders goods for them');
    expect((await read('operator', request.id)).broken).toContain('the declaration was changed');
    expect(await codeOf(await decides('operator', request))).toEqual([410, 'REQUEST_VOID']);
  });
});

describe('delegation', () => {
  const give = (
    who: PersonName,
    to: string,
    more: { role?: DeciderRole; endsAt?: string; startsAt?: string } = {},
  ) =>
    world.call(who, createDelegation, {
      params,
      body: {
        to,
        role: 'system_operator',
        reason: 'On leave until the end of the month',
        endsAt: ahead(10),
        ...more,
      },
    });

  test('lets somebody in the same role decide in one’s place, until it ends', async () => {
    const steps = [{ ...OPERATOR, people: ['operator@acme.example'] }];
    const request = await asked('developer', { steps });
    expect(await codeOf(await decides('viewer', request))).toEqual([403, 'NOT_ASKED']);
    const given = await give('operator', 'viewer@acme.example');
    expect(given.status).toBe(201);
    const { id } = Object(await given.json());
    const list = await world.call('developer', listDelegations, { params });
    expect(await list.json()).toMatchObject({ items: [{ id, from: 'operator@acme.example' }] });
    expect((await read('viewer', request.id)).you.decide).toMatchObject([
      { may: true, onBehalfOf: 'operator@acme.example' },
    ]);
    skew = 11 * DAY;
    expect(await codeOf(await decides('viewer', request))).toEqual([403, 'NOT_ASKED']);
    skew = 0;
    expect((await decides('viewer', request)).status).toBe(200);
    expect(await read('viewer', request.id)).toMatchObject({
      decisions: [{ person: 'viewer@acme.example', onBehalfOf: 'operator@acme.example' }],
    });
    const revoke = (who: PersonName) =>
      world.call(who, revokeDelegation, { params: { ...params, delegation: String(id) } });
    expect((await revoke('viewer')).status).toBe(404);
    expect((await revoke('operator')).status).toBe(204);
    const again = await asked('developer', { steps });
    expect(await codeOf(await decides('viewer', again))).toEqual([403, 'NOT_ASKED']);
  });

  test('one who is asked counts once, by their own word or by another’s hand', async () => {
    const given = await give('operator', 'viewer@acme.example');
    const steps = [{ ...OPERATOR, needed: 2, people: ['operator@acme.example', 'contributor@acme.example'] }];
    const request = await asked('developer', { steps });
    expect((await decides('viewer', request)).status).toBe(200);
    expect((await approvals(request.id))[0]?.request).toMatchObject({ onBehalfOf: 'operator@acme.example' });
    const after = await read('operator', request.id);
    expect(after.waitsFor).toEqual(['contributor@acme.example']);
    const waiting = async (who: PersonName) => {
      const query = { mine: 'waiting' } as const;
      const response = await world.call(who, listRequests, { params: { organisation: 'acme' }, query });
      return listRequests.response.parse(await response.json()).items.map(({ id }) => id);
    };
    expect(await waiting('operator')).not.toContain(request.id);
    expect(await codeOf(await decides('operator', request))).toEqual([409, 'ALREADY_DECIDED']);
    expect((await read('developer', request.id)).status).toBe('open');
    // And the other way round: who decided themselves has nothing left to delegate.
    const second = await asked('developer', { steps });
    expect((await decides('operator', second)).status).toBe(200);
    expect(await waiting('viewer')).not.toContain(second.id);
    expect(await codeOf(await decides('viewer', second))).toEqual([403, 'NOT_ASKED']);
    await world.call('operator', revokeDelegation, {
      params: { ...params, delegation: String(Object(await given.json()).id) },
    });
  });

  test('gives nobody what one does not have', async () => {
    expect(await codeOf(await give('operator', 'custodian@acme.example'))).toEqual([422, 'INVALID']);
    expect(await codeOf(await give('custodian', 'viewer@acme.example'))).toEqual([403, 'ROLE']);
    expect(await codeOf(await give('operator', 'operator@acme.example'))).toEqual([422, 'INVALID']);
    expect(await codeOf(await give('operator', 'viewer@acme.example', { endsAt: ahead(-1) }))).toEqual([
      422,
      'INVALID',
    ]);
    expect(await codeOf(await give('operator', 'viewer@acme.example', { endsAt: ahead(120) }))).toEqual([
      422,
      'INVALID',
    ]);
    expect(await codeOf(await give('operator', 'stranger@rival.example'))).toEqual([422, 'INVALID']);
  });

  test('does not let one’s own work through by another’s hand', async () => {
    const given = await give('operator', 'viewer@acme.example');
    const steps = [{ ...OPERATOR, people: ['operator@acme.example', 'contributor@acme.example'] }];
    const request = await asked('operator', { steps });
    expect(await codeOf(await decides('viewer', request))).toEqual([403, 'NOT_ASKED']);
    await world.call('operator', revokeDelegation, {
      params: { ...params, delegation: String(Object(await given.json()).id) },
    });
  });
});

describe('lists and reminders', () => {
  const list = async (who: PersonName, query: object = {}) => {
    const response = await world.call(who, listRequests, { params: { organisation: 'acme' }, query });
    expect(response.status).toBe(200);
    return Object(await response.json());
  };
  test('what waits for me, what I made, and pages in order of due date', async () => {
    const late = await asked('developer', { dueAt: ahead(30), title: 'Late' });
    const soon = await asked('developer', { dueAt: ahead(1), title: 'Soon' });
    const mine = await asked('operator', { dueAt: ahead(2), title: 'Mine' });
    const waiting = (await list('operator', { mine: 'waiting' })).items.map((one: RequestSummary) => one.id);
    expect(waiting.indexOf(soon.id)).toBeLessThan(waiting.indexOf(late.id));
    expect(waiting).toContain(soon.id);
    expect(waiting).not.toContain(mine.id);
    const made = (await list('operator', { mine: 'made', status: 'open' })).items;
    expect(made[0]).toMatchObject({ id: mine.id });
    for (const one of made) expect(one.requestedBy).toBe('operator@acme.example');
    expect((await list('custodian', { mine: 'waiting' })).items).toEqual([]);
    await decides('operator', soon);
    expect(
      (await list('operator', { mine: 'waiting' })).items.map((one: RequestSummary) => one.id),
    ).not.toContain(soon.id);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list('auditor', { limit: 3, ...(cursor ? { cursor } : {}) });
      ids.push(...page.items.map((one: RequestSummary) => one.id));
      cursor = page.next;
    } while (cursor);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual((await list('auditor', { limit: 200 })).items.map((one: RequestSummary) => one.id));
  });

  test('nobody sees requests on systems that they may not see', async () => {
    await roles({ developer: ['developer'], operator: ['system_operator'] });
    expect((await list('contributor')).items).toEqual([]);
    expect((await list('developer')).items.length).toBeGreaterThan(0);
    const other = await world.call('stranger', listRequests, { params: { organisation: 'rival' } });
    expect(await other.json()).toEqual({ items: [] });
  });

  test('a cursor that is none', async () => {
    const response = await world.call('auditor', listRequests, {
      params: { organisation: 'acme' },
      query: { cursor: 'bm9uc2Vuc2U' },
    });
    expect(await codeOf(response)).toEqual([422, 'INVALID']);
  });

  test('reminders say who is waited for, and what is overdue', async () => {
    const request = await asked('developer', { dueAt: ahead(1) });
    skew = 2 * DAY;
    const due = await requestsDue(world.service.context, 'acme', ahead(0));
    expect(due.find(({ row }) => row.request === request.id)).toMatchObject({
      overdue: true,
      waitsFor: expect.arrayContaining(['operator@acme.example']),
    });
    expect((await read('developer', request.id)).overdue).toBe(true);
    skew = 0;
    const early = await requestsDue(world.service.context, 'acme', ahead(0));
    expect(early.map(({ row }) => row.request)).not.toContain(request.id);
  });
});

describe('foreign ids', () => {
  test('a request is found under its own system and organisation only', async () => {
    const request = await asked('developer');
    const elsewhere = { organisation: 'rival', system: 'chatbot', request: request.id };
    expect((await world.call('stranger', getRequest, { params: elsewhere })).status).toBe(404);
    const word = {
      role: 'system_operator',
      decision: 'approved',
      reason: REASON,
      sealed: request.sealed.digest,
    } as const;
    const decided = await world.call('stranger', decideRequest, { params: elsewhere, body: word });
    expect(decided.status).toBe(404);
    const withdrawn = await world.call('stranger', withdrawRequest, {
      params: elsewhere,
      body: { reason: REASON },
    });
    expect(withdrawn.status).toBe(404);
    const unknown = { ...params, request: 'no-such-request' };
    expect((await world.call('operator', getRequest, { params: unknown })).status).toBe(404);
    expect((await read('developer', request.id)).status).toBe('open');
  });

  test('an observation of another organisation can not be sealed', async () => {
    const theirs = await record(world, 'scan-result', scan({ scope: 'theirs' }), {
      ledger: { organisation: 'rival', system: 'chatbot' },
    });
    const { evidence } = await world.service.assessor.evidence({ organisation: 'rival', system: 'chatbot' });
    expect(evidence.map(({ id }) => id)).toContain(theirs);
    const seal = { is: 'observation', observation: theirs } as const;
    const ask: Ask = { kind: 'approval', of: 'change', seal };
    expect(await codeOf(await asks('developer', { ask }))).toEqual([422, 'INVALID']);
  });

  test('the database lets no organisation see requests, tasks or delegations of another', async () => {
    await asked('developer');
    const { database } = world.service.context;
    for (const table of ['requests', 'request_steps', 'request_decisions', 'delegations', 'tasks'] as const) {
      const rows = await database.within('rival', (control) =>
        control.selectFrom(table).select('organisation').execute(),
      );
      expect(rows, table).toEqual([]);
    }
    const rows = await database.within('', (control) => control.selectFrom('tasks').selectAll().execute());
    expect(rows).toEqual([]);
  });
});

describe('clocks', () => {
  test('what a clock a little ahead stamped can be approved, and the approval is not older', async () => {
    const stamp = ahead(2 / 1440);
    const observation = await record(
      world,
      'design-assessment',
      {
        need: REASON,
        alternatives: REASON,
        risks: [],
        decidedAt: clock.now(),
        datasets: [],
        participants: [],
      },
      { actor: { id: 'developer@acme.example', role: 'developer' }, observedAt: stamp },
    );
    const ask: Ask = { kind: 'approval', of: 'design_assessment', seal: { is: 'observation', observation } };
    const request = await asked('developer', { ask });
    expect((await decides('operator', request)).status).toBe(200);
    const { evidence } = await world.service.assessor.evidence(REF);
    const approval = evidence.find(({ statement }) => statement.predicate.source === `request ${request.id}`);
    expect(approval?.statement.predicate.observedAt).toBe(stamp);
  });

  test('what is dated far ahead waits', async () => {
    const observation = await record(
      world,
      'design-assessment',
      {
        need: REASON,
        alternatives: REASON,
        risks: [],
        decidedAt: clock.now(),
        datasets: [],
        participants: [],
      },
      { actor: { id: 'developer@acme.example', role: 'developer' }, observedAt: ahead(1) },
    );
    const ask: Ask = { kind: 'approval', of: 'design_assessment', seal: { is: 'observation', observation } };
    const request = await asked('developer', { ask });
    expect(await codeOf(await decides('operator', request))).toEqual([409, 'CONFLICT']);
  });
});

describe('bad input', () => {
  const path = '/api/v1/organisations/acme/systems/chatbot/requests';
  const post = (body: string) =>
    world.send('developer', path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const withContent = (content: string, title = 'Odd') =>
    post(
      `{"title":${JSON.stringify(title)},"note":"It is odd on purpose, and says so","dueAt":"${ahead(3)}",` +
        `"steps":[{"role":"system_operator","needed":1}],"ask":{"kind":"approval","of":"change",` +
        `"seal":{"is":"content","target":"odd","content":${content}}}}`,
    );
  test.each([
    ['a name that is no name', '{"__proto__":{"a":1}}'],
    ['a NUL', '"a\\u0000b"'],
    ['half a character', '"a\\ud800b"'],
    ['a number beyond all', '1e999'],
    ['a hundred thousand brackets', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('%s is refused and breaks nothing', async (_, content) => {
    const response = await withContent(content);
    expect([400, 413, 422]).toContain(response.status);
  });
  test.each([
    ['names of the language', '{"constructor":"x","hasOwnProperty":1,"toString":null}'],
    ['markup and SQL', JSON.stringify(`<img src=x onerror=alert(1)>'; drop table requests; --`)],
    ['directions and joiners', JSON.stringify('\u202Egnp.exe\u200D\u0301')],
  ])('%s are sealed as they are', async (_, content) => {
    const response = await withContent(content, "'; drop table requests; --");
    expect(response.status).toBe(201);
    const request = await read('developer', RequestSummary.parse(await response.json()).id);
    expect(JSON.stringify(request.sealed.content)).toBe(JSON.stringify(JSON.parse(content)));
    expect(request.broken).toBeUndefined();
    expect((await decides('operator', request)).status).toBe(200);
  });
  test('the same person named twice counts once', async () => {
    const people = ['operator@acme.example', 'OPERATOR@acme.example'];
    expect(
      await codeOf(await asks('developer', { steps: [{ role: 'system_operator', needed: 2, people }] })),
    ).toEqual([422, 'NOBODY_TO_ASK']);
  });
});
