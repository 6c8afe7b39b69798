/** An identity provider leads the service to nothing that only the service reaches. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getSignIn, setSignIn, startSso } from '@custos/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { visitor } from '../testing/visitor.ts';
import { openWorld } from '../testing/world.ts';
import { providerFetch } from './provider-fetch.ts';

let server: Server;
let port: number;
let asked: { url: string | undefined; method: string | undefined; host: string | undefined; body: string }[];

beforeAll(async () => {
  server = createServer((request, response) => {
    void textOf(request).then((body) => {
      asked.push({ url: request.url, method: request.method, host: request.headers.host, body });
      if (request.url === '/moved') response.writeHead(302, { location: '/inside' }).end();
      else if (request.url === '/nothing') response.writeHead(204).end();
      else if (request.url === '/long') response.end('x'.repeat(2 << 20));
      else if (request.url !== '/silent')
        response
          .writeHead(200, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] })
          .end('{"a":1}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked = [];
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}

const GET = { method: 'GET', headers: {}, body: undefined, redirect: 'manual' } as const;

describe('public addresses only', () => {
  const only = providerFetch(false);
  test.each(['127.0.0.1', 'localhost', '[::1]', '2130706433', '[::ffff:127.0.0.1]'])(
    'not %s',
    async (host) => {
      await expect(only(`http://${host}:${port}/`, GET)).rejects.toMatchObject({
        code: 'SSO_ADDRESS',
        message: expect.stringContaining('CUSTOS_SSO_ALLOW_PRIVATE'),
      });
      expect(asked).toEqual([]);
    },
  );
  test('nor behind a name, alone or beside a public one', async () => {
    for (const addresses of [['127.0.0.1'], ['93.184.216.34', '169.254.169.254']])
      await expect(
        providerFetch(false, async () => addresses)(`http://provider.example:${port}/`, GET),
      ).rejects.toMatchObject({ code: 'SSO_ADDRESS' });
    expect(asked).toEqual([]);
  });
  test('the service asks no such provider, and says that it is not reached', async () => {
    const world = await openWorld();
    try {
      const params = { organisation: 'acme' };
      const etag = (await world.call('administrator', getSignIn, { params })).headers.get('etag') ?? '';
      const body = {
        secondFactor: false,
        sso: { issuer: `http://127.0.0.1:${port}`, clientId: 'custos' },
        mappings: [],
        clientSecret: 'a secret of the provider, long enough',
      };
      const set = await world.call('administrator', setSignIn, { params, body }, { 'if-match': etag });
      expect(set.status, await set.text()).toBe(200);
      const begun = await visitor(world.service).call(startSso, { body: { organisation: 'acme' } });
      expect(begun.status).toBe(503);
      expect(asked).toEqual([]);
    } finally {
      await world.close();
    }
  });
});

describe('providers inside the house', () => {
  test('the connection goes to the address that was looked at; content and headers come through', async () => {
    const names: string[] = [];
    const fetch = providerFetch(true, async (name) => {
      names.push(name);
      return names.length === 1 ? ['127.0.0.1'] : ['10.0.0.1'];
    });
    const answer = await fetch(`http://provider.example:${port}/token`, {
      ...GET,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ code: 'a b' }),
    });
    expect(await answer.json()).toEqual({ a: 1 });
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(names).toEqual(['provider.example']);
    expect(asked).toEqual([
      { url: '/token', method: 'POST', host: `provider.example:${port}`, body: 'code=a+b' },
    ]);
  });
  const within = providerFetch(true);
  test('redirects are not followed, and nothing is no content', async () => {
    expect((await within(`http://127.0.0.1:${port}/moved`, GET)).status).toBe(302);
    expect((await within(`http://127.0.0.1:${port}/nothing`, GET)).status).toBe(204);
    expect(asked.map(({ url }) => url)).toEqual(['/moved', '/nothing']);
  });
  test('an answer without end, and one that does not come', async () => {
    await expect(within(`http://127.0.0.1:${port}/long`, GET)).rejects.toMatchObject({ code: 'SSO_ANSWER' });
    const signal = AbortSignal.timeout(200);
    await expect(within(`http://127.0.0.1:${port}/silent`, { ...GET, signal })).rejects.toThrow();
  });
});
