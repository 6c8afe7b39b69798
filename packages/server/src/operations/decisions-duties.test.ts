/** What people decide through the API moves the verdicts of the duties that read it. */
import { createRequest, decideRequest, getAssessment, getRequest, RequestDetail } from '@custos/contract';
import { type Ask, type AskedStep, DAY, type DeciderRole, type Verdict } from '@custos/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REF, record, risk, scan } from '../testing/evidence.ts';
import { openWorld, type PersonName, type World } from '../testing/world.ts';

let world: World;
const params = REF;
const ahead = (days: number) => new Date(Date.now() + days * DAY).toISOString();
const REASON = 'It was read from the first word to the last';

beforeAll(async () => {
  world = await openWorld();
  await record(world, 'scan-result', scan());
});
afterAll(() => world.close());

async function duty(id: string): Promise<{ verdict: Verdict; waived: boolean; text: string }> {
  const response = await world.call('auditor', getAssessment, { params });
  const { provisions } = getAssessment.response.parse(await response.json());
  const found = provisions.flatMap(({ duties }) => duties).find((one) => one.id === id);
  if (!found) throw new Error(`no duty ${id}`);
  const { verdict, waived, reasons } = found;
  return { verdict, waived, text: reasons.map(({ message }) => message).join('\n') };
}

async function asked(
  who: PersonName,
  ask: Ask,
  role: DeciderRole,
  more: Partial<AskedStep> = {},
): Promise<RequestDetail> {
  const response = await world.call(who, createRequest, {
    params,
    body: {
      title: 'To be decided',
      note: 'It is needed for the review of this quarter',
      ask,
      steps: [{ role, needed: 1, ...more }],
      dueAt: ahead(7),
    },
  });
  const made: unknown = await response.json();
  expect(response.status, JSON.stringify(made)).toBe(201);
  const request = String(Object(made).id);
  const read = await world.call(who, getRequest, { params: { ...params, request } });
  return RequestDetail.parse(await read.json());
}

async function decides(
  who: PersonName,
  request: RequestDetail,
  role: DeciderRole,
  word: { decision?: 'approved' | 'rejected'; reason?: string; requiredControls?: string[] } = {},
): Promise<[number, string]> {
  const response = await world.call(who, decideRequest, {
    params: { ...params, request: request.id },
    body: { role, decision: 'approved', reason: REASON, sealed: request.sealed.digest, ...word },
  });
  const answer: unknown = await response.json();
  return [response.status, String(Object(answer).code ?? Object(answer).status)];
}

describe('5.1.2-5: the Data Custodian decides on sensitivity and use', () => {
  const ask = (sensitivity: 'public' | 'internal'): Ask => ({
    kind: 'data_use',
    dataset: 'dataset:questions',
    sensitivity,
    personalData: false,
    requiredControls: [],
  });

  test('nobody decided yet, refused, then allowed, then for other data', async () => {
    expect((await duty('5.1.2-5/a')).verdict).toBe('inconclusive');
    const refused = await asked('developer', ask('internal'), 'data_custodian');
    expect(refused.sealed.content).toMatchObject({
      use: 'chatbot',
      exposure: 'public',
      sensitivity: 'internal',
    });
    const reason = 'Customers were never told that their questions train a model';
    expect(await decides('custodian', refused, 'data_custodian', { decision: 'rejected', reason })).toEqual([
      200,
      'rejected',
    ]);
    const allowed = await asked('developer', ask('public'), 'data_custodian');
    expect(await decides('custodian', allowed, 'data_custodian')).toEqual([200, 'approved']);
    expect((await duty('5.1.2-5/a')).verdict).toBe('pass');
    const again = await asked('developer', ask('public'), 'data_custodian');
    expect(await decides('custodian', again, 'data_custodian', { decision: 'rejected', reason })).toEqual([
      200,
      'rejected',
    ]);
    expect(await duty('5.1.2-5/a')).toMatchObject({ verdict: 'fail', text: expect.stringContaining(reason) });
    const last = await asked('developer', ask('public'), 'data_custodian');
    expect(await decides('custodian', last, 'data_custodian')).toEqual([200, 'approved']);
    expect((await duty('5.1.2-5/a')).verdict).toBe('pass');
    // The data is another one: the decision is of what it was.
    const [dataset, component] = scan().assets;
    if (!dataset || !component) throw new Error('the scan has two assets');
    const other = { ...dataset, digest: `sha256:${'d'.repeat(64)}` as const };
    await record(world, 'scan-result', scan({ assets: [other, component] }));
    expect((await duty('5.1.2-5/a')).verdict).toBe('inconclusive');
    const read = await world.call('custodian', getRequest, { params: { ...params, request: last.id } });
    expect(RequestDetail.parse(await read.json()).broken).toContain('the data');
    await record(world, 'scan-result', scan());
    expect((await duty('5.1.2-5/a')).verdict).toBe('pass');
  });

  test('controls that the custodian asks for have to act', async () => {
    const request = await asked('developer', ask('internal'), 'data_custodian');
    expect(
      await decides('custodian', request, 'data_custodian', { requiredControls: ['CTL-REDACT'] }),
    ).toEqual([200, 'approved']);
    expect(await duty('5.1.2-5/b')).toMatchObject({
      verdict: 'inconclusive',
      text: expect.stringContaining('CTL-REDACT'),
    });
  });
});

describe('5.1.3-1.3: risks are accepted within the tolerance', () => {
  const accept = (id: string): Ask => ({ kind: 'risk_acceptance', risk: id, until: ahead(60) });

  test('by an operator within it, above it by the organisation only', async () => {
    await record(
      world,
      'risk-register',
      {
        risks: [risk({ id: 'R-LOW', residual: 3 }), risk({ id: 'R-HIGH', residual: 9 })],
        tolerance: 5,
        reviewedAt: new Date().toISOString(),
      },
      { actor: { id: world.address('developer'), role: 'developer' } },
    );
    const tolerance: Ask = {
      kind: 'tolerance',
      tolerance: 5,
      statement: 'Losses of up to five days of work are borne',
      costReasoning: 'More controls would cost more than they save',
    };
    // Nothing is declared yet: only the organisation may bear anything.
    const body = {
      title: 'Accept R-LOW',
      note: 'It is needed for the review of this quarter',
      ask: accept('R-LOW'),
      steps: [{ role: 'system_operator' as const, needed: 1 }],
      dueAt: ahead(7),
    };
    const early = await world.call('developer', createRequest, { params, body });
    expect(Object(await early.json()).code).toBe('ABOVE_TOLERANCE');
    const stated = await asked('operator', tolerance, 'organisation');
    expect(await decides('administrator', stated, 'organisation')).toEqual([200, 'approved']);
    expect(await duty('5.1.3-1.3/a')).toMatchObject({
      verdict: 'fail',
      text: expect.stringMatching(/R-LOW[\s\S]*R-HIGH/),
    });

    const low = await asked('developer', accept('R-LOW'), 'system_operator');
    expect(low.sealed.content).toMatchObject({ tolerance: 5, accepts: { residual: 3 } });
    expect(await decides('operator', low, 'system_operator')).toEqual([200, 'approved']);
    expect((await duty('5.1.3-1.3/a')).text).not.toContain('R-LOW');

    const high = await world.call('developer', createRequest, {
      params,
      body: { ...body, ask: accept('R-HIGH') },
    });
    expect([high.status, Object(await high.json()).code]).toEqual([403, 'ABOVE_TOLERANCE']);
    expect((await duty('5.1.3-1.3/b')).text).toContain('R-HIGH');
    const byManagement = await asked('developer', accept('R-HIGH'), 'organisation');
    expect(await decides('administrator', byManagement, 'organisation')).toEqual([200, 'approved']);
    expect((await duty('5.1.3-1.3/a')).verdict).toBe('pass');

    // A statement of adequacy, asked of the operator, completes the other duty.
    expect((await duty('5.1.3-1.3/b')).verdict).toBe('inconclusive');
    const adequate = await asked('developer', { kind: 'adequacy', duty: '5.1.3-1.3/b' }, 'system_operator');
    const reason = 'Each control costs less than the loss that it prevents';
    expect(await decides('operator', adequate, 'system_operator', { reason })).toEqual([200, 'approved']);
    expect((await duty('5.1.3-1.3/b')).verdict).toBe('pass');
  });

  test('whoever owns the risk does not accept it', async () => {
    await record(
      world,
      'risk-register',
      {
        risks: [risk({ id: 'R-OWN', owner: world.address('operator') })],
        tolerance: 5,
        reviewedAt: new Date().toISOString(),
      },
      { actor: { id: world.address('developer'), role: 'developer' } },
    );
    const body = {
      title: 'Accept R-OWN',
      note: 'It is needed for the review of this quarter',
      ask: accept('R-OWN'),
      steps: [{ role: 'system_operator' as const, needed: 1 }],
      dueAt: ahead(7),
    };
    const response = await world.call('developer', createRequest, { params, body });
    expect(Object(await response.json()).code).toBe('NOBODY_TO_ASK');
  });
});

describe('5.2.3-2: a poor component is justified and approved by somebody else', () => {
  const component = 'component:pypi/transformers';
  const ask: Ask = {
    kind: 'justification',
    component,
    rationale: 'No other library reads this tokenizer format',
    riskAssessment: 'A hostile release could run code while a model loads',
    controls: ['CTL-PIN'],
    expiresAt: ahead(90),
  };

  test('stated by the operator, approved by the organisation, and by nobody twice', async () => {
    await record(
      world,
      'component-score',
      { component, version: '4.50.0', documentation: 0.2, security: 0.9, parts: {} },
      { producer: 'scorecard' },
    );
    expect((await duty('5.2.3-2/a')).text).toContain('justification');
    const byDeveloper = await world.call('developer', createRequest, {
      params,
      body: {
        title: 'Keep it',
        note: 'It is needed for the review of this quarter',
        ask,
        steps: [{ role: 'organisation', needed: 1 }],
        dueAt: ahead(7),
      },
    });
    expect([byDeveloper.status, Object(await byDeveloper.json()).code]).toEqual([403, 'ROLE']);
    const request = await asked('operator', ask, 'organisation');
    expect(request).toMatchObject({ kind: 'justification', of: 'justification', target: component });
    expect((await duty('5.2.3-2/a')).text).toContain('approval of the justification');
    expect(await decides('operator', request, 'system_operator')).toEqual([403, 'SELF_APPROVAL']);
    expect(await decides('administrator', request, 'organisation')).toEqual([200, 'approved']);
    expect((await duty('5.2.3-2/a')).verdict).toBe('pass');
    // A newer justification is not covered by what was approved before.
    await asked('operator', { ...ask, rationale: 'The other libraries cost far too much' }, 'organisation');
    expect((await duty('5.2.3-2/a')).verdict).toBe('inconclusive');
    const read = await world.call('operator', getRequest, { params: { ...params, request: request.id } });
    expect(RequestDetail.parse(await read.json())).toMatchObject({
      status: 'approved',
      broken: expect.stringContaining('a newer record'),
    });
  });
});

describe('5.1.2-7: due diligence on a provider', () => {
  test('counts with the word of somebody in the role', async () => {
    const [dataset, component] = scan().assets;
    if (!dataset || !component) throw new Error('the scan has two assets');
    const model = {
      id: 'model:gpt-x',
      kind: 'model' as const,
      name: 'gpt-x',
      origin: 'external' as const,
      provider: 'modelhouse',
      locations: [],
    };
    await record(world, 'scan-result', scan({ assets: [dataset, component, model] }));
    expect((await duty('5.1.2-7/a')).verdict).toBe('inconclusive');
    const ask: Ask = {
      kind: 'provider',
      provider: 'modelhouse',
      services: ['model:gpt-x'],
      conclusion: 'accepted',
      rationale: 'Their audit report and contract were read by two of us',
      adheresToStandard: 'unknown',
      adherenceScope: [],
    };
    const request = await asked('operator', ask, 'developer');
    expect(await decides('developer', request, 'developer')).toEqual([200, 'approved']);
    expect((await duty('5.1.2-7/a')).verdict).toBe('pass');
  });
});

describe('a waiver', () => {
  test('stands beside the verdict, until its end, and no longer than the organisation allows', async () => {
    const waiver = (days: number): Ask => ({ kind: 'waiver', duty: '5.1.1-1/a', expiresAt: ahead(days) });
    const body = {
      title: 'Training comes later',
      note: 'The training provider begins in the next quarter',
      ask: waiver(181),
      steps: [{ role: 'organisation' as const, needed: 1 }],
      dueAt: ahead(7),
    };
    const long = await world.call('operator', createRequest, { params, body });
    expect([long.status, Object(await long.json()).code]).toEqual([422, 'INVALID']);
    const request = await asked('operator', waiver(60), 'organisation');
    expect((await duty('5.1.1-1/a')).waived).toBe(false);
    expect(await decides('administrator', request, 'organisation')).toEqual([200, 'approved']);
    expect(await duty('5.1.1-1/a')).toMatchObject({ verdict: 'inconclusive', waived: true });
  });
});

describe('a quorum', () => {
  test('the checks wait for the last word', async () => {
    const document = `sha256:${'9'.repeat(64)}` as const;
    const observation = await record(
      world,
      'design-assessment',
      {
        need: 'Customers wait for two days for an answer',
        alternatives: 'More people in the evenings, or fewer questions',
        risks: [],
        decidedAt: new Date().toISOString(),
        datasets: ['dataset:questions'],
        participants: [{ person: world.address('custodian'), role: 'data_custodian' }],
      },
      {
        actor: { id: world.address('developer'), role: 'developer' },
        subject: { name: 'design', digest: document },
      },
    );
    const ask: Ask = { kind: 'approval', of: 'design_assessment', seal: { is: 'observation', observation } };
    const made = await world.call('administrator', createRequest, {
      params,
      body: {
        title: 'The design of the chatbot',
        note: 'Before anything is built of it at all',
        ask,
        steps: [
          { role: 'data_custodian', needed: 1 },
          { role: 'system_operator', needed: 1 },
        ],
        dueAt: ahead(7),
      },
    });
    const request = RequestDetail.parse(
      await (
        await world.call('operator', getRequest, {
          params: { ...params, request: String(Object(await made.json()).id) },
        })
      ).json(),
    );
    expect((await duty('5.1.2-1.1/a')).text).toContain('There is no approval');
    expect(await decides('custodian', request, 'data_custodian')).toEqual([200, 'open']);
    expect(await duty('5.1.2-1.1/a')).toMatchObject({
      verdict: 'inconclusive',
      text: expect.stringContaining('waited for 1 more'),
    });
    expect(await decides('operator', request, 'system_operator')).toEqual([200, 'approved']);
    expect((await duty('5.1.2-1.1/a')).verdict).toBe('pass');
  });
});
