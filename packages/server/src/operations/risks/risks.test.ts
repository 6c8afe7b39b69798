/** Confidential reports through the API: who sees what, what the ledger says, and what it never says. */
import {
  acknowledgeRiskReport,
  addToRiskReport,
  answerRiskReport,
  type CallOf,
  closeRiskReport,
  followRiskReport,
  getMe,
  getMyRiskReports,
  getRiskReport,
  listRiskReports,
  type Operation,
  Problem,
  type ResultOf,
  reportRisk,
  reportRiskUnnamed,
  setPublicRiskReports,
} from '@custos/contract';
import { DAY } from '@custos/core';
import { insertRiskReport, publicRiskReports } from '@custos/store';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { visitor } from '../../testing/visitor.ts';
import { openWorld, PEOPLE, type PersonName, type World } from '../../testing/world.ts';

const acme = { organisation: 'acme' };
const OTHERS = (Object.keys(PEOPLE) as PersonName[]).filter(
  (who) => PEOPLE[who].organisation === 'acme' && who !== 'administrator',
);
let now = Date.now();
let world: World;

beforeAll(async () => {
  world = await openWorld({ clock: { now: () => new Date(++now).toISOString() } });
}, 120_000);
afterAll(() => world.close());

async function get<O extends Operation>(
  who: PersonName | undefined,
  op: O,
  call: CallOf<O>,
  headers: Record<string, string> = {},
): Promise<ResultOf<O>> {
  const response = await world.call(who, op, call, headers);
  const text = await response.text();
  expect(response.status, text).toBeLessThan(300);
  return op.response?.parse(text === '' ? undefined : JSON.parse(text)) as ResultOf<O>;
}

async function status<O extends Operation>(
  who: PersonName | undefined,
  op: O,
  call: CallOf<O>,
  headers: Record<string, string> = {},
): Promise<number> {
  return (await world.call(who, op, call, headers)).status;
}

/** Everything that the organisation's ledger holds, as text. */
async function ledgerText(): Promise<string> {
  const ledger = await world.service.context.database.ledger('acme');
  let text = '';
  for await (const entry of ledger.query())
    text +=
      entry.kind === 'act'
        ? JSON.stringify(entry.act)
        : Buffer.from(entry.envelope.payload, 'base64').toString();
  return text;
}

/** When a report came in, as the statements of the ledger have it: `receivedAt` and `observedAt`. */
async function timesInLedger(report: string): Promise<string[]> {
  const ledger = await world.service.context.database.ledger('acme');
  const time: string[] = [];
  for await (const entry of ledger.query()) {
    if (entry.kind === 'act') continue;
    const payload = Buffer.from(entry.envelope.payload, 'base64').toString();
    if (payload.includes(report))
      time.push(...[...payload.matchAll(/"(?:receivedAt|observedAt)":"([^"]+)"/g)].map(([, at = '']) => at));
  }
  expect(time.length).toBeGreaterThan(1);
  return time;
}

const body = (more: object = {}) => ({
  subject: 'Assistant shows other customers',
  body: 'Since this morning the offer assistant shows discounts of other customers when it is asked twice.',
  ...more,
});
/** From the operation that everybody calls first: whoever asks for it gives nothing away. */
async function ticketOf(who: PersonName): Promise<string> {
  const [organisation] = (await get(who, getMe, {})).organisations;
  expect(organisation?.reportTicket).toBeDefined();
  return organisation?.reportTicket ?? '';
}

const read = (who: PersonName, report: string) => get(who, getRiskReport, { params: { ...acme, report } });

describe('under one’s own name', () => {
  let id: string;
  let code: string;
  test('the reporter follows it, and only those who handle reports read it', async () => {
    ({ id, code } = await get('developer', reportRisk, { params: acme, body: body() }));
    expect((await get('developer', getMyRiskReports, { params: acme })).items.map((one) => one.id)).toEqual([
      id,
    ]);
    expect((await get('operator', getMyRiskReports, { params: acme })).items).toEqual([]);
    for (const who of OTHERS) {
      expect(await status(who, listRiskReports, { params: acme }), who).toBe(403);
      expect(await status(who, getRiskReport, { params: { ...acme, report: id } }), who).toBe(403);
    }
    expect(await status('stranger', getRiskReport, { params: { organisation: 'rival', report: id } })).toBe(
      404,
    );
    expect(await read('administrator', id)).toMatchObject({ reporter: world.address('developer') });
  });
  test('the ledger says that it came in, and neither who nor what', async () => {
    const text = await ledgerText();
    expect(text).toContain(id);
    for (const secret of [world.address('developer'), 'offer assistant', 'Assistant shows', code])
      expect(text).not.toContain(secret);
  });
  test('409 for closing it before it was acknowledged; then acknowledged, answered and closed', async () => {
    const params = { ...acme, report: id };
    const close = { params, body: { outcome: 'mitigated' as const } };
    expect(await status('administrator', closeRiskReport, close, { 'if-match': '"1"' })).toBe(409);
    now += DAY / 24;
    expect(await status('administrator', acknowledgeRiskReport, { params }, { 'if-match': '"7"' })).toBe(412);
    expect(await status('administrator', acknowledgeRiskReport, { params }, { 'if-match': '"1"' })).toBe(204);
    expect(await status('administrator', acknowledgeRiskReport, { params }, { 'if-match': '"2"' })).toBe(409);
    expect(
      await status('administrator', answerRiskReport, { params, body: { text: 'Thank you. Since when?' } }),
    ).toBe(204);
    const { acknowledgement } = await get('administrator', listRiskReports, { params: acme });
    expect(acknowledgement?.median).toBeCloseTo(1, 1);
    expect(await status('administrator', closeRiskReport, close, { 'if-match': '"2"' })).toBe(204);
    expect(await status('administrator', closeRiskReport, close, { 'if-match': '"3"' })).toBe(409);
    const text = await ledgerText();
    expect(text).toContain('"acknowledgedAt"');
    expect(text).toContain('The risk was confirmed, and it is mitigated');
    expect(text).not.toContain('Since when?');
  });
  test('with the code anybody who has it sees status and answers', async () => {
    const followed = await get(undefined, followRiskReport, {
      params: acme,
      body: { code: code.toLowerCase() },
    });
    expect(followed).toMatchObject({ id, state: 'closed', outcome: 'mitigated' });
    expect(followed.messages.map(({ from }) => from)).toEqual(['handler']);
    const more = { params: acme, body: { code, text: 'One more thing' } };
    expect(await status(undefined, addToRiskReport, more)).toBe(409);
  });
  test('404 for another code, and for the code at another organisation', async () => {
    const wrong = `A${code.slice(1)}` === code ? `B${code.slice(1)}` : `A${code.slice(1)}`;
    expect(await status(undefined, followRiskReport, { params: acme, body: { code: wrong } })).toBe(404);
    expect(
      await status(undefined, followRiskReport, { params: { organisation: 'rival' }, body: { code } }),
    ).toBe(404);
  });
});

describe('without a name', () => {
  test('404 from outside until the organisation allows it, the same as for one that is not there', async () => {
    const call = { params: acme, body: body() };
    const closed = await world.call(undefined, reportRiskUnnamed, call);
    const nobody = await world.call(undefined, reportRiskUnnamed, {
      ...call,
      params: { organisation: 'ghosts' },
    });
    const detail = async (response: Response) => Problem.parse(await response.json()).detail;
    expect([closed.status, nobody.status]).toEqual([404, 404]);
    expect(await detail(closed)).toBe(await detail(nobody));
  });
  test('members report with a ticket that is the same for all, and nothing holds who it was', async () => {
    const ticket = await ticketOf('custodian');
    expect(await ticketOf('viewer')).toBe(ticket);
    const { id, code } = await get('custodian', reportRiskUnnamed, { params: acme, body: body({ ticket }) });
    const report = await read('administrator', id);
    expect(report).toMatchObject({ channel: 'console' });
    expect(report.reporter).toBeUndefined();
    expect((await get('custodian', getMyRiskReports, { params: acme })).items).toEqual([]);
    expect(
      await status(undefined, addToRiskReport, {
        params: acme,
        body: { code, text: 'It also happens on Tuesdays' },
      }),
    ).toBe(204);
    expect((await read('administrator', id)).messages).toMatchObject([{ from: 'reporter' }]);
    const { rows } = await import('kysely').then(({ sql }) =>
      world.service.context.database.within('acme', (control) =>
        sql<{
          row: string;
        }>`select row_to_json(r)::text as row from risk_reports r where report = ${id}`.execute(control),
      ),
    );
    expect(rows[0]?.row).not.toContain(world.address('custodian'));
    expect(rows[0]?.row).not.toContain(code);
    expect(rows[0]?.row).not.toContain('offer assistant');
  });
  test('its times are full hours, in the inbox, in the conversation and in the ledger', async () => {
    const ticket = await ticketOf('operator');
    const { id, code, receivedAt } = await get(undefined, reportRiskUnnamed, {
      params: acme,
      body: body({ ticket }),
    });
    await get(undefined, addToRiskReport, { params: acme, body: { code, text: 'And on Wednesdays' } });
    const report = await read('administrator', id);
    const times = await timesInLedger(id);
    for (const at of [receivedAt, report.receivedAt, report.messages[0]?.at, ...times])
      expect(at).toMatch(/T\d\d:00:00\.000Z$/);
  });
  test('404 with the ticket of another organisation, or of the day before yesterday', async () => {
    const [foreign, ticket] = [await ticketOf('stranger'), await ticketOf('viewer')];
    now += 2 * DAY;
    for (const given of [foreign, ticket])
      expect(
        await status(undefined, reportRiskUnnamed, { params: acme, body: body({ ticket: given }) }),
      ).toBe(404);
    now -= 2 * DAY;
  });
  test('anybody, once it is allowed by those who handle reports', async () => {
    expect(
      await status('developer', setPublicRiskReports, { params: acme, body: { publicReports: true } }),
    ).toBe(403);
    await get('administrator', setPublicRiskReports, { params: acme, body: { publicReports: true } });
    const { id } = await get(undefined, reportRiskUnnamed, { params: acme, body: body() });
    expect(await read('administrator', id)).toMatchObject({ channel: 'public' });
    expect((await get('viewer', getMyRiskReports, { params: acme })).publicUrl).toContain('/report/acme');
  });
  test('429 from outside after a hundred in a day; members report still, and nothing is buried', async () => {
    const { organisation } = acme;
    const ticket = await ticketOf('developer');
    const { id: early } = await get(undefined, reportRiskUnnamed, { params: acme, body: body({ ticket }) });
    const { database } = world.service.context;
    const sealed = await world.service.seal.close('One of many');
    const received = new Date(now).toISOString();
    await database.within(organisation, async (control) => {
      const before = await publicRiskReports(control, new Date(now - DAY).toISOString());
      for (let n = before; n < 99; n++)
        await insertRiskReport(control, {
          organisation,
          report: `risk-${n.toString(16).padStart(16, '0')}`,
          channel: 'public',
          reporter: null,
          code: `sha256:${n.toString(16).padStart(64, '0')}`,
          subject: sealed,
          body: sealed,
          received_at: received,
        });
    });
    await get(undefined, reportRiskUnnamed, { params: acme, body: body() });
    const stranger = visitor(world.service, '203.0.113.1');
    const refused = await stranger.call(reportRiskUnnamed, { params: acme, body: body() });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3600']);
    expect(await status(undefined, reportRiskUnnamed, { params: acme, body: body({ ticket }) })).toBe(201);

    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 30, ...(cursor === undefined ? {} : { cursor }) };
      const page = await get('administrator', listRiskReports, { params: acme, query });
      expect(page.items.length).toBeLessThanOrEqual(30);
      expect(page.items.every(({ state }) => state !== 'closed')).toBe(true);
      found.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(new Set(found).size).toBe(found.length);
    expect(found.length).toBeGreaterThan(100);
    expect(found).toContain(early);
    const closed = await get('administrator', listRiskReports, { params: acme, query: { state: 'closed' } });
    expect(closed.items.map(({ state }) => state)).toEqual(['closed']);
    expect(
      await status('administrator', listRiskReports, { params: acme, query: { cursor: 'nonsense' } }),
    ).toBe(422);
    now += DAY + DAY / 24;
    expect((await stranger.call(reportRiskUnnamed, { params: acme, body: body() })).status).toBe(201);
    now -= DAY + DAY / 24;
  }, 120_000);
});

test('whoever has the code of a report fills it with so many messages and no more', async () => {
  const ticket = await ticketOf('viewer');
  const { id, code } = await get(undefined, reportRiskUnnamed, { params: acme, body: body({ ticket }) });
  const text = await world.service.seal.close('More of the same');
  await world.service.context.database.within('acme', (control) =>
    sql`insert into risk_messages (organisation, report, sequence, at, from_reporter, body)
      select 'acme', ${id}, n, '2026-01-01T00:00:00.000Z', true, ${text} from generate_series(1, 199) as n`.execute(
      control,
    ),
  );
  const add = () => status(undefined, addToRiskReport, { params: acme, body: { code, text: 'One more' } });
  expect(await add()).toBe(204);
  expect(await add()).toBe(409);
  const answer = { params: { ...acme, report: id }, body: { text: 'We have read enough of it' } };
  expect(await status('administrator', answerRiskReport, answer)).toBe(204);
});
