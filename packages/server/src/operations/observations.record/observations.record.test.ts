/** What is taken from whom, and as what. */
import {
  type CallOf,
  createKey,
  getObservation,
  listObservations,
  Problem,
  type ResultOf,
  recordObservations,
  recordSharedObservations,
} from '@custos/contract';
import { addDays, type Content, MANUAL_PRODUCER, predicateType, type Statement } from '@custos/core';
import { PRODUCT, statementOf, subject } from '@custos/engine';
import { createKey as createSigningKey, Keyring, openEnvelope, sha256, signStatement } from '@custos/trust';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REF, record as sayOnLedger } from '../../testing/evidence.ts';
import { openWorld, type PersonName, type World } from '../../testing/world.ts';

const params = { organisation: 'acme', system: 'chatbot' };
const NOW = '2026-05-01T08:00:00.000Z';
/** Milliseconds that each look at the clock moves it by. */
let tick = 0;
let looks = 0;
const local = createSigningKey('laptop').signer;
let world: World;
beforeAll(async () => {
  world = await openWorld({
    clock: { now: () => new Date(Date.parse(NOW) + tick * looks++).toISOString() },
  });
}, 120_000);
afterAll(() => world.close());

const NOTHING: ResultOf<typeof recordObservations> = { recorded: [], refused: [] };
const SCANNED = {
  fingerprint: sha256('tree'),
  assets: [],
  edges: [],
  findings: [],
  unknowns: [],
  scope: 'directory',
  filesRead: 1,
};
type Item = CallOf<typeof recordObservations>['body']['observations'][number];
const layout = (n: number) => ({
  type: 'environment-layout',
  producer: { name: 'cloud-inventory', version: '1.0' },
  content: {
    environments: [
      { name: 'production' as const, account: `account-${n}`, principals: [], routesTo: [], datasets: [] },
    ],
  },
});

async function record(who: PersonName, observations: Item[], allOrNone = false) {
  const response = await world.call(who, recordObservations, { params, body: { observations, allOrNone } });
  const { status } = response;
  const answer: unknown = await response.json();
  if (!response.ok) return { status, taken: NOTHING, problem: Problem.parse(answer) };
  return { status, taken: recordObservations.response.parse(answer), problem: undefined };
}

/** The entries of a ledger from an index on. */
async function entriesFrom(since: number, system: string | undefined = 'chatbot') {
  const ledger = await world.service.context.database.ledger('acme', system);
  const entries = [];
  for await (const entry of ledger.query({ since })) entries.push(entry);
  return entries;
}

async function sizeOf(system: string | undefined = 'chatbot'): Promise<number> {
  const { ledger } = await world.service.context.database.ledger('acme', system);
  return (await ledger.checkpoint()).size;
}

async function listed(type: string) {
  const response = await world.call('viewer', listObservations, { params, query: { type } });
  return listObservations.response.parse(await response.json()).items;
}

async function pushed(statement: Statement): Promise<Item> {
  return { envelope: await signStatement(statement, local) };
}

const of = (more: Partial<Parameters<typeof statementOf>[0]>) =>
  statementOf({
    ...layout(0),
    subject: [subject('chatbot', sha256('chatbot'))],
    observedAt: addDays(NOW, -1),
    ...more,
  });

describe('201', () => {
  test('what is there already is existing, and stays where it is', async () => {
    const item = { ...layout(1), observedAt: NOW };
    const first = await record('operator', [item]);
    expect(first).toMatchObject({
      status: 201,
      taken: { recorded: [{ item: 0, existing: false }], refused: [] },
    });
    const again = await record('operator', [item]);
    expect(again.taken.recorded).toEqual([{ ...first.taken.recorded[0], existing: true }]);
  });

  test('what can not be taken is refused one by one, with the reason', async () => {
    const { status, taken } = await record('developer', [
      { type: 'no-such-type', content: {} },
      { ...layout(2), observedAt: addDays(NOW, 1) },
      { ...layout(2), observedAt: '1999-01-01T00:00:00Z' },
      { ...layout(2), role: 'data_custodian' },
      { ...layout(2), producer: { name: 'custos', version: '1' } },
      { type: 'environment-layout', content: layout(2).content },
      { type: 'environment-layout', content: { environments: 'none' }, producer: layout(2).producer },
      layout(3),
    ]);
    expect(status).toBe(201);
    expect(taken.recorded).toMatchObject([{ item: 7, existing: false }]);
    expect(taken.refused.map(({ index, code }) => [index, code])).toEqual([
      [0, 'OBSERVATION_TYPE'],
      [1, 'EVIDENCE_FUTURE'],
      [2, 'EVIDENCE_OLD'],
      [3, 'ROLE'],
      [4, 'EVIDENCE_PRODUCER'],
      [5, 'EVIDENCE_UNMEASURED'],
      [6, 'OBSERVATION_CONTENT'],
    ]);
  });

  test('four minutes ahead is another clock; old evidence that says so is taken', async () => {
    const ahead = new Date(Date.parse(NOW) + 4 * 60_000).toISOString();
    expect((await record('developer', [{ ...layout(4), observedAt: ahead }])).status).toBe(201);
    const old = { ...layout(4), observedAt: '1999-01-01T00:00:00Z', old: true as const };
    expect((await record('developer', [old])).status).toBe(201);
  });
});

describe('422', () => {
  test('all or none: one that can not be taken keeps the others out', async () => {
    await world.service.assessor.current(params);
    const before = await world.service.context.database.ledger('acme', 'chatbot');
    const { size } = await before.ledger.checkpoint();
    expect((await record('developer', [layout(5), { type: 'x', content: {} }], true)).status).toBe(422);
    expect((await before.ledger.checkpoint()).size).toBe(size);
  });

  test('nothing could be taken: the first reason', async () => {
    const { status, problem } = await record('developer', [{ type: 'x', content: {} }]);
    expect([status, problem?.code]).toEqual([422, 'OBSERVATION_TYPE']);
  });

  test('NUL in the content of an envelope', async () => {
    const content = {
      ...layout(1).content,
      environments: [{ ...layout(1).content.environments[0], account: 'a\0' }],
    };
    expect((await record('developer', [await pushed(of({ content }))])).status).toBe(422);
  });
});

describe('pushed from a repository', () => {
  const scan = () =>
    of({
      type: 'scan-result',
      producer: PRODUCT,
      content: SCANNED,
    });

  test('a tool’s word keeps its signature beside the server’s', async () => {
    const statement = of({ content: layout(9).content });
    const { taken } = await record('developer', [await pushed(statement)]);
    const shown = await world.call('viewer', getObservation, {
      params: { ...params, observation: taken.recorded[0]?.id ?? sha256('') },
    });
    const { envelope, verified } = getObservation.response.parse(await shown.json());
    expect(verified).toBe(true);
    expect(envelope.signatures).toHaveLength(2);
    for (const key of [world.service.context.signer.publicKey, local.publicKey])
      expect(openEnvelope(envelope, new Keyring([key])).authenticity.verified).toBe(true);
  });

  test('what somebody else says, or says in a role that one lacks, is theirs to hand in', async () => {
    const by = (id: string, role: 'developer' | 'data_custodian') =>
      of({
        type: 'adequacy-attestation',
        producer: { name: MANUAL_PRODUCER, version: '1' },
        actor: { id, role },
        content: { duty: '5.1.1-1/a', statement: 'We looked at it together and it is enough.' },
      });
    const items = await Promise.all(
      [
        by(world.address('custodian'), 'data_custodian'),
        by(world.address('developer'), 'data_custodian'),
        by(world.address('developer').toUpperCase(), 'developer'),
      ].map(pushed),
    );
    const { taken } = await record('developer', items);
    expect(taken.refused).toMatchObject([
      { index: 0, code: 'ACTOR' },
      { index: 1, code: 'ROLE' },
    ]);
    expect(taken.recorded).toMatchObject([{ item: 2 }]);
  });

  test('Custos’ own words come from a developer or system operator, and say who pushed them', async () => {
    const item = await pushed(scan());
    expect((await record('custodian', [item])).problem).toMatchObject({ status: 403, code: 'ROLE' });
    expect((await record('operator', [item])).status).toBe(201);
    const items = await listed('scan-result');
    expect(items.at(-1)).toMatchObject({
      producer: PRODUCT,
      source: expect.stringMatching(/^push:operator@acme\.example sha256:/),
      verified: true,
    });
    expect((await record('operator', [item])).taken.recorded[0]?.existing).toBe(true);
  });

  test('nobody but Custos says what only Custos reads', async () => {
    const item = await pushed(
      of({ type: 'scan-result', content: SCANNED, producer: { name: 'pytest', version: '8' } }),
    );
    expect((await record('operator', [item])).problem).toMatchObject({
      status: 422,
      code: 'EVIDENCE_PRODUCER',
    });
    const imitation = await pushed(of({ producer: { name: 'Custоs', version: '8' } }));
    expect((await record('operator', [imitation])).problem).toMatchObject({
      status: 422,
      code: 'EVIDENCE_PRODUCER',
    });
  });

  test('a declaration replaces the one in force and brings no roles; an older one does not', async () => {
    const stranger = ['mallory@acme.example'];
    const roles = {
      developer: stranger,
      system_operator: stranger,
      data_custodian: stranger,
      organisation: stranger,
      auditor: stranger,
    };
    const declared = (name: string, observedAt: string) =>
      of({
        type: 'system-declaration',
        producer: PRODUCT,
        observedAt,
        content: {
          id: 'chatbot',
          name,
          purpose: 'Answers questions of customers about their orders',
          phase: 'deployment',
          use: { inputs: ['text'], outputs: ['text'], exposure: 'public' },
          roles,
        },
      });
    expect((await record('custodian', [await pushed(declared('Theirs', NOW))])).problem).toMatchObject({
      status: 403,
    });
    const later = new Date(Date.parse(NOW) + 60_000).toISOString();
    const item = await pushed(declared('Pushed', later));
    expect((await record('developer', [item])).taken).toMatchObject({
      declaration: 'replaced',
      recorded: [],
    });
    expect((await record('developer', [item])).taken).toMatchObject({ declaration: 'same' });
    await world.service.assessor.current(params);
    const old = await pushed(declared('Older', addDays(NOW, -3)));
    expect((await record('developer', [old])).problem).toMatchObject({
      status: 409,
      code: 'DECLARATION_OLDER',
    });
    const items = await listed('system-declaration');
    expect(items.at(-1)?.content).toMatchObject({ name: 'Pushed' });
    expect(JSON.stringify(items)).not.toContain('mallory');
    expect(items.at(-1)?.content).toMatchObject({ roles: { developer: [world.address('developer')] } });
  });

  test('an attestation by somebody else is kept as it came', async () => {
    const foreign = {
      payloadType: 'application/vnd.in-toto+json',
      payload: Buffer.from(
        '{ "_type": "https://in-toto.io/Statement/v1", "subject": [{"name":"a","digest":{"sha256":"ab"}}], "predicateType": "https://slsa.dev/provenance/v1", "predicate": {} }',
      ).toString('base64'),
      signatures: [{ keyid: 'theirs', sig: 'AAAA' }],
    };
    const { status } = await record('custodian', [{ envelope: foreign }]);
    expect(status).toBe(201);
    const items = await listed('third-party-attestation');
    expect(items[0]?.content).toMatchObject({ envelope: foreign });
  });

  test('422 for an envelope with nothing in it', async () => {
    const nothing = {
      payloadType: 'application/vnd.in-toto+json',
      payload: 'e30=',
      signatures: [{ keyid: '', sig: '' }],
    };
    expect((await record('developer', [{ envelope: nothing }])).status).toBe(422);
  });
});

test('the organisation’s ledger takes evidence from administrators, and none of Custos’ own words', async () => {
  const policy = {
    type: 'policy',
    content: {
      kind: 'supply_chain',
      version: '1',
      appliesTo: 'all systems',
      inForceFrom: NOW,
      sections: [],
      approvedBy: 'board@acme.example',
    },
    role: 'organisation' as const,
  };
  const send = (who: PersonName, observations: Item[]) =>
    world.call(who, recordSharedObservations, { params: { organisation: 'acme' }, body: { observations } });
  expect((await send('administrator', [policy])).status).toBe(201);
  expect((await send('developer', [policy])).status).toBe(403);
  const scan = of({
    type: 'scan-result',
    producer: PRODUCT,
    content: SCANNED,
  });
  expect((await send('administrator', [await pushed(scan)])).status).toBe(403);
});

const REASON = 'It was read from the first word to the last';
const DECISIONS: Item[] = [
  {
    type: 'waiver',
    role: 'developer',
    content: {
      duty: '5.1.1-1/a',
      owner: 'developer@acme.example',
      reason: REASON,
      expiresAt: addDays(NOW, 9),
    },
  },
  {
    type: 'approval',
    role: 'developer',
    content: { of: 'release', target: 'release 1', decision: 'approved', reason: REASON },
  },
  { type: 'retraction', role: 'developer', content: { of: sha256('what I said'), reason: REASON } },
  {
    type: 'adequacy-attestation',
    role: 'developer',
    content: { duty: '5.1.1-1/a', statement: 'We looked at it together and it is enough.' },
  },
];

const organisationWide = (who: PersonName, observations: Item[]) =>
  world.call(who, recordSharedObservations, { params: { organisation: 'acme' }, body: { observations } });
async function codes(response: Response): Promise<unknown> {
  const answer: unknown = await response.json();
  return response.ok
    ? recordObservations.response.parse(answer).refused.map(({ code }) => code)
    : Problem.parse(answer).code;
}

describe('what people decide', () => {
  test('is not decided on a request past it, in an envelope either', async () => {
    const approval = of({
      type: 'approval',
      producer: { name: MANUAL_PRODUCER, version: '1' },
      actor: { id: world.address('operator'), role: 'system_operator' },
      content: {
        of: 'release',
        target: 'release 1',
        decision: 'approved',
        reason: REASON,
        request: { id: 'r1', step: 1, outstanding: 0 },
      },
    });
    expect((await record('operator', [await pushed(approval)])).problem).toMatchObject({
      status: 422,
      code: 'EVIDENCE_PRODUCER',
    });
  });

  test('is said in a role', async () => {
    const nameless = DECISIONS.map((item) => ({ ...item, role: undefined }));
    expect((await record('developer', nameless)).problem).toMatchObject({ status: 403, code: 'ROLE' });
  });

  test('is no work for an API key, whatever it was made for', async () => {
    const made = await world.call('developer', createKey, {
      params: { organisation: 'acme' },
      body: {
        name: 'CI',
        permissions: ['evidence.record', 'system.read'],
        expiresAt: addDays(NOW, 30),
      },
    });
    const { secret, id } = createKey.response.parse(await made.json());
    const before = await sizeOf();
    const send = (observations: Item[]) =>
      world.call(
        undefined,
        recordObservations,
        { params, body: { observations } },
        {
          authorization: `Bearer ${secret}`,
        },
      );
    const refused = await send([...DECISIONS, layout(20)]);
    expect(await codes(refused)).toEqual(DECISIONS.map(() => 'KEY_REFUSED'));
    const act = (await entriesFrom(before)).at(-1);
    expect(act).toMatchObject({
      kind: 'act',
      act: {
        type: 'observations.recorded',
        actor: 'developer@acme.example',
        detail: { via: 'key', key: id },
      },
    });
    const decides = await world.call('developer', createKey, {
      params: { organisation: 'acme' },
      body: { name: 'CI', permissions: ['decision.make'], expiresAt: addDays(NOW, 30) },
    });
    expect(decides.status).toBe(422);
  });

  test('takes training that is current, by the organisation’s ledger alone', async () => {
    expect((await record('developer', DECISIONS)).taken.refused).toEqual([]);
    const programme = (modules: string[]): Item => ({
      type: 'training-programme',
      role: 'organisation',
      content: {
        modules: [],
        curricula: [{ role: 'developer', modules, rationale: REASON }],
        reviewedAt: NOW,
      },
      ...(modules.length === 0 ? { observedAt: addDays(NOW, 1) } : {}),
    });
    expect((await organisationWide('administrator', [programme(['building-ai'])])).status).toBe(201);
    const own: Item = {
      type: 'training-completion',
      role: 'developer',
      content: {
        person: world.address('developer'),
        module: 'building-ai',
        moduleVersion: '1',
        completedAt: NOW,
        passed: true,
      },
    };
    expect((await record('developer', [own])).problem).toMatchObject({
      status: 422,
      code: 'ORGANISATION_EVIDENCE',
    });
    // As a ledger of before has it.
    const { content } = own;
    const forged = await sayOnLedger(
      world,
      'training-completion',
      content as Content<'training-completion'>,
      {
        ledger: REF,
      },
    );
    const { problem } = await record('developer', DECISIONS);
    expect(problem).toMatchObject({ status: 403, code: 'TRAINING_EXPIRED' });
    expect(problem?.detail).toContain('building-ai');
    const counted = await world.service.assessor.evidence(params);
    expect(counted.evidence.map(({ id }) => id)).not.toContain(forged);
    await organisationWide('administrator', [{ ...own, role: 'organisation' }]);
    const again = DECISIONS.map((item) => ({ ...item, observedAt: addDays(NOW, -1) }));
    expect((await record('developer', again)).taken.refused).toEqual([]);
  });
});

describe('which ledger takes what', () => {
  const staff = { scope: 'All who work here, also for a short time', people: [] };
  test('facts about all staff are refused on a system', async () => {
    const policy = (kind: string) => ({
      kind,
      version: '1',
      appliesTo: 'all',
      inForceFrom: NOW,
      sections: [],
      approvedBy: 'board@acme.example',
    });
    const { taken } = await record('developer', [
      { type: 'staff-register', content: staff },
      { type: 'policy', content: policy('awareness') },
      { type: 'policy', content: policy('logging') },
      { type: 'risk-report', content: { id: 'risk-1', receivedAt: NOW } },
    ]);
    expect(taken.refused.map(({ index, code }) => [index, code])).toEqual([
      [0, 'ORGANISATION_EVIDENCE'],
      [1, 'ORGANISATION_EVIDENCE'],
      [3, 'ORGANISATION_EVIDENCE'],
    ]);
  });

  test('what is about one system is refused in the organisation’s, and does not count from there', async () => {
    const waiver = { ...DECISIONS[0], role: 'organisation' } as Item;
    const release = { ...DECISIONS[1], role: 'organisation' } as Item;
    const adequate = (duty: string): Item => ({
      type: 'adequacy-attestation',
      role: 'organisation',
      content: { duty, statement: 'We looked at it together and it is enough.' },
    });
    expect(
      await codes(
        await organisationWide('administrator', [
          waiver,
          release,
          layout(30),
          adequate('5.2.1-1/a'),
          adequate('5.1.1-1/a'),
          { type: 'staff-register', role: 'organisation', content: staff },
        ]),
      ),
    ).toEqual(Array(4).fill('SYSTEM_EVIDENCE'));
    const id = await sayOnLedger(world, 'environment-layout', layout(31).content, {
      ledger: { organisation: 'acme' },
    });
    const counted = await world.service.assessor.evidence(params);
    expect(counted.evidence.map((one) => one.id)).not.toContain(id);
    expect(counted.evidence.map(({ statement }) => statement.predicateType)).toContain(
      predicateType('staff-register'),
    );
  });
});

describe('who handed it in', () => {
  test('stands beside what tools measured', async () => {
    const before = await sizeOf();
    const { taken } = await record('operator', [{ ...layout(40), source: 'nightly run 7' }]);
    const entries = (await entriesFrom(before)).slice(-2);
    expect(entries.map(({ kind }) => kind)).toEqual(['observation', 'act']);
    expect(entries[1]).toMatchObject({
      act: {
        type: 'observations.recorded',
        actor: 'operator@acme.example',
        detail: { via: 'session', observations: [taken.recorded[0]?.id], sources: ['nightly run 7'] },
      },
    });
  });

  test.each(['push:operator@acme.example sha256:00', ' Push:x', 'request 7'])(
    'is written by Custos alone: %j',
    async (source) => {
      expect((await record('developer', [{ ...layout(41), source }])).problem).toMatchObject({
        status: 422,
        code: 'EVIDENCE_SOURCE',
      });
      const item = await pushed(of({ content: layout(41).content, source }));
      expect((await record('developer', [item])).problem?.code).toBe('EVIDENCE_SOURCE');
    },
  );
});

test('a declaration and the evidence with it are one step', async () => {
  await world.service.assessor.current(params);
  const before = await sizeOf();
  tick = 1;
  try {
    const observedAt = addDays(NOW, 0.003);
    const declared = of({
      type: 'system-declaration',
      producer: PRODUCT,
      observedAt,
      content: {
        id: 'chatbot',
        name: 'In one step',
        purpose: 'Answers questions of customers about their orders',
        phase: 'deployment',
        use: { inputs: ['text'], outputs: ['text'], exposure: 'public' },
        roles: { developer: [], system_operator: [], data_custodian: [], organisation: [], auditor: [] },
      },
    });
    const { taken } = await record('developer', [await pushed(declared), layout(50)], true);
    expect(taken).toMatchObject({ declaration: 'replaced', recorded: [{ item: 1 }] });
  } finally {
    tick = 0;
  }
  const entries = await entriesFrom(before);
  const declaredAt = entries.find(
    (entry) => entry.kind === 'act' && entry.act.type === 'system.declared',
  )?.at;
  const measured = entries.find(
    (entry) =>
      entry.kind === 'observation' &&
      Buffer.from(entry.envelope.payload, 'base64').toString().includes('account-50'),
  );
  expect(declaredAt).toBeDefined();
  // One look at the clock for each step of the ledger.
  expect(measured?.at).toBe(declaredAt);
});
