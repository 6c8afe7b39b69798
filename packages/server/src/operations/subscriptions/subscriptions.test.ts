/** Notices by e-mail: confirmed by a link, ended by one click, told to nobody, and never a flood. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  listNotices,
  publishNotice,
  saveSystemPublication,
  withdrawNotice,
  withdrawSystem,
} from '@custos/contract';
import { DAY } from '@custos/core';
import { publishPage } from '@custos/engine';
import { insertSystem } from '@custos/store';
import { sql } from 'kysely';
import { type Browser, chromium } from 'playwright-core';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { askForNotices } from '../../people/subscriptions.ts';
import { REF } from '../../testing/evidence.ts';
import { DECLARATION, openWorld, type World } from '../../testing/world.ts';

const CHROMIUM = '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RUN_AXE = `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
  .then(({ violations }) => violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) })))`;
const Found = z.array(z.object({ id: z.string(), where: z.array(z.string()) }));
const HOUR = DAY / 24;
const LONG = 'Words that say something about it, in a sentence';
const PAGE = '/p/acme/chatbot';
const EVERYBODY = { to: '', head: '', text: '' };

let world: World;
let skew = 0;
let refusing: 451 | 550 | undefined;
/** What happens while the mail server takes its time. */
let meanwhile: () => Promise<unknown> = async () => undefined;
const mails: (typeof EVERYBODY)[] = [];
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onRcptTo: (_, _session, done) =>
    done(refusing ? Object.assign(new Error('no'), { responseCode: refusing }) : null),
  onData: (stream, { envelope }, done) => {
    let raw = '';
    stream.on('data', (piece) => {
      raw += piece;
    });
    stream.on('end', async () => {
      const [head = '', ...body] = raw.split('\r\n\r\n');
      const text = body
        .join('\n\n')
        .replace(/=\r?\n/g, '')
        .replaceAll('=3D', '=');
      mails.push({ to: envelope.rcptTo[0]?.address ?? '', head: head.replace(/\r\n\s+/g, ' '), text });
      await meanwhile();
      done();
    });
  },
});

async function publish(): Promise<void> {
  const publication = await world.service.context.database.within('acme', (control) =>
    control.selectFrom('publications').select('version').where('page', '=', 'chatbot').executeTakeFirst(),
  );
  await publishPage(world.service, REF, {
    by: 'developer@acme.example',
    version: publication?.version ?? 0,
    url: `http://127.0.0.1:7223${PAGE}`,
  });
}

beforeAll(async () => {
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
  const { port } = mailServer.server.address() as AddressInfo;
  world = await openWorld({
    clock: { now: () => new Date(Date.now() + skew).toISOString() },
    mail: { url: `smtp://127.0.0.1:${port}`, from: 'custos@acme.example' },
  });
  // What one place may ask in a minute is tested elsewhere.
  world.service.limits.take = async () => ({});
}, 120_000);
afterAll(async () => {
  await world.close();
  await new Promise<void>((resolve) => mailServer.close(resolve));
});
beforeEach(() => {
  mails.length = 0;
  refusing = undefined;
});

const get = (path: string) => world.send(undefined, path);
/** As a browser sends a form of the page, or a mail program its one click. */
function post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) {
  return world.send(undefined, path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}
async function sent(): Promise<typeof mails> {
  await world.service.outbox.idle();
  await world.service.outbox.sendDue('acme');
  return mails;
}
function linkIn(mail: typeof EVERYBODY | undefined, what: 'subscribe' | 'unsubscribe'): string {
  return new RegExp(`${PAGE}/${what}/\\S+`).exec(mail?.text ?? '')?.[0] ?? '';
}
const mailTo = (email: string) => mails.findLast(({ to }) => to === email);

async function subscribed(email: string): Promise<void> {
  expect((await post(`${PAGE}/subscribe`, { email })).status).toBe(202);
  await sent();
  expect((await post(linkIn(mailTo(email), 'subscribe'))).status).toBe(200);
}
/** Takes an address away as if it had never asked. */
async function ended(email: string): Promise<void> {
  const { context, links } = world.service;
  await context.database.within('acme', async (control) => {
    await control.deleteFrom('subscriptions').where('reader', '=', links.address('acme', email)).execute();
    await control.deleteFrom('subscription_mails').execute();
  });
}
const notice = (title: string) =>
  world.call('developer', publishNotice, {
    params: REF,
    body: {
      title,
      kind: 'security_update',
      audience: 'end_user',
      about: ['CVE-2026-1'],
      description: LONG,
      impact: LONG,
      action: LONG,
      role: 'developer',
    },
  });
const database = () => world.service.context.database;
async function rows(): Promise<object[]> {
  return world.service.context.database.within('acme', (control) =>
    control.selectFrom('subscriptions').selectAll().execute(),
  );
}

test('nothing is offered before the page is published', async () => {
  expect((await get(`${PAGE}/subscribe`)).status).toBe(404);
  expect((await post(`${PAGE}/subscribe`, { email: 'reader@home.example' })).status).toBe(404);
  const page = {
    version: '1',
    purpose: LONG,
    use: LONG,
    management: LONG,
    integration: LONG,
    configuration: LONG,
    dataUse: {
      text: LONG,
      retentionDays: 30,
      storageRegions: 'EU',
      usedForTraining: false,
      humanReview: true,
      subProcessors: 'none',
    },
    incidentContact: 'mailto:incident@acme.example',
  };
  const saved = await world.call(
    'developer',
    saveSystemPublication,
    { params: REF, body: page },
    { 'if-match': '"0"' },
  );
  expect(saved.status).toBe(200);
  await publish();
  expect(await (await get(PAGE)).text()).toContain(`${PAGE}/subscribe`);
  expect((await get(`${PAGE}/subscribe`)).status).toBe(200);
  expect((await get('/p/rival/chatbot/subscribe')).status).toBe(404);
});

describe('asking and confirming', () => {
  test('the form runs nothing, and sends to this place only', async () => {
    const response = await get(`${PAGE}/subscribe`);
    expect(response.headers.get('content-security-policy')).toContain("form-action 'self'");
    expect(response.headers.get('referrer-policy')).toBe('same-origin');
    expect(await response.text()).not.toContain('<script');
  });

  test('a link goes to the address; looking at it confirms nothing, the button does; notices come after that', async () => {
    expect((await post(`${PAGE}/subscribe`, { email: 'Reader@Home.example' })).status).toBe(202);
    await sent();
    const link = linkIn(mailTo('reader@home.example'), 'subscribe');
    expect((await get(link)).status).toBe(200);
    await notice('Before anybody confirmed');
    expect(await sent()).toHaveLength(1);
    expect((await post(link)).status).toBe(200);
    expect((await post(link)).status, 'twice').toBe(200);
    expect(await sent()).toHaveLength(1);
    await notice('After it');
    const [, mail] = await sent();
    expect(mail).toMatchObject({ to: 'reader@home.example' });
    expect(mail?.head).toContain('Subject: Support chatbot: After it');
    expect(mail?.text).not.toContain('Before anybody confirmed');
  });

  test('410 for a link of another place, one that was changed, and one that has ended', async () => {
    await post(`${PAGE}/subscribe`, { email: 'late@home.example' });
    await sent();
    const link = linkIn(mailTo('late@home.example'), 'subscribe');
    expect(link).not.toBe('');
    for (const wrong of [
      `${link}x`,
      link.replace('/acme/', '/rival/'),
      link.replace(/\.[^.]*$/, '.'.padEnd(44, 'a')),
    ])
      expect((await post(wrong)).status, wrong).toBe(410);
    skew += 2 * DAY;
    expect((await get(link)).status).toBe(410);
    expect((await post(link)).status).toBe(410);
    await sent();
    expect(JSON.stringify(await rows())).not.toContain('late');
    expect(await rows()).toHaveLength(1);
  });

  test('whoever asks again has two days from then, by the link of either mail', async () => {
    const email = 'twice@home.example';
    await post(`${PAGE}/subscribe`, { email });
    await sent();
    const link = linkIn(mailTo(email), 'subscribe');
    skew += 2 * DAY - HOUR;
    await post(`${PAGE}/subscribe`, { email });
    await sent();
    expect(linkIn(mailTo(email), 'subscribe')).toBe(link);
    skew += DAY;
    expect((await post(link)).status).toBe(200);
    await ended(email);
  });

  test('whoever confirms by the first mail while a second goes out gets notices', async () => {
    const email = 'quick@home.example';
    await post(`${PAGE}/subscribe`, { email });
    await sent();
    const link = linkIn(mailTo(email), 'subscribe');
    meanwhile = () => post(link);
    await post(`${PAGE}/subscribe`, { email });
    await sent();
    meanwhile = async () => undefined;
    expect(mails).toHaveLength(2);
    skew += HOUR + 1000;
    await notice('For whoever was quick');
    await sent();
    expect(mailTo(email)?.head).toContain('For whoever was quick');
    await ended(email);
  });

  test('422 for what is no address; 415 for what is no form; 403 for a form of another site', async () => {
    expect((await post(`${PAGE}/subscribe`, { email: 'nobody' })).status).toBe(422);
    expect((await post(`${PAGE}/subscribe`, { email: 'a@b.example', more: 'x' })).status).toBe(422);
    expect(
      (await post(`${PAGE}/subscribe`, { email: 'a@b.example' }, { 'content-type': 'text/plain' })).status,
    ).toBe(415);
    const multipart = await post(
      `${PAGE}/subscribe`,
      {},
      { 'content-type': 'multipart/form-data; boundary=x' },
    );
    expect([multipart.status, await multipart.text()]).toEqual([
      415,
      expect.stringContaining('application/x-www-form-urlencoded'),
    ]);
    expect(
      (await post(`${PAGE}/subscribe`, { email: 'a@b.example' }, { origin: 'https://evil.example' })).status,
    ).toBe(403);
  });
});

describe.skipIf(!existsSync(CHROMIUM))('in a browser', () => {
  let browser: Browser;
  let door: Server;
  let url: string;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    // The service believes that it listens at its own address; everything else is what the browser says.
    door = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(Buffer.from(part));
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string'
          ? [[name, value === url ? world.service.baseUrl : value] as [string, string]]
          : [],
      );
      const answer = await world.send(undefined, request.url ?? '/', {
        method: request.method ?? 'GET',
        headers,
        ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
      });
      response.writeHead(answer.status, [...answer.headers].flat());
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await new Promise((resolve) => door.close(resolve));
  });

  test('somebody asks, confirms, and ends it; each page is accessible, wide and narrow, light and dark', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const accessible = async () => {
      for (const [colorScheme, width] of [
        ['light', 1280],
        ['dark', 390],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        await page.evaluate(AXE);
        expect(Found.parse(await page.evaluate(RUN_AXE)), `${page.url()} ${colorScheme}`).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      }
    };
    const heading = () => page.locator('h1').textContent();
    await page.goto(`${url}${PAGE}/subscribe`);
    await accessible();
    await page.getByLabel('E-mail address').fill('browser@home.example');
    await page.getByRole('button').click();
    expect(await heading()).toBe('Look into your mail');
    await accessible();
    await sent();
    await page.goto(`${url}${linkIn(mailTo('browser@home.example'), 'subscribe')}`);
    await accessible();
    await page.getByRole('button').click();
    expect(await heading()).toBe('You get notices from now on');
    await notice('For the browser');
    await sent();
    await page.goto(`${url}${linkIn(mailTo('browser@home.example'), 'unsubscribe')}`);
    await page.getByRole('button').click();
    expect(await heading()).toBe('You get no more notices');
    await page.goto(`${url}${PAGE}/subscribe/nothing-that-we-made`);
    expect(await heading()).toBe('Gone');
    await accessible();
    await context.close();
  }, 60_000);
});

describe('who gets notices is told to nobody', () => {
  test('the answer is the same for an address that gets them, one that asked, and one that never did', async () => {
    const answers = [];
    for (const email of ['reader@home.example', 'new@home.example', 'new@home.example']) {
      const response = await post(`${PAGE}/subscribe`, { email });
      answers.push([response.status, await response.text()]);
    }
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    await sent();
    expect(mails.map(({ to }) => to)).not.toContain('reader@home.example');
  });

  test('addresses lie encrypted, and in no ledger', async () => {
    const raw = JSON.stringify(
      await world.service.context.database.within('acme', (control) =>
        sql`select * from subscriptions`.execute(control),
      ),
    );
    expect(raw).not.toContain('home.example');
    for (const system of [undefined, 'chatbot']) {
      const ledger = await world.service.context.database.ledger('acme', system);
      for await (const entry of ledger.query()) expect(JSON.stringify(entry)).not.toContain('home.example');
    }
  });

  test('members are told how many there are', async () => {
    const response = await world.call('viewer', listNotices, { params: REF });
    expect(listNotices.response.parse(await response.json()).subscribers).toBe(1);
  });

  test('another organisation sees none of it', async () => {
    const seen = await world.service.context.database.within('rival', async (control) => [
      await control.selectFrom('subscriptions').selectAll().execute(),
      await control.selectFrom('subscription_mails').selectAll().execute(),
    ]);
    expect(seen).toEqual([[], []]);
  });
});

describe('limits', () => {
  test('no more than three links a day to one address, however often and at once it is asked', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => post(`${PAGE}/subscribe`, { email: 'flooded@home.example' })),
    );
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([202]));
    await sent();
    for (let again = 0; again < 4; again++) {
      await post(`${PAGE}/subscribe`, { email: 'flooded@home.example' });
      await sent();
    }
    const links = mails.filter(({ to }) => to === 'flooded@home.example').length;
    expect(links).toBeGreaterThan(0);
    expect(links).toBeLessThanOrEqual(3);
  });

  const ask = (email: string, client: string, system = 'chatbot') =>
    askForNotices(world.service, { ...REF, system }, { email, client });

  test('each system counts for itself; a tag after + is the same mailbox', async () => {
    const tried = await database().within('acme', async (control) => {
      const { name, phase, purpose } = DECLARATION;
      await insertSystem(control, {
        organisation: 'acme',
        system: 'second',
        name,
        phase,
        purpose,
        declaration: JSON.stringify({ ...DECLARATION, id: 'second' }),
        created_at: world.service.context.clock.now(),
      });
      return control.selectFrom('subscription_mails').selectAll().execute();
    });
    const asked = async () =>
      (
        await database().within('acme', (control) =>
          control.selectFrom('subscription_mails').selectAll().execute(),
        )
      ).length - tried.length;
    for (const tag of ['', '+1', '+2', '+3', '+4']) await ask(`many${tag}@home.example`, '192.0.2.1');
    expect(await asked()).toBe(3);
    await ask('many@home.example', '192.0.2.1', 'second');
    expect(await asked()).toBe(4);
    await world.service.outbox.idle();
  });

  test('one client asks twenty times a day, and shuts out nobody else; what is kept of it goes after a day', async () => {
    await world.service.outbox.idle();
    await database().within('acme', (control) => control.deleteFrom('subscription_mails').execute());
    for (let one = 0; one < 20; one++) await ask(`reader${one}@home.example`, `2001:db8::${one}`);
    await expect(ask('one-more@home.example', '2001:db8::ffff')).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
    });
    await ask('one-more@home.example', '192.0.2.7');
    skew += DAY;
    await sent();
    const kept = await database().within('acme', (control) =>
      control.selectFrom('subscription_mails').selectAll().execute(),
    );
    expect(kept).toEqual([]);
    await ask('one-more@home.example', '2001:db8::ffff');
    await sent();
    skew += 2 * DAY;
    await sent();
  });

  test('at most one mail an hour, with all that is new', async () => {
    skew += HOUR;
    await sent();
    mails.length = 0;
    await notice('First of three');
    await sent();
    await notice('Second of three');
    await notice('Third of three');
    const gone = await notice('Withdrawn before it went');
    const { id } = publishNotice.response.parse(await gone.json());
    await world.call('developer', withdrawNotice, { params: { ...REF, notice: id } });
    expect(await sent()).toHaveLength(1);
    skew += HOUR + 1000;
    const [, second] = await sent();
    expect(second?.head).toContain('2 notices');
    expect(second?.text).toContain('Second of three');
    expect(second?.text).not.toContain('Withdrawn before');
    expect(await sent()).toHaveLength(2);
  });

  test('what the mail server does not take now is sent later', async () => {
    skew += HOUR + 1000;
    refusing = 451;
    await notice('In bad weather');
    expect(await sent()).toEqual([]);
    refusing = undefined;
    expect(await sent(), 'not at once').toEqual([]);
    skew += 2 * 60_000;
    expect((await sent()).map(({ head }) => head)).toEqual([expect.stringContaining('In bad weather')]);
  });
});

describe('a month without success', () => {
  async function tried(email: string, refused: 451 | 550): Promise<object[]> {
    await subscribed(email);
    skew += HOUR + 1000;
    await world.service.outbox.idle();
    await database().within('acme', (control) =>
      control.updateTable('subscriptions').set({ attempts: 39 }).execute(),
    );
    refusing = refused;
    await notice('That does not arrive');
    await sent();
    const reader = world.service.links.address('acme', email);
    return database().within('acme', (control) =>
      control.selectFrom('subscriptions').select('reader').where('reader', '=', reader).execute(),
    );
  }

  test('erases no reader because a mail server is down', async () => {
    expect(await tried('patient@home.example', 451)).toHaveLength(1);
    await ended('patient@home.example');
  });

  test('erases an address that is refused for good', async () => {
    expect(await tried('no-such@home.example', 550)).toEqual([]);
  });
});

describe('ending', () => {
  test('one click ends it as RFC 8058 says, erases the address, and may come twice', async () => {
    await subscribed('leaving@home.example');
    await notice('The last one');
    await sent();
    const mail = mailTo('leaving@home.example');
    expect(mail?.head).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    const header = /^List-Unsubscribe: <http:\/\/127\.0\.0\.1:7223(\S+)>$/m.exec(mail?.head ?? '')?.[1] ?? '';
    expect(linkIn(mail, 'unsubscribe')).toBe(header);
    const before = (await rows()).length;
    expect((await get(header)).status, 'looking ends nothing').toBe(200);
    expect(await rows()).toHaveLength(before);
    for (const time of ['first', 'second'])
      expect((await post(header, { 'List-Unsubscribe': 'One-Click' })).status, time).toBe(200);
    expect(await rows()).toHaveLength(before - 1);
    expect((await post(`${header}x`)).status).toBe(410);
    mails.length = 0;
    skew += HOUR + 1000;
    await notice('Nobody who left gets this');
    expect((await sent()).map(({ to }) => to)).not.toContain('leaving@home.example');
  });

  test('a page that is withdrawn sends nothing', async () => {
    mails.length = 0;
    skew += HOUR + 1000;
    await notice('Too late');
    const { version } = await world.service.context.database.within('acme', (control) =>
      control
        .selectFrom('publications')
        .select('version')
        .where('page', '=', 'chatbot')
        .executeTakeFirstOrThrow(),
    );
    await world.service.outbox.idle();
    mails.length = 0;
    await world.call('developer', withdrawSystem, { params: REF }, { 'if-match': `"${version}"` });
    skew += HOUR + 1000;
    expect(await sent()).toEqual([]);
    expect((await get(`${PAGE}/subscribe`)).status).toBe(404);
  });
});
