/** Shadow AI: who may decide on what was found, what a decision does to 5.2.1-1, and how it is taken back. */
import { decideTriage, getAssessment, getTriage, Problem, undoTriage } from '@custos/contract';
import type { Digest, Verdict } from '@custos/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REF, record, scan } from '../../testing/evidence.ts';
import { openWorld, type PersonName, type World } from '../../testing/world.ts';

const params = REF;
const REASON = 'We looked at it with the team and know what it does here';
const BOTH = ['dataset:questions', 'component:pypi/transformers'];
const EDGE = { from: 'component:pypi/transformers', to: 'dataset:questions', kind: 'depends_on' } as const;

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await record(world, 'scan-result', scan({ edges: [EDGE] }));
});
afterAll(() => world.close());

async function triage(who: PersonName = 'developer') {
  const response = await world.call(who, getTriage, { params });
  expect(response.status).toBe(200);
  return getTriage.response.parse(await response.json());
}

async function states(): Promise<Record<string, string>> {
  return Object.fromEntries((await triage()).assets.map(({ asset, state }) => [asset.id, state]));
}

async function verdict(id: string): Promise<Verdict | undefined> {
  const { provisions } = getAssessment.response.parse(
    await (await world.call('auditor', getAssessment, { params })).json(),
  );
  return provisions.flatMap(({ duties }) => duties).find((duty) => duty.id === id)?.verdict;
}

type Body = Parameters<typeof world.call<typeof decideTriage>>[2]['body'];
function decide(who: PersonName, body: Partial<Body> = {}) {
  return world.call(who, decideTriage, {
    params,
    body: { assets: BOTH, decision: 'approved', reason: REASON, role: 'developer', ...body },
  });
}

async function decided(who: PersonName, body: Partial<Body> = {}): Promise<Digest[]> {
  const response = await decide(who, body);
  expect(response.status).toBe(201);
  return decideTriage.response.parse(await response.json()).decisions.map(({ id }) => id);
}

function undo(who: PersonName, decisions: Digest[], role: 'developer' | 'system_operator' = 'developer') {
  return world.call(who, undoTriage, { params, body: { decisions, reason: REASON, role } });
}

const codeOf = (problem: unknown) => Problem.parse(problem).code;

describe('the way of an asset', () => {
  test('what nobody decided on is shadow, and 5.2.1-1 does not pass', async () => {
    expect(await triage()).toMatchObject({ confirmed: false, vanished: [] });
    expect(await states()).toEqual({ [BOTH[0] ?? '']: 'shadow', [BOTH[1] ?? '']: 'shadow' });
    expect(await verdict('5.2.1-1/a')).not.toBe('pass');
  });

  test('approved in bulk: 5.2.1-1 passes, in the name of who decided; taken back, it does not', async () => {
    const ids = await decided('developer', { owner: 'data@acme.example', class: 'confidential' });
    const { assets } = await triage();
    expect(assets.map(({ state }) => state)).toEqual(['approved', 'approved']);
    expect(assets[0]).toMatchObject({
      approved: { owner: 'data@acme.example', class: 'confidential' },
      decision: { by: world.address('developer'), role: 'developer', reason: REASON },
    });
    expect(await verdict('5.2.1-1/a')).toBe('pass');
    expect(await verdict('5.2.1-1/b')).toBe('pass');
    expect((await undo('developer', ids)).status).toBe(200);
    expect(new Set(Object.values(await states()))).toEqual(new Set(['shadow']));
    expect(await verdict('5.2.1-1/a')).not.toBe('pass');
  });

  test('a rejected asset that is still found fails it; what is no AI asset is out of it, until it is taken back', async () => {
    const [dataset, component] = BOTH as [string, string];
    await decided('developer', { assets: [dataset] });
    await decided('operator', { role: 'system_operator', assets: [component], decision: 'rejected' });
    expect(await states()).toEqual({ [dataset]: 'approved', [component]: 'rejected' });
    expect(await verdict('5.2.1-1/a')).toBe('fail');
    const ids = await decided('operator', {
      role: 'system_operator',
      assets: [component],
      decision: 'not_ai',
    });
    expect(await states()).toEqual({ [dataset]: 'approved', [component]: 'dismissed' });
    expect(await verdict('5.2.1-1/a')).toBe('pass');
    expect((await undo('operator', ids, 'system_operator')).status).toBe(200);
    expect(await states()).toEqual({ [dataset]: 'approved', [component]: 'rejected' });
    await decided('developer');
    expect(await verdict('5.2.1-1/a')).toBe('pass');
  });

  test('other content than approved is a change; what is not found any more vanished', async () => {
    const [, component] = scan().assets;
    if (!component) throw new Error('no component');
    await record(world, 'scan-result', scan({ assets: [{ ...component, version: '5.0.0' }] }));
    const { assets, vanished } = await triage();
    expect(assets.map(({ asset, state }) => [asset.id, state])).toEqual([[BOTH[1], 'changed']]);
    expect(vanished.map(({ asset }) => asset.id)).toEqual([BOTH[0]]);
    await record(world, 'scan-result', scan({ edges: [EDGE] }));
  });
});

describe('who may not', () => {
  test.each(['auditor', 'administrator', 'viewer', 'custodian'] as const)('%s: 403', async (who) => {
    expect((await decide(who)).status).toBe(403);
  });
  test.each(['contributor', 'stranger'] as const)('%s: 404', async (who) => {
    expect((await decide(who)).status).toBe(404);
  });
  test('in a role of somebody else: 403 ROLE', async () => {
    const response = await decide('developer', { role: 'system_operator' });
    expect([response.status, codeOf(await response.json())]).toEqual([403, 'ROLE']);
  });
  test('what somebody else decided is not taken back: 403', async () => {
    const ids = await decided('developer');
    const response = await undo('operator', ids, 'system_operator');
    expect([response.status, codeOf(await response.json())]).toEqual([403, 'NOT_YOURS']);
  });
});

describe('what is refused', () => {
  test('404 for an asset that the scan did not find, and nothing is recorded of the others', async () => {
    const before = await states();
    const response = await decide('developer', {
      assets: [BOTH[0] ?? '', 'model:elsewhere'],
      decision: 'rejected',
    });
    expect(response.status).toBe(404);
    expect(await states()).toEqual(before);
  });
  test('409 for a decision that a newer one replaced', async () => {
    const ids = await decided('developer');
    await decided('developer', { reason: `${REASON}, once more` });
    expect((await undo('developer', ids)).status).toBe(409);
  });
  test.each([[{ reason: 'ok' }], [{ assets: [] }], [{ role: 'auditor' as 'developer' }]])(
    '422 for %j',
    async (body) => {
      expect((await decide('developer', body)).status).toBe(422);
    },
  );
});
