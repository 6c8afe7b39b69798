/** The built command line against a running service: a repository's evidence arrives as what it is, and CI can ask how a system stands. */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  beginTotp,
  confirmTotp,
  endOtherSessions,
  getSystem,
  listObservations,
  OPERATIONS,
} from '@custos/contract';
import { DAY } from '@custos/core';
import { createRequest } from '@custos/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REF, record, scan } from '../packages/server/src/testing/evidence.ts';
import { codeOf, keyOf, stepNow } from '../packages/server/src/testing/totp.ts';
import {
  openWorld,
  PEOPLE,
  type PersonName,
  passwordOf,
  type World,
} from '../packages/server/src/testing/world.ts';
import { runCli } from './run-cli.ts';

let world: World;
let server: Server;
let url: string;
let home: string;
let repository: string;
/** Turned on by a test: the service goes away in the middle of a push. */
let failAfter = Number.POSITIVE_INFINITY;
const asked: string[] = [];

const LONG = 'Words that say something about it, in a sentence';
const PAGE = {
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

beforeAll(async () => {
  world = await openWorld();
  // The door of a test: whose key it is stands in the key.
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const name = /^Bearer key-of-the-(\w+)-/.exec(request.headers.authorization ?? '')?.[1];
    asked.push(`${request.method} ${request.url}`);
    if (request.method === 'POST' && failAfter-- <= 0) return void request.socket.destroy();
    const who = Object.keys(PEOPLE).find((one): one is PersonName => one === name);
    const headers = Object.entries(request.headers).flatMap(([key, value]) =>
      typeof value === 'string' && key !== 'authorization'
        ? // The service believes that it listens at its own address.
          [[key, value === url ? world.service.baseUrl : value] as [string, string]]
        : [],
    );
    const answer = await world.send(who, request.url ?? '/', {
      method: request.method ?? 'GET',
      headers,
      ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
    });
    response.writeHead(answer.status, [...answer.headers].flat());
    response.end(Buffer.from(await answer.arrayBuffer()));
  }).listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  home = mkdtempSync(join(tmpdir(), 'custos-server-cli-'));
  repository = join(home, 'repository');
  mkdirSync(repository);
  writeFileSync(join(repository, 'app.py'), 'import openai\nclient = openai.OpenAI()\n');
  writeFileSync(
    join(repository, 'custos.yaml'),
    `id: chatbot
name: From the repository
purpose: Answers questions of customers about their orders
phase: deployment
use: { inputs: [text], outputs: [text], exposure: public }
roles:
  developer: [mallory@acme.example]
  system_operator: [mallory@acme.example]
  data_custodian: [mallory@acme.example]
  organisation: [mallory@acme.example]
  auditor: [mallory@acme.example]
`,
  );
}, 120_000);
afterAll(async () => {
  await new Promise((ended) => server.close(ended));
  await world.close();
  rmSync(home, { recursive: true });
});

const key = (who: PersonName) => `key-of-the-${who}-0123456789abcdef`;
async function signIn(who: PersonName) {
  const file = join(home, `${who}.key`);
  writeFileSync(file, `${key(who)}\n`);
  return runCli(home, ['login', url, '--key-file', file]);
}

describe('login', () => {
  test('keeps the key for this account only, and for this server only', async () => {
    const { code, err, out } = await signIn('developer');
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain('as developer@acme.example, for acme');
    const folder = join(home, 'data/servers');
    const [name] = readdirSync(folder);
    expect(statSync(join(folder, name ?? '')).mode & 0o777).toBe(0o600);
    expect(err).not.toContain(key('developer'));
    chmodSync(join(folder, name ?? ''), 0o644);
    await signIn('developer');
    expect(statSync(join(folder, name ?? '')).mode & 0o777).toBe(0o600);
    const other = await runCli(home, ['systems', '--server', 'http://127.0.0.1:1']);
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('custos login')]);
  });

  test('a key that nobody has is refused, and a key goes over HTTPS or stays here', async () => {
    writeFileSync(join(home, 'wrong.key'), 'nobody-has-this-key-at-all');
    const wrong = await runCli(home, ['login', url, '--key-file', join(home, 'wrong.key')]);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('Sign in first')]);
    const plain = await runCli(home, [
      'login',
      'http://custos.example',
      '--key-file',
      join(home, 'wrong.key'),
    ]);
    expect([plain.code, plain.err]).toEqual([2, expect.stringContaining('https://')]);
  });
});

test('systems and status: what one may see, and the exit codes of assess', async () => {
  const listed = await runCli(home, ['systems', '--server', url]);
  expect([listed.code, listed.out]).toEqual([0, expect.stringContaining('chatbot')]);
  const json = await runCli(home, ['systems', '--server', url, '--format', 'json']);
  expect(JSON.parse(json.out)).toMatchObject([{ id: 'chatbot' }]);
  const status = await runCli(home, ['status', 'chatbot', '--server', url]);
  expect([status.code, status.out]).toEqual([3, expect.stringContaining('Support chatbot')]);
  const document = await runCli(home, ['status', 'chatbot', '--server', url, '--format', 'json']);
  expect(JSON.parse(document.out).counts.shall.inconclusive).toBeGreaterThan(0);
  const none = await runCli(home, ['status', 'no-such-system', '--server', url]);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('no system "no-such-system"')]);
});

describe('push', () => {
  const observations = async (type: string) => {
    const params = { organisation: 'acme', system: 'chatbot' };
    const answer = await world.call('viewer', listObservations, { params, query: { type } });
    return listObservations.response.parse(await answer.json()).items;
  };

  test('a repository’s evidence arrives; its roles do not; what was sent is not sent again', async () => {
    expect(await runCli(home, ['assess', repository, '--quiet'])).toMatchObject({ err: '' });
    const first = await runCli(home, ['push', repository, '--server', url]);
    expect([first.code, first.err]).toEqual([0, expect.stringContaining('the declaration was replaced')]);
    const [scan] = await observations('scan-result');
    expect(scan).toMatchObject({
      producer: { name: 'custos' },
      source: expect.stringMatching(/^push:developer@acme\.example sha256:/),
      verified: true,
    });
    const shown = await world.call('viewer', getSystem, {
      params: { organisation: 'acme', system: 'chatbot' },
    });
    const { roles, name } = getSystem.response.parse(await shown.json());
    expect(name).toBe('From the repository');
    expect(JSON.stringify(roles)).not.toContain('mallory');

    asked.length = 0;
    const again = await runCli(home, ['push', repository, '--server', url]);
    expect([again.code, again.err]).toEqual([0, expect.stringContaining('0 observations recorded')]);
    expect(asked.filter((one) => one.startsWith('POST'))).toEqual([]);
    const all = await runCli(home, ['push', repository, '--server', url, '--all']);
    expect([all.code, all.err]).toEqual([
      0,
      expect.stringMatching(/^0 observations recorded.*; [1-9]\d* were there/),
    ]);
  });

  test('a push that breaks off goes on where it stopped, and nothing is there twice', async () => {
    writeFileSync(join(repository, 'more.py'), 'import anthropic\n');
    await runCli(home, ['assess', repository, '--quiet']);
    failAfter = 0;
    const broken = await runCli(home, ['push', repository, '--server', url]);
    failAfter = Number.POSITIVE_INFINITY;
    expect([broken.code, broken.err]).toEqual([2, expect.stringContaining("can't be reached")]);
    expect((await runCli(home, ['push', repository, '--server', url])).code).toBe(0);
    expect(await observations('scan-result')).toHaveLength(2);
  });

  test('what the service refuses is told piece by piece, and ends with 1', async () => {
    const other = join(home, 'other');
    cpSync(repository, other, { recursive: true });
    await signIn('custodian');
    const refused = await runCli(home, ['push', other, '--server', url]);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/entry \d+ was refused \(ROLE\)/);
    await signIn('viewer');
    const viewer = await runCli(home, ['push', other, '--server', url, '--all']);
    expect([viewer.code, viewer.err]).toEqual([2, expect.stringContaining('evidence.record')]);
    await signIn('developer');
  });
});

test('observe: a file in one’s own name, and nobody else’s', async () => {
  const file = join(home, 'evidence.yaml');
  const document = (id: string) => `type: access-review
actor: { id: ${id}, role: developer }
observedAt: 2026-05-01T08:00:00Z
content: { framework: our own, areas: [], measures: [], openItems: 0, reviewedAt: 2026-05-01T08:00:00Z }
`;
  writeFileSync(file, document('developer@acme.example'));
  const words = ['observe', file, '--server', url, '--system', 'chatbot'];
  const own = await runCli(home, words);
  expect([own.code, own.err]).toEqual([0, expect.stringContaining('1 observations recorded')]);
  writeFileSync(file, document('custodian@acme.example'));
  expect(await runCli(home, words)).toMatchObject({
    code: 2,
    err: expect.stringContaining('Only they can hand it in'),
  });
});

describe('as a person', () => {
  let own: string;
  const person = (who: PersonName) => world.address(who);
  async function signInAs(who: PersonName, ...more: string[]) {
    const file = join(own, 'password');
    writeFileSync(file, `${passwordOf(who)}\n`);
    return runCli(own, ['login', url, '--as', person(who), '--password-file', file, ...more]);
  }
  const api = (...words: string[]) => runCli(own, ['api', ...words, '--server', url]);
  const requests = (...words: string[]) => runCli(own, ['requests', ...words, '--server', url]);
  beforeAll(async () => {
    own = join(home, 'person');
    mkdirSync(own);
    await signIn('developer');
    await record(world, 'scan-result', scan());
  });

  test('a wrong password opens nothing, and is not taken from the command line', async () => {
    const file = join(own, 'wrong');
    writeFileSync(file, 'not the password at all');
    const wrong = await runCli(own, ['login', url, '--as', person('operator'), '--password-file', file]);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('is not right')]);
    expect((await api('account.security')).err).toContain('custos login');
    const both = await runCli(own, ['login', url, '--as', person('operator'), '--key-file', file]);
    expect([both.code, both.err]).toEqual([2, expect.stringContaining('--key-file')]);
  });

  test('the session does what no key does, and is readable for this account only', async () => {
    expect(await signInAs('operator')).toMatchObject({ code: 0, out: '' });
    const folder = join(own, 'data/servers');
    const [name = ''] = readdirSync(folder);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, name), 'utf8')).not.toContain(passwordOf('operator'));
    const security = await api('account.security');
    expect(JSON.parse(security.out)).toMatchObject({ method: 'password' });
    const byKey = await runCli(home, ['api', 'account.security', '--server', url]);
    expect([byKey.code, byKey.err]).toEqual([2, expect.stringContaining('--as')]);
  });

  test('api lists every operation, and describes one', async () => {
    const listed = await runCli(own, ['api']);
    for (const { id, access, params, query } of OPERATIONS) {
      expect(listed.out).toContain(`${id}  ${access}`);
      const names = [...Object.keys(params?.shape ?? {}), ...Object.keys(query?.shape ?? {})];
      expect(new Set(names).size, `${id}: a name says which parameter it is`).toBe(names.length);
    }
    const found = await runCli(own, ['api', '--search', 'requests.decide', '--format', 'json']);
    expect(JSON.parse(found.out)).toEqual([
      expect.objectContaining({ access: 'decision.make', params: ['organisation', 'system', 'request'] }),
    ]);
    const described = JSON.parse((await runCli(own, ['api', 'requests.decide', '--describe'])).out);
    expect(described.body.properties.decision.enum).toEqual(['approved', 'rejected']);
  });

  test('wrong arguments are named before anything is sent', async () => {
    const body = join(own, 'body.json');
    asked.length = 0;
    const wrong = async (words: string[], why: string) => {
      expect([await api(...words)], words.join(' ')).toEqual([
        expect.objectContaining({ code: 2, out: '', err: expect.stringContaining(why) }),
      ]);
    };
    await wrong(['systems.gte'], 'Did you mean systems.get?');
    await wrong(['systems.get'], '--param system=…');
    await wrong(['systems.get', '--param', 'sytem=chatbot'], 'no parameter "sytem"');
    await wrong(['systems.get', '--param', 'chatbot'], 'NAME=VALUE');
    await wrong(['systems.get', '--param', 'system=Not an id'], '/system: must be 2–63');
    await wrong(['systems.list', '--param', 'limit=many'], '/limit: ');
    await wrong(['systems.get', '--param', 'system=chatbot', '--all'], 'has no pages');
    await wrong(['systems.get', '--param', 'system=chatbot', '--body', body], 'takes no body');
    await wrong(['findings.raise', '--param', 'system=chatbot'], 'needs a body');
    writeFileSync(body, '{"title": ');
    await wrong(['findings.raise', '--param', 'system=chatbot', '--body', body], 'is no JSON');
    writeFileSync(body, '{"title": "x", "severity": "huge", "much": 1}');
    await wrong(['findings.raise', '--param', 'system=chatbot', '--body', body], '/severity: ');
    await wrong(['publications.publish-system', '--param', 'system=chatbot'], '--if-match');
    expect(asked).toEqual([]);
  });

  test('reads, follows pages, writes with the version that it read, and says what the service refuses', async () => {
    const system = ['--param', 'system=chatbot'];
    expect(JSON.parse((await api('systems.get', ...system)).out)).toMatchObject({ id: 'chatbot' });
    const all = JSON.parse(
      (await api('observations.list', ...system, '--param', 'limit=2', '--all')).out,
    ) as unknown[];
    const answer = await world.call('viewer', listObservations, {
      params: { organisation: 'acme', system: 'chatbot' },
      query: { limit: 200 },
    });
    expect(all).toEqual(listObservations.response.parse(await answer.json()).items);
    const none = await api('systems.get', '--param', 'system=no-such-system');
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('no system "no-such-system"')]);

    const draft = join(own, 'page.json');
    writeFileSync(draft, JSON.stringify(PAGE));
    const saved = await api('publications.save-system', ...system, '--body', draft, '--if-match', '0');
    expect([saved.code, saved.err]).toEqual([0, expect.stringMatching(/^ETag: "1-/)]);
    const stale = await api('publications.save-system', ...system, '--body', draft, '--if-match', '7');
    expect([stale.code, stale.err]).toEqual([2, expect.stringContaining('in the meantime')]);
    const out = join(own, 'ledger.jsonl');
    expect((await api('ledger.export', ...system, '--out', out)).code).toBe(0);
    expect(readFileSync(out, 'utf8').split('\n').length).toBeGreaterThan(3);
  });

  test('403: who holds no role for it is told which permission it takes', async () => {
    expect((await signInAs('viewer')).code).toBe(0);
    const body = join(own, 'finding.json');
    writeFileSync(
      body,
      JSON.stringify({
        title: 'Not mine to say',
        text: 'Words that say something about it',
        severity: 'low',
      }),
    );
    const refused = await api('findings.raise', '--param', 'system=chatbot', '--body', body);
    expect([refused.code, refused.out, refused.err]).toEqual([
      2,
      '',
      expect.stringContaining('permission finding.raise'),
    ]);
    await signInAs('operator');
  });

  test('what everybody may read takes no login', async () => {
    const alone = join(home, 'alone');
    mkdirSync(alone);
    const page = await runCli(alone, [
      'api',
      'pages.organisation',
      '--server',
      url,
      '--param',
      'organisation=acme',
    ]);
    expect([page.code, page.err]).toEqual([2, expect.stringContaining('Nothing is published')]);
  });

  describe('requests', () => {
    const asks = (title: string) =>
      createRequest(world.service, REF, {
        by: person('developer'),
        title,
        note: 'All tests of this release are green',
        ask: { kind: 'approval', of: 'release', seal: { is: 'fingerprint', target: title } },
        steps: [{ role: 'system_operator', needed: 1 }],
        dueAt: new Date(Date.now() + 5 * DAY).toISOString(),
      });

    test('lists what waits, shows the seal, and takes an approval of that very seal', async () => {
      const id = await asks('Release 4.2');
      const name = `chatbot/${id}`;
      expect((await requests()).out).toContain(`${name}  open`);
      expect(JSON.parse((await requests('list', '--mine', 'made', '--format', 'json')).out)).toEqual([]);
      const shown = await requests('show', name);
      expect(shown.out).toContain('Release 4.2');
      const seal = /--sealed (sha256:[0-9a-f]{64})/.exec(shown.out)?.[1] ?? '';
      const words = ['approve', name, '--reason', 'Looked at the tests and the notes of the release'];
      expect(await requests(...words)).toMatchObject({ code: 2, err: expect.stringContaining('--sealed') });
      const other = await requests(...words, '--sealed', `sha256:${'00'.repeat(32)}`);
      expect(other.code).toBe(2);
      expect(await requests(...words.slice(0, 2), '--reason', 'ok', '--sealed', seal)).toMatchObject({
        code: 2,
        err: expect.stringContaining('/reason: '),
      });
      const done = await requests(...words, '--sealed', seal);
      expect([done.code, done.err]).toEqual([0, expect.stringContaining('It is approved')]);
      expect((await requests()).out).toBe('');
    });

    test('a key decides nothing; nor does who asked', async () => {
      const name = `chatbot/${await asks('Release 4.3')}`;
      const words = ['reject', name, '--reason', 'It is my own work that is asked about', '--sealed'];
      const seal = /--sealed (sha256:[0-9a-f]{64})/.exec((await requests('show', name)).out)?.[1] ?? '';
      const byKey = await runCli(home, ['requests', ...words, seal, '--server', url]);
      expect([byKey.code, byKey.err]).toEqual([2, expect.stringContaining('not for an API key')]);
      await signInAs('developer');
      expect((await requests(...words, seal, '--role', 'system_operator')).code).toBe(2);
      expect((await requests(...words, seal)).err).toMatch(/role|asked/i);
      await signInAs('operator');
      expect(
        (await requests('reject', 'no-system-in-it', '--reason', words[3] ?? '', '--sealed', seal)).err,
      ).toContain('SYSTEM/REQUEST');
    });
  });

  test('a session that has ended is said to be, and logout ends it there', async () => {
    const current = async () => JSON.parse((await api('sessions.list')).out).items.length;
    const before = await current();
    await signInAs('operator');
    expect(await current()).toBe(before + 1);
    expect((await api('sessions.list')).out).toContain('command line');
    expect((await runCli(own, ['logout', url])).err).toContain('Ended the session');
    await signInAs('operator');
    expect(await current()).toBe(before + 1);
    await world.call('operator', endOtherSessions, {});
    const ended = await api('systems.list');
    expect([ended.code, ended.err]).toEqual([
      2,
      expect.stringContaining(`run \`custos login ${url}\` again`),
    ]);
    expect((await runCli(own, ['logout', url])).code).toBe(0);
  });

  test('a second factor is asked for', async () => {
    const begun = await world.call('operator', beginTotp, { body: { password: passwordOf('operator') } });
    const { uri } = beginTotp.response.parse(await begun.json());
    const code = (step: number) => codeOf(keyOf(uri), stepNow() + step);
    expect((await world.call('operator', confirmTotp, { body: { code: code(0) } })).status).toBe(204);
    expect(await signInAs('operator')).toMatchObject({ code: 2, err: expect.stringContaining('--code') });
    expect((await signInAs('operator', '--code', '000000')).err).toContain('not right');
    expect((await signInAs('operator', '--code', code(1))).code).toBe(0);
    expect(JSON.parse((await api('account.security')).out)).toMatchObject({ method: 'totp' });
  });
});

test('logout forgets the key', async () => {
  expect((await runCli(home, ['logout', url])).err).toContain('Forgot');
  expect((await runCli(home, ['systems', '--server', url])).code).toBe(2);
  for (const name of readdirSync(join(home, 'data/servers')))
    expect(readFileSync(join(home, 'data/servers', name), 'utf8')).not.toContain(url);
});
