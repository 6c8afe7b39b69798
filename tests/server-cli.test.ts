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
import { getSystem, listObservations } from '@custos/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, PEOPLE, type PersonName, type World } from '../packages/server/src/testing/world.ts';
import { runCli } from './run-cli.ts';

let world: World;
let server: Server;
let url: string;
let home: string;
let repository: string;
/** Turned on by a test: the service goes away in the middle of a push. */
let failAfter = Number.POSITIVE_INFINITY;
const asked: string[] = [];

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
      typeof value === 'string' && key !== 'authorization' ? [[key, value] as [string, string]] : [],
    );
    const answer = await world.send(who, request.url ?? '/', {
      method: request.method ?? 'GET',
      headers,
      ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
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

test('logout forgets the key', async () => {
  expect((await runCli(home, ['logout', url])).err).toContain('Forgot');
  expect((await runCli(home, ['systems', '--server', url])).code).toBe(2);
  for (const name of readdirSync(join(home, 'data/servers')))
    expect(readFileSync(join(home, 'data/servers', name), 'utf8')).not.toContain(url);
});
