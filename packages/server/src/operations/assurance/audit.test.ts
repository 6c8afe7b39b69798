/** The auditor's room: samples that anybody draws again, marks, and findings with what others answer. */
import {
  answerFinding,
  decideFinding,
  drawSample,
  getFinding,
  listFindings,
  listObservations,
  markSample,
  raiseFinding,
} from '@custos/contract';
import type { Digest } from '@custos/core';
import { sha256 } from '@custos/trust';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REF, record, scan } from '../../testing/evidence.ts';
import { openWorld, type PersonName, type World } from '../../testing/world.ts';

const params = REF;
const TEXT = 'The test run does not name the model that it tested';

let world: World;
const ids: Digest[] = [];
beforeAll(async () => {
  world = await openWorld();
  for (let run = 0; run < 40; run++)
    ids.push(await record(world, 'scan-result', scan({ scope: `run ${run}` })));
});
afterAll(() => world.close());

async function sample(who: PersonName, query: { seed: string; count?: number; size?: number }) {
  const response = await world.call(who, drawSample, { params, query });
  expect(response.status).toBe(200);
  return drawSample.response.parse(await response.json());
}

async function raise(who: PersonName, more: object = {}) {
  const body = { title: 'Untraceable test', text: TEXT, severity: 'medium' as const, ...more };
  return world.call(who, raiseFinding, { params, body });
}

async function raised(more: object = {}) {
  const response = await raise('auditor', more);
  expect(response.status).toBe(201);
  return {
    ...raiseFinding.response.parse(await response.json()),
    etag: response.headers.get('etag') ?? '"1"',
  };
}

describe('sampling', () => {
  test('the same seed and size draw the same observations for anybody, by a rule that can be followed by hand', async () => {
    const size = 40;
    const first = await sample('auditor', { seed: 'spring', count: 5, size });
    const byHand = [...ids]
      .sort((a, b) => (sha256(`spring\n${a}`) < sha256(`spring\n${b}`) ? -1 : 1))
      .slice(0, 5);
    expect(first.items.map(({ id }) => id)).toEqual(byHand);
    expect(first.population).toBe(40);
    await record(world, 'scan-result', scan({ scope: 'later' }));
    expect((await sample('developer', { seed: 'spring', count: 5, size })).items.map(({ id }) => id)).toEqual(
      byHand,
    );
    const other = await sample('auditor', { seed: 'autumn', count: 5, size });
    expect(other.items.map(({ id }) => id)).not.toEqual(byHand);
  });

  test('422 for more entries than there are', async () => {
    const response = await world.call('auditor', drawSample, { params, query: { seed: 'x', size: 100_000 } });
    expect(response.status).toBe(422);
  });

  test('an auditor marks what they looked at; others can’t, and foreign ids are not found', async () => {
    const [observation] = ids;
    if (!observation) throw new Error('nothing recorded');
    const mark = (who: PersonName, of: Digest) =>
      world.call(who, markSample, {
        params: { ...params, observation: of },
        body: { mark: 'doubtful', note: 'no tool' },
      });
    expect((await mark('auditor', observation)).status).toBe(204);
    expect((await mark('developer', observation)).status).toBe(403);
    const theirs = await record(world, 'scan-result', scan({ scope: 'theirs' }), {
      ledger: { organisation: 'rival', system: 'chatbot' },
    });
    expect((await mark('auditor', theirs)).status).toBe(404);
    const { items } = await sample('viewer', { seed: 's', count: 100 });
    expect(items.find(({ id }) => id === observation)?.marks).toMatchObject([
      { auditor: world.address('auditor'), mark: 'doubtful', note: 'no tool' },
    ]);
  });
});

describe('findings', () => {
  test('an auditor raises it, the operator answers, the auditor closes it; the ledger has each word', async () => {
    const finding = await raised({ duty: '5.1.3-1.3/a', observation: ids[0] });
    const at = { params: { ...params, finding: finding.id } };
    const answered = await world.call(
      'operator',
      answerFinding,
      { ...at, body: { text: 'The run was repeated with the digest of the model', role: 'system_operator' } },
      { 'if-match': finding.etag },
    );
    expect(answered.status).toBe(200);
    const stale = await world.call(
      'auditor',
      decideFinding,
      { ...at, body: { decision: 'closed', text: 'The new run names the model' } },
      { 'if-match': finding.etag },
    );
    expect(stale.status).toBe(412);
    const closed = await world.call(
      'auditor',
      decideFinding,
      { ...at, body: { decision: 'closed', text: 'The new run names the model' } },
      { 'if-match': answered.headers.get('etag') ?? '' },
    );
    expect(closed.status).toBe(200);
    const now = getFinding.response.parse(await (await world.call('viewer', getFinding, at)).json());
    expect(now.status).toBe('closed');
    expect(now.words.map(({ kind, role }) => [kind, role])).toEqual([
      ['answered', 'system_operator'],
      ['closed', 'auditor'],
    ]);
    const recorded = await world.call('auditor', listObservations, {
      params,
      query: { type: 'review-decision' },
    });
    const { items } = listObservations.response.parse(await recorded.json());
    expect(items.map(({ actor }) => actor?.id)).toEqual([
      world.address('operator'),
      world.address('auditor'),
    ]);
    const again = await world.call(
      'operator',
      answerFinding,
      { ...at, body: { text: 'Something else on a closed finding', role: 'system_operator' } },
      { 'if-match': closed.headers.get('etag') ?? '' },
    );
    expect(again.status).toBe(409);
  });

  test.each(['developer', 'operator', 'custodian', 'administrator', 'viewer'] as const)(
    '403: %s raises none',
    async (who) => {
      expect((await raise(who)).status).toBe(403);
    },
  );
  test.each(['contributor', 'stranger'] as const)('404: %s', async (who) => {
    expect((await raise(who)).status).toBe(404);
  });
  test('an auditor decides nothing else: they do not answer their own finding', async () => {
    const finding = await raised();
    const response = await world.call(
      'auditor',
      answerFinding,
      { params: { ...params, finding: finding.id }, body: { text: TEXT, role: 'organisation' } },
      { 'if-match': finding.etag },
    );
    expect(response.status).toBe(403);
  });
  test('422 for a duty that is none; 404 for evidence of another organisation', async () => {
    expect((await raise('auditor', { duty: '9.9.9-9/z' })).status).toBe(422);
    const theirs = await record(world, 'scan-result', scan({ scope: 'more of theirs' }), {
      ledger: { organisation: 'rival', system: 'chatbot' },
    });
    expect((await raise('auditor', { observation: theirs })).status).toBe(404);
  });
  test('people see findings of their systems only, page by page', async () => {
    const list = async (who: PersonName, query: { limit?: number; cursor?: string } = {}) =>
      listFindings.response.parse(
        await (await world.call(who, listFindings, { params: { organisation: 'acme' }, query })).json(),
      );
    await raised();
    const all = (await list('auditor')).items;
    expect(all.length).toBeGreaterThan(2);
    expect((await list('contributor')).items).toEqual([]);
    expect((await list('developer')).items).toEqual(all);
    const first = await list('developer', { limit: 1 });
    const second = await list('developer', { limit: 1, ...(first.next ? { cursor: first.next } : {}) });
    expect([...first.items, ...second.items]).toEqual(all.slice(0, 2));
  });
});
