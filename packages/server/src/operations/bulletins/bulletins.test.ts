/** Bulletins through the API: written, sent by mail, chat, console and feed, measured; with targets that hang or are internal. */
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import {
  addBulletinChannel,
  bulletinFeed,
  type CallOf,
  createBulletin,
  deleteBulletin,
  followBulletin,
  getBulletin,
  getBulletinSettings,
  importStaff,
  listBulletins,
  type Operation,
  openBulletin,
  putProgramme,
  type ResultOf,
  renewFeed,
  sendBulletin,
  updateBulletin,
} from '@custos/contract';
import { DAY } from '@custos/core';
import { DEFAULT_CURRICULA, sendBulletin as queueBulletin } from '@custos/engine';
import { bulletinPeople, deliveriesOf, insertBulletinChannel, reached } from '@custos/store';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Mailer } from '../../people/mailer.ts';
import { Outbox } from '../../people/outbox.ts';
import { openWorld, PEOPLE, type PersonName, type World } from '../../testing/world.ts';

const acme = { organisation: 'acme' };
const ACME = (Object.keys(PEOPLE) as PersonName[]).filter((who) => PEOPLE[who].organisation === 'acme');
const START = Date.now();
let now = START;
let world: World;

/** A mail server that takes everything but what is for the auditor. */
const mails: { to: string; text: string }[] = [];
let refused = 'auditor@';
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onRcptTo: ({ address }, _session, done) =>
    done(address.startsWith(refused) ? Object.assign(new Error('no such box'), { responseCode: 550 }) : null),
  onData: (stream, { envelope }, done) => {
    let text = '';
    stream.on('data', (piece) => {
      text += piece;
    });
    stream.on('end', () => {
      mails.push({ to: envelope.rcptTo[0]?.address ?? '', text });
      done();
    });
  },
});

function portOf(server: Server | HttpServer): number {
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
  const { server } = mailServer;
  world = await openWorld({
    clock: { now: () => new Date(++now).toISOString() },
    mail: { url: `smtp://127.0.0.1:${portOf(server)}`, from: 'custos@acme.example' },
  });
}, 120_000);
afterAll(async () => {
  await world.close();
  await new Promise<void>((resolve) => mailServer.close(resolve));
});

async function get<O extends Operation>(
  who: PersonName | undefined,
  op: O,
  call: CallOf<O>,
  headers: Record<string, string> = {},
): Promise<ResultOf<O>> {
  const response = await world.call(who, op, call, headers);
  const text = await response.text();
  expect(response.status, text).toBeLessThan(300);
  const value: unknown = op.mediaType || text === '' ? text : JSON.parse(text);
  return op.response?.parse(value) as ResultOf<O>;
}

async function status<O extends Operation>(
  who: PersonName | undefined,
  op: O,
  call: CallOf<O>,
  headers: Record<string, string> = {},
): Promise<number> {
  return (await world.call(who, op, call, headers)).status;
}

async function verdict(duty: string): Promise<string | undefined> {
  const { assessment } = await world.service.assessor.current({ organisation: 'acme', system: 'chatbot' });
  return assessment.provisions.flatMap(({ duties }) => duties).find(({ id }) => id === duty)?.verdict;
}

const text = (more: object = {}) => ({
  title: 'Injection through <invitations>',
  body: 'Calendar invitations carry orders to assistants.\n\n<script>alert(1)</script> [here](javascript:alert(1))',
  threats: ['THREAT-7'],
  mitigationKnown: true,
  mitigation: 'Do not let the assistant accept invitations from strangers on its own',
  audience: [],
  ...more,
});

async function write(more: object = {}): Promise<string> {
  return (await get('administrator', createBulletin, { params: acme, body: text(more) })).id;
}
const send = (id: string, version = 1) =>
  world.call(
    'administrator',
    sendBulletin,
    { params: { ...acme, bulletin: id } },
    { 'if-match': `"${version}"` },
  );

/** Queues a bulletin; nothing is sent in the background. */
const queue = (id: string, mail: boolean) =>
  queueBulletin(world.service.context, 'acme', {
    by: world.address('administrator'),
    bulletin: id,
    version: 1,
    mail,
  });

/** Sends and waits until nothing is due. */
async function delivered(id: string) {
  await world.service.outbox.sendDue('acme');
  return get('administrator', getBulletin, { params: { ...acme, bulletin: id } });
}

describe('writing', () => {
  test('403 for everybody but administrators', async () => {
    for (const who of ACME.filter((one) => one !== 'administrator'))
      expect(await status(who, createBulletin, { params: acme, body: text() })).toBe(403);
  });
  test('422 when a known mitigation is left out', async () => {
    const { mitigation: _, ...body } = text();
    expect(await status('administrator', createBulletin, { params: acme, body })).toBe(422);
  });
  test('a draft is seen by nobody else, changed by version, and thrown away', async () => {
    const id = await write();
    const params = { ...acme, bulletin: id };
    expect(await status('developer', getBulletin, { params })).toBe(404);
    expect((await get('developer', listBulletins, { params: acme })).items).toEqual([]);
    expect(await status('administrator', updateBulletin, { params, body: text() })).toBe(428);
    await get(
      'administrator',
      updateBulletin,
      { params, body: text({ title: 'Another title' }) },
      { 'if-match': '"1"' },
    );
    expect(
      await status('administrator', updateBulletin, { params, body: text() }, { 'if-match': '"1"' }),
    ).toBe(412);
    expect(await status('administrator', deleteBulletin, { params }, { 'if-match': '"2"' })).toBe(204);
    expect(await status('administrator', getBulletin, { params })).toBe(404);
  });
});

describe('sending', () => {
  let id: string;
  test('goes by mail, console and feed; what the mail server refuses is told', async () => {
    id = await write();
    expect(await verdict('5.1.1-2/b')).toBe('inconclusive');
    const answer = await send(id);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ addressed: ACME.length, ways: ['console', 'email', 'rss'] });
    await world.service.outbox.idle();
    const { sending, state } = await delivered(id);
    expect(state).toBe('sending');
    expect(sending?.ways.find(({ kind }) => kind === 'email')).toMatchObject({
      sent: ACME.length - 1,
      waiting: 1,
      error: expect.stringContaining('550'),
    });
    expect(mails.map(({ to }) => to).sort()).toEqual(
      ACME.filter((who) => who !== 'auditor')
        .map((who) => world.address(who))
        .sort(),
    );
  });
  test('409 for sending it twice, and for changing it', async () => {
    expect((await send(id, 2)).status).toBe(409);
    const params = { ...acme, bulletin: id };
    expect(
      await status('administrator', updateBulletin, { params, body: text() }, { 'if-match': '"2"' }),
    ).toBe(409);
  });
  test('after the last attempt it counts as failed, and the ledger says by which ways it went and whom it reached', async () => {
    for (let attempt = 0; attempt < 8; attempt++) {
      now += DAY / 4;
      await delivered(id);
    }
    const { sending, state } = await delivered(id);
    expect(state).toBe('sent');
    expect(sending?.ways.find(({ kind }) => kind === 'email')).toMatchObject({ failed: 1, waiting: 0 });
    expect(sending?.recordedReach).toBeCloseTo(6 / 7);
    expect(await verdict('5.1.1-2/b')).toBe('pass');
    expect(await verdict('5.1.1-2.1/a')).not.toBe('pass');
  });
  test('whoever opens it is reached; the ledger is told again, and the duty passes', async () => {
    const params = { ...acme, bulletin: id };
    const measured_at = new Date(now).toISOString();
    await world.service.context.database.within('acme', (control) =>
      control.updateTable('bulletins').set({ measured_at }).where('bulletin', '=', id).execute(),
    );
    expect((await get('auditor', listBulletins, { params: acme })).items[0]?.unread).toBe(true);
    expect(await get('auditor', openBulletin, { params })).toEqual({ addressed: true });
    expect((await get('auditor', listBulletins, { params: acme })).items[0]?.unread).toBe(false);
    const { sending: soon } = await delivered(id);
    expect(soon?.recordedReach, 'the ledger is told at most once in an hour').toBeCloseTo(6 / 7);
    now += DAY / 24;
    const { sending } = await delivered(id);
    expect(sending?.recordedReach).toBe(1);
    expect(await verdict('5.1.1-2.1/a')).toBe('pass');
  });
  test('a reader sees no deliveries', async () => {
    const read = await get('developer', getBulletin, { params: { ...acme, bulletin: id } });
    expect(read.sending).toBeUndefined();
  });
});

describe('the link in the mail', () => {
  const tokenOf = (who: PersonName) => {
    const mail = mails.find(({ to }) => to === world.address(who));
    const joined = (mail?.text ?? '').replaceAll(/=\r?\n/g, '');
    return /bulletin#([\w.-]+)/.exec(joined)?.[1] ?? '';
  };
  test('opens the bulletin without signing in, and counts for its reader', async () => {
    const read = await get(undefined, followBulletin, { body: { token: tokenOf('custodian') } });
    expect(read.title).toBe('Injection through <invitations>');
    const [id] = (await get('administrator', listBulletins, { params: acme })).items;
    const people = await world.service.context.database.within('acme', (control) =>
      bulletinPeople(control, id?.id ?? ''),
    );
    expect(people.filter(({ followed_at }) => followed_at !== null).map(({ person }) => person)).toEqual([
      world.address('custodian'),
    ]);
  });
  test('404 when it was altered for somebody else', async () => {
    const [payload = '', seal = ''] = tokenOf('custodian').split('.');
    const [organisation, bulletin] = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify([organisation, bulletin, world.address('viewer')])).toString(
      'base64url',
    );
    for (const token of [`${forged}.${seal}`, `${payload}.${seal.slice(1)}`, 'x'.repeat(40)])
      expect(await status(undefined, followBulletin, { body: { token } })).toBe(404);
  });
});

describe('the feed', () => {
  const read = async (url: string) => world.send(undefined, url.replace(world.service.baseUrl, ''));
  test('is read by its address alone, and nothing in it is markup', async () => {
    const { feedUrl } = await get('viewer', getBulletinSettings, { params: acme });
    const response = await read(feedUrl);
    expect(response.headers.get('content-type')).toContain('application/rss+xml');
    const xml = await response.text();
    expect(xml).toContain('<title>Injection through &lt;invitations&gt;</title>');
    expect(xml).not.toContain('<script>');
    expect(xml).not.toContain('&lt;script&gt;');
    expect(xml).toContain('&amp;lt;script&amp;gt;');
  });
  test('404 for another token, another organisation’s, and the one of before', async () => {
    const { feedUrl } = await get('viewer', getBulletinSettings, { params: acme });
    const token = feedUrl.split('/').at(-2) ?? '';
    for (const params of [
      { ...acme, token: `${token.slice(1)}x` },
      { organisation: 'rival', token },
      { organisation: 'nobody', token },
    ])
      expect(await status(undefined, bulletinFeed, { params })).toBe(404);
    expect(await status('developer', renewFeed, { params: acme })).toBe(403);
    const renewed = await get('administrator', renewFeed, { params: acme });
    expect((await read(feedUrl)).status).toBe(404);
    expect((await read(renewed.feedUrl)).status).toBe(200);
  });
  test('bulletins for some are not in it', async () => {
    const id = await write({ title: 'Only for developers', audience: ['developer'] });
    const answer = await send(id);
    expect(await answer.json()).toEqual({ addressed: 1, ways: ['console', 'email'] });
    const { feedUrl } = await get('viewer', getBulletinSettings, { params: acme });
    expect(await (await read(feedUrl)).text()).not.toContain('Only for developers');
    expect(await status('custodian', getBulletin, { params: { ...acme, bulletin: id } })).toBe(404);
    expect(await status('developer', getBulletin, { params: { ...acme, bulletin: id } })).toBe(200);
  });
  test('422 for an audience that is nobody', async () => {
    expect((await send(await write({ audience: ['astronaut'] }))).status).toBe(422);
  });
});

describe('chat channels', () => {
  test.each([
    'http://chat.example.org/hook',
    'https://127.0.0.1/hook',
    'https://[::1]/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://[::ffff:10.0.0.1]/hook',
    'https://user:pass@chat.example.org/hook',
    'https://2130706433/hook',
  ])('422 for %s', async (url) => {
    const call = { params: acme, body: { name: 'Chat', url } };
    expect(await status('administrator', addBulletinChannel, call)).toBe(422);
  });
  test('the address is shown to nobody, only its host', async () => {
    await get('administrator', addBulletinChannel, {
      params: acme,
      body: { name: 'Team', url: 'https://chat.example.org/hook/s3cr3t' },
    });
    const response = await world.call('administrator', getBulletinSettings, { params: acme });
    const answer = await response.text();
    expect(answer).toContain('chat.example.org');
    expect(answer).not.toContain('s3cr3t');
  });

  const open: (Server | HttpServer)[] = [];
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
  });
  async function listening<S extends Server | HttpServer>(server: S): Promise<S> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push(server);
    return server;
  }

  /** An outbox of its own, with one chat channel and no mail. */
  async function post(
    url: string,
    options: { allowPrivate?: boolean; resolve?: () => Promise<string[]>; timeout?: number },
  ): Promise<string | undefined> {
    const { context, links, seal, log } = world.service;
    const channel = `chat-${Math.random().toString(16).slice(2, 10)}`;
    await context.database.within('acme', async (control) => {
      await control.deleteFrom('bulletin_channels').execute();
      await insertBulletinChannel(control, {
        organisation: 'acme',
        channel,
        name: 'Chat',
        url: await seal.close(url),
      });
    });
    const id = await write();
    await queue(id, false);
    const outbox = new Outbox({
      context,
      links,
      seal,
      mailer: undefined,
      baseUrl: 'https://custos.example',
      log,
      ...options,
    });
    await outbox.sendDue('acme');
    const { sending } = await get('administrator', getBulletin, { params: { ...acme, bulletin: id } });
    const chat = sending?.ways.find(({ kind }) => kind === 'chat');
    return chat?.sent === 1 ? undefined : chat?.error;
  }

  test('a bulletin is posted as text', async () => {
    const posted: string[] = [];
    const server = await listening(
      createServer(async (request, response) => {
        let body = '';
        for await (const piece of request) body += piece;
        posted.push(body);
        response.end('ok');
      }),
    );
    expect(await post(`http://127.0.0.1:${portOf(server)}/hook`, { allowPrivate: true })).toBeUndefined();
    expect(JSON.parse(posted[0] ?? '{}').text).toContain('Calendar invitations carry orders');
  });
  test('a redirect is not followed', async () => {
    let asked = 0;
    const server = await listening(
      createServer((_request, response) => {
        asked++;
        response.writeHead(307, { location: '/elsewhere' }).end();
      }),
    );
    expect(await post(`http://127.0.0.1:${portOf(server)}/`, { allowPrivate: true })).toContain('307');
    expect(asked).toBe(1);
  });
  test('a target that hangs is left', async () => {
    const sockets: Socket[] = [];
    const server = await listening(createTcp((socket) => sockets.push(socket)));
    const error = await post(`http://127.0.0.1:${portOf(server)}/`, { allowPrivate: true, timeout: 200 });
    expect(error).toContain('no answer within');
    for (const socket of sockets) socket.destroy();
  });
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['a link-local address', '169.254.169.254'],
    ['::1', '::1'],
    ['a mapped address', '::ffff:192.168.1.1'],
    ['a private address', '10.1.2.3'],
  ])('a name that resolves to %s is refused when it is sent to', async (_, address) => {
    const error = await post('https://chat.example.org/', { resolve: async () => [address] });
    expect(error).toContain('internal address');
  });
  test('a name that is public at first and internal later is refused when it is', async () => {
    let asked = 0;
    const resolve = async () => (asked++ === 0 ? ['93.184.215.14', '127.0.0.1'] : ['127.0.0.1']);
    expect(await post('https://rebind.example.org/', { resolve })).toContain('internal address');
    expect(asked).toBe(1);
  });
});

describe('a mail server that hangs', () => {
  test('is left after a time; other ways are not held up, and it is tried again', async () => {
    const sockets: Socket[] = [];
    const server = createTcp((socket) => sockets.push(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { context, links, seal, log } = world.service;
    const mailer = new Mailer({
      url: `smtp://127.0.0.1:${portOf(server)}`,
      from: 'a@acme.example',
      timeout: 300,
    });
    const outbox = new Outbox({ context, links, seal, mailer, baseUrl: 'https://custos.example', log });
    const id = await write();
    await queue(id, true);
    const begun = Date.now();
    await outbox.sendDue('acme');
    expect(Date.now() - begun).toBeLessThan(5000);
    const { sending } = await get('administrator', getBulletin, { params: { ...acme, bulletin: id } });
    expect(sending?.ways.find(({ kind }) => kind === 'email')).toMatchObject({
      sent: 0,
      waiting: ACME.length,
    });
    expect(sending?.ways.find(({ kind }) => kind === 'console')).toMatchObject({ sent: 1 });
    for (const socket of sockets) socket.destroy();
    server.close();
    now += DAY / 24;
    const { sending: later } = await delivered(id);
    expect(later?.ways.find(({ kind }) => kind === 'email')).toMatchObject({ sent: ACME.length - 1 });
  });
});

test('reminders go out once a week to whoever has something to take', async () => {
  const joined = new Date(START - 100 * DAY).toISOString();
  const csv = `person,roles,active,joined_at\n${world.address('developer')},staff,yes,${joined}\nleft@acme.example,staff,no,${joined}`;
  await get('administrator', importStaff, {
    params: acme,
    body: { text: csv, scope: 'Everybody with a contract here' },
  });
  await get(
    'administrator',
    putProgramme,
    {
      params: acme,
      body: {
        curricula: DEFAULT_CURRICULA.map((one) => ({ ...one, modules: [...one.modules] })),
        passShare: 0.8,
        attemptsPerDay: 3,
        pauseMinutes: 10,
      },
    },
    { 'if-match': '"0"' },
  );
  const { outbox } = world.service;
  const before = mails.length;
  // Everybody but the auditor, whose box the mail server refuses.
  expect(await outbox.remindDue('acme')).toBe(ACME.length - 1);
  expect(mails.slice(before).map(({ to }) => to)).not.toContain('left@acme.example');
  expect(await outbox.remindDue('acme')).toBe(0);
  refused = 'nobody@';
  now += DAY;
  expect(await outbox.remindDue('acme'), 'whom the mail did not reach is tried the next day').toBe(1);
  expect(mails.at(-1)?.to).toBe(world.address('auditor'));
  expect(await outbox.remindDue('acme')).toBe(0);
  refused = 'auditor@';
  now += 8 * DAY;
  expect(await outbox.remindDue('acme')).toBe(ACME.length - 1);
});

test('each message has an id of its own, however alike the addresses are', async () => {
  const joined = new Date(START - 100 * DAY).toISOString();
  const people = ['one', 'two'].map((name) => `somebody.with.a.long.address.${name}@acme.example`);
  const csv = ['person,roles,active,joined_at', ...people.map((person) => `${person},staff,yes,${joined}`)];
  await get('administrator', importStaff, {
    params: acme,
    body: { text: csv.join('\n'), scope: 'Everybody with a contract here' },
  });
  const id = await write();
  expect((await send(id)).status).toBe(200);
  await world.service.outbox.idle();
  const ids = await world.service.context.database.within('acme', async (control) =>
    (await deliveriesOf(control, id)).map(({ message_id }) => message_id),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test('who was reached in the last hour of the time for it counts; who was later does not', async () => {
  const [inTime, late] = [await write(), await write()];
  for (const id of [inTime, late]) expect((await send(id)).status).toBe(200);
  await world.service.outbox.idle();
  const start = now;
  for (let attempt = 0; attempt < 8; attempt++) {
    now += DAY / 4;
    await world.service.outbox.sendDue('acme');
  }
  const person = world.address('auditor');
  const openedAt = (bulletin: string, at: number) =>
    world.service.context.database.within('acme', (control) =>
      reached(control, { bulletin, person }, 'opened_at', new Date(at).toISOString()),
    );
  const end = start + 14 * DAY;
  await world.service.context.database.within('acme', (control) =>
    control
      .updateTable('bulletins')
      .set({ measured_at: new Date(end - DAY / 48).toISOString() })
      .where('bulletin', 'in', [inTime, late])
      .execute(),
  );
  await openedAt(inTime, end - DAY / 72);
  now = end - DAY / 96;
  expect(await recorded(inTime)).toBeLessThan(1);
  await openedAt(late, end + DAY / 96);
  now = end + DAY / 72;
  expect(await recorded(inTime)).toBe(1);
  expect(await recorded(late)).toBeLessThan(1);

  async function recorded(bulletin: string): Promise<number | null | undefined> {
    await world.service.outbox.sendDue('acme');
    const rows = await world.service.context.database.within('acme', (control) =>
      control.selectFrom('bulletins').select('reach').where('bulletin', '=', bulletin).execute(),
    );
    return rows[0]?.reach;
  }
});
