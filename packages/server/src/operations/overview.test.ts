/** What the console opens with, over a system whose verdicts move: separated environments, then shared ones. */
import {
  type CallOf,
  getCatalogue,
  getExpiries,
  getInventory,
  getIxit,
  getObservation,
  getOverview,
  listChanges,
  type Operation,
  type ResultOf,
  recordObservations,
} from '@custos/contract';
import { addDays, type Digest } from '@custos/core';
import { statementOf, subject } from '@custos/engine';
import { observationId, sha256, signStatement } from '@custos/trust';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, type PersonName, type World } from '../testing/world.ts';

const params = { organisation: 'acme' };
const chatbot = { organisation: 'acme', system: 'chatbot' };
const START = new Date().toISOString();
const DUTY = '5.2.2-3/a';
let now = START;
let world: World;

beforeAll(async () => {
  world = await openWorld({ clock: { now: () => now } });
  await world.service.assessor.current(chatbot);
}, 120_000);
afterAll(() => world.close());

async function get<O extends Operation>(who: PersonName, op: O, call: CallOf<O>): Promise<ResultOf<O>> {
  const response = await world.call(who, op, call);
  expect(response.status).toBe(200);
  return op.response?.parse(await response.json()) as ResultOf<O>;
}

/** A tool saw the environments; a day later the system is assessed again. */
async function environmentsSeen(accounts: readonly string[]): Promise<void> {
  const environments = (['development', 'tuning', 'production'] as const).map((name, at) => ({
    name,
    account: accounts[at],
    principals: [`role-${name}`],
    routesTo: [],
    datasets: [],
  }));
  const response = await world.call('developer', recordObservations, {
    params: chatbot,
    body: {
      observations: [
        {
          type: 'environment-layout',
          producer: { name: 'cloud-inventory', version: '1.0' },
          content: { environments },
        },
      ],
    },
  });
  expect(response.status).toBe(201);
  now = addDays(now, 1);
  await world.service.assessor.current(chatbot);
}

/** Recorded by Custos itself, into a ledger (`acme`, `acme/chatbot`). */
async function record(
  name: string,
  said: Pick<Parameters<typeof statementOf>[0], 'type' | 'content' | 'producer'>,
): Promise<Digest> {
  const { database, signer } = world.service.context;
  const [organisation = '', system] = name.split('/');
  const ledger = await database.ledger(organisation, system);
  const statement = statementOf({ ...said, subject: [subject(name, sha256(name))], observedAt: now });
  const id = observationId(statement);
  await ledger.record([{ kind: 'observation', id, envelope: await signStatement(statement, signer) }]);
  return id;
}

test('verdicts that move are told: what changed and why, what lapses when, what fails for whom', async () => {
  expect((await get('developer', getOverview, { params })).mine.failing).toEqual([]);

  await environmentsSeen(['a', 'b', 'c']);
  const [toPass] = (await get('viewer', listChanges, { params })).items;
  expect(toPass).toMatchObject({ system: 'chatbot', duty: DUTY, was: 'inconclusive', became: 'pass' });
  const { days, items, today } = await get('viewer', getExpiries, { params });
  const lapse = items.find(({ duty }) => duty === DUTY);
  expect(today).toBe(now.slice(0, 10));
  expect(days).toEqual([{ day: lapse?.at.slice(0, 10), duties: 1, systems: 1 }]);
  const later = await get('viewer', getExpiries, {
    params,
    query: { from: addDays(lapse?.at ?? now, 1).slice(0, 10) },
  });
  expect(later.items).toEqual([]);
  now = addDays(now, 70);
  await world.service.assessor.current(chatbot);
  expect((await get('developer', getOverview, { params })).mine).toMatchObject({
    systems: 1,
    lapsingCount: 1,
    lapsing: [{ system: 'chatbot', duty: DUTY, at: lapse?.at }],
  });
  expect((await get('custodian', getOverview, { params })).mine.lapsing).toEqual([]);

  await environmentsSeen(['a', 'a', 'a']);
  const { mine, phases } = await get('developer', getOverview, { params });
  expect(mine).toMatchObject({
    failingCount: 1,
    failing: [{ system: 'chatbot', duty: DUTY, norm: 'shall', waived: false }],
    lapsing: [],
  });
  expect(mine.failing[0]?.reason).not.toBe('');
  expect(phases.find(({ phase }) => phase === 'deployment')).toEqual({
    phase: 'deployment',
    systems: 1,
    fail: 1,
    inconclusive: 0,
    pass: 0,
    notAssessed: 0,
  });
  expect((await get('custodian', getOverview, { params })).mine.failing).toEqual([]);
  expect((await get('administrator', getOverview, { params })).mine.failing).toEqual([]);
});

describe('overview.changes', () => {
  const since = addDays(START, -1);

  test('the last seven days, unless asked for more; newest first, page by page', async () => {
    expect((await get('viewer', listChanges, { params })).items).toHaveLength(1);
    const { items: all } = await get('viewer', listChanges, { params, query: { since } });
    expect(all.length).toBeGreaterThan(1);
    expect(all.map(({ at }) => at)).toEqual(
      all
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    const seen: typeof all = [];
    let cursor: string | undefined;
    do {
      const query = { since, limit: 1, ...(cursor ? { cursor } : {}) };
      const page = await get('viewer', listChanges, { params, query });
      seen.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(all);
    const other = await get('viewer', listChanges, { params, query: { since, system: 'other' } });
    expect(other.items).toEqual([]);
  });

  test('422 for a cursor that no page gave', async () => {
    const cursor = Buffer.from('["x"]').toString('base64url');
    expect((await world.call('viewer', listChanges, { params, query: { cursor } })).status).toBe(422);
  });

  test('somebody without a role sees nothing of the system, the developer does', async () => {
    const query = { since };
    expect((await get('contributor', listChanges, { params, query })).items).toEqual([]);
    expect((await get('developer', listChanges, { params, query })).items.length).toBeGreaterThan(1);
    expect(await get('contributor', getExpiries, { params })).toMatchObject({ days: [], items: [] });
    const { phases } = await get('contributor', getOverview, { params });
    expect(phases.every(({ systems }) => systems === 0)).toBe(true);
  });
});

test('overview.expiries: 422 for a day that is none', async () => {
  const response = await world.call('viewer', getExpiries, { params, query: { from: 'tomorrow' } });
  expect(response.status).toBe(422);
});

test('catalogue.get gives every provision, with the evidence that each duty asks for', async () => {
  const { provisions, principles } = await get('contributor', getCatalogue, { params });
  expect([principles.length, provisions.length]).toEqual([13, 72]);
  const duty = provisions.flatMap(({ duties }) => duties).find(({ id }) => id === '5.1.2-5/a');
  expect(duty?.evidence).toContain('data-classification');
});

test('systems.ixit gives every table, with the declaration in it', async () => {
  const { tables } = await get('developer', getIxit, { params: chatbot });
  expect(tables).toHaveLength(41);
  expect(tables[0]?.rows).toContainEqual(['Phase', 'deployment']);
});

test('observations.get opens evidence of the organisation that a verdict of the system rests on', async () => {
  const id = await record('acme', {
    type: 'policy',
    content: {
      kind: 'supply_chain',
      version: '1',
      appliesTo: 'all systems',
      inForceFrom: now,
      sections: [],
      approvedBy: 'board@acme.example',
    },
    producer: { name: 'custos-attest', version: '1' },
  });
  const opened = await get('developer', getObservation, { params: { ...chatbot, observation: id } });
  expect(opened).toMatchObject({ id, type: 'policy', verified: true });
  const unknown = sha256('nothing');
  const response = await world.call('developer', getObservation, {
    params: { ...chatbot, observation: unknown },
  });
  expect(response.status).toBe(404);
});

test('systems.inventory tells shadow from approved, and gives the owner that was registered', async () => {
  const nothing = await get('developer', getInventory, { params: chatbot });
  expect([nothing.confirmed, nothing.assets]).toEqual([false, []]);
  const found = (id: string, name: string) => ({ id, kind: 'model', name, locations: [{ path: 'app.py' }] });
  await record('acme/chatbot', {
    type: 'scan-result',
    content: {
      scope: '.',
      filesRead: 1,
      fingerprint: sha256('scanned'),
      assets: [found('model:answers', 'answers'), found('model:other', 'other')],
      edges: [],
      findings: [],
      unknowns: [],
    },
    producer: { name: 'custos', version: '1' },
  });
  const asset = {
    id: 'model:answers',
    owner: 'x@acme.example',
    class: 'internal',
    location: 'registry',
    dependsOn: [],
  };
  const approved = await world.call('developer', recordObservations, {
    params: chatbot,
    body: {
      observations: [
        {
          type: 'asset-decision',
          role: 'developer',
          content: { decision: 'approved', asset, reason: 'It is the model that answers questions.' },
        },
      ],
    },
  });
  expect(approved.status).toBe(201);
  const { assets, confirmed } = await get('developer', getInventory, { params: chatbot });
  expect(confirmed).toBe(true);
  expect(assets.map(({ id, state, owner }) => ({ id, state, owner }))).toEqual([
    { id: 'model:answers', state: 'approved', owner: 'x@acme.example' },
    { id: 'model:other', state: 'shadow', owner: undefined },
  ]);
});
