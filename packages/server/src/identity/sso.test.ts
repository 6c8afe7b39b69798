/** Single sign-on against a real OpenID provider on the loopback address. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  acceptInvitation,
  beginTotp,
  changePassword,
  getMe,
  getSecurity,
  getSignIn,
  invite,
  linkSso,
  listMembers,
  listSessions,
  listSystems,
  setSignIn,
  signInWithPassword,
  startSso,
} from '@custos/contract';
import Provider, { interactionPolicy } from 'oidc-provider';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { actsOf, type Visitor, visitor } from '../testing/visitor.ts';
import { openWorld, type PersonName, passwordOf, type World } from '../testing/world.ts';
import { issuerIsSafe, SSO_CALLBACK } from './sso.ts';

interface Person {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
  groups?: string[];
}

let world: World;
let server: Server;
let issuer: string;
/** Who is signed in at the provider. */
let at: Person;
/** Happens at the service while the provider is asked what a code is worth. */
let meanwhile: (() => Promise<unknown>) | undefined;
const acme = { organisation: 'acme' };
let addresses = 0;
function somebody(): Visitor {
  addresses += 1;
  return visitor(world.service, `203.0.113.${addresses}`);
}

beforeAll(async () => {
  world = await openWorld({ ssoPrivate: true });
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const policy = interactionPolicy.base();
  policy.remove('login');
  policy.remove('consent');
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'custos',
        client_secret: 'a secret of the provider, long enough',
        redirect_uris: ['http://127.0.0.1:7223/api/v1/session/sso/callback'],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...at, sub }) }),
    interactions: { policy },
    features: { devInteractions: { enabled: false } },
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: 'custos',
        accountId: ctx.oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
    cookies: { keys: ['only for tests'] },
  });
  // Whoever comes is the person of the moment.
  const { Session } = provider;
  const get = Session.get.bind(Session);
  Session.get = async (ctx) => {
    const session = await get(ctx);
    session.accountId = at.sub;
    session.loginTs = Math.floor(Date.now() / 1000);
    return session;
  };
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    if (request.url === '/token') await meanwhile?.();
    await answer(request, response);
  });
  await configure({});
}, 60_000);
afterAll(async () => {
  await world.close();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  meanwhile = undefined;
  at = { sub: 'subject-1', email: 'ida@acme.example', email_verified: true, name: 'Ida' };
});

async function configure(more: {
  mappings?: object[];
  sso?: object | null;
  clientSecret?: string;
  secondFactor?: boolean;
}) {
  const read = await world.call('administrator', getSignIn, { params: acme });
  const sso = { issuer, clientId: 'custos', groupsClaim: 'groups' };
  const body = {
    secondFactor: false,
    sso,
    mappings: [{ group: 'staff', role: 'viewer' }],
    clientSecret: 'a secret of the provider, long enough',
    ...more,
  };
  return world.call('administrator', setSignIn, { params: acme, body } as never, {
    'if-match': read.headers.get('etag') ?? '',
  });
}

/** Goes to the provider and comes back. @returns where the browser ends */
async function goThrough(one: Visitor, to?: string): Promise<string> {
  const { url } = await one.get(startSso, {
    body: { organisation: 'acme', ...(to === undefined ? {} : { to }) },
  });
  return back(one, await fromProvider(url));
}

/** Somebody signed in connects their account. @returns where the browser ends */
async function connect(one: Visitor): Promise<string> {
  const { url } = await one.get(linkSso, { body: acme });
  return back(one, await fromProvider(url));
}

async function entered(who: PersonName): Promise<Visitor> {
  const one = somebody();
  await one.get(signInWithPassword, { body: { email: world.address(who), password: passwordOf(who) } });
  return one;
}

async function fromProvider(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' });
  const location = response.headers.get('location');
  if (location === null) throw new Error(`${response.status} ${await response.text()}`);
  return location;
}

/** Sessions that the organisation's provider opened. */
function sessionsOf(organisation: string): Promise<{ id: string }[]> {
  return world.service.context.database.identities((control) =>
    control
      .selectFrom('auth_sessions')
      .select('id')
      .where('organisation', '=', organisation)
      .orderBy('id')
      .execute(),
  );
}

async function back(one: Visitor, callback: string): Promise<string> {
  const { pathname, search } = new URL(callback);
  const response = await one.request(`${pathname}${search}`);
  expect(response.status).toBe(303);
  return response.headers.get('location') ?? '';
}

describe('signing in', () => {
  test('a group that is mapped makes a member, with that role; the session opens this organisation', async () => {
    at.groups = ['staff'];
    const one = somebody();
    expect(await goThrough(one, '/acme/systems?phase=design')).toBe('/acme/systems?phase=design');
    const me = await one.get(getMe, {});
    expect(me).toMatchObject({ person: 'ida@acme.example', organisations: [{ id: 'acme', role: 'viewer' }] });
    expect((await one.get(getSecurity, {})).method).toBe('sso');
    expect((await actsOf(world.service, 'acme')).at(-1)).toMatchObject({
      type: 'member.signed-in-with-groups',
      actor: issuer,
      detail: { person: 'ida@acme.example', groups: ['staff'] },
    });
    const acts = (await actsOf(world.service, 'acme')).length;
    await goThrough(somebody());
    expect((await actsOf(world.service, 'acme')).length, 'nothing changed, nothing recorded').toBe(acts);
  });

  test('roles follow the groups: given, changed, and taken', async () => {
    await configure({
      mappings: [
        { group: 'auditors', role: 'auditor' },
        { group: 'staff', role: 'viewer' },
        { group: 'ml', system: 'chatbot', systemRole: 'developer' },
      ],
    });
    at = { ...at, sub: 'subject-2', email: 'ben@acme.example', groups: ['staff', 'ml'] };
    const one = somebody();
    await goThrough(one);
    expect((await one.get(getMe, {})).organisations[0]).toMatchObject({
      role: 'viewer',
      systems: { chatbot: ['developer'] },
    });
    at.groups = ['auditors', 'ml'];
    expect(await goThrough(somebody()), 'an auditor works on no system').toMatch(/problem=sso-refused$/);
    expect((await one.get(getMe, {})).organisations[0]).toMatchObject({
      role: 'viewer',
      systems: { chatbot: ['developer'] },
    });
    at.groups = ['auditors'];
    await goThrough(one);
    expect((await one.get(getMe, {})).organisations[0]).toMatchObject({ role: 'auditor', systems: {} });
    at.groups = [];
    await goThrough(one);
    expect((await one.get(getMe, {})).organisations[0]?.role).toBe('contributor');
    await configure({});
  });

  test('who is in no mapped group, and was removed or never there, stays out', async () => {
    at = { ...at, sub: 'subject-3', email: 'odd@acme.example', groups: ['visitors'] };
    const one = somebody();
    expect(await goThrough(one)).toBe('/sign-in?problem=sso-no-member');
    expect((await one.call(getMe, {})).status).toBe(401);
  });

  test('an address that is not verified counts only where the organisation says so', async () => {
    at = { sub: 'subject-4', email: 'administrator@acme.example', email_verified: false, groups: ['staff'] };
    const one = somebody();
    expect(await goThrough(one)).toBe('/sign-in?problem=sso-no-email');
    expect((await one.call(getMe, {})).status).toBe(401);
  });

  test('a known subject stays who it is, whatever address the provider says now', async () => {
    at.groups = ['staff'];
    await goThrough(somebody());
    at.email = 'administrator@acme.example';
    const one = somebody();
    await goThrough(one);
    expect((await one.get(getMe, {})).person).toBe('ida@acme.example');
    // Another subject with the address of the first is not let in as them.
    at = { sub: 'subject-5', email: 'ida@acme.example', email_verified: true, groups: ['staff'] };
    expect(await goThrough(somebody())).toBe('/sign-in?problem=sso-refused');
  });
});

describe('what the provider of one organisation can not do', () => {
  test('open another organisation, or touch the account', async () => {
    at = { sub: 'subject-6', email: 'stranger@rival.example', email_verified: true, groups: ['staff'] };
    const before = await entered('stranger');
    expect(await connect(await entered('stranger'))).toBe('/account');
    expect((await before.call(getMe, {})).status, 'a session that began with less').toBe(401);
    const one = somebody();
    await goThrough(one);
    const again = await one.call(linkSso, { body: acme });
    expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([403, 'SSO_SESSION']);
    const me = await one.get(getMe, {});
    expect([me.person, me.organisations.map(({ id }) => id)]).toEqual(['stranger@rival.example', ['acme']]);
    expect((await one.call(listSystems, { params: { organisation: 'rival' } })).status).toBe(404);
    const password = passwordOf('stranger');
    const newPassword = 'violet tram under rain';
    for (const response of [
      await one.call(changePassword, { body: { currentPassword: password, newPassword } }),
      await one.call(beginTotp, { body: { password } }),
    ])
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
        403,
        'SSO_SESSION',
      ]);
    const own = somebody();
    await own.get(signInWithPassword, { body: { email: 'stranger@rival.example', password } });
    // The way round: the password of elsewhere does not open what only the provider opens.
    expect((await own.get(getMe, {})).organisations.map(({ id }) => id)).toEqual(['rival']);
    expect((await own.call(listSystems, { params: acme })).status).toBe(404);
    expect(await one.get(getSecurity, {}), 'what opens the account elsewhere is not told').toEqual({
      method: 'sso',
      password: false,
      totp: false,
      passkeys: [],
    });
    expect((await own.get(getSecurity, {})).password).toBe(true);
    expect((await one.get(listSessions, {})).items).toHaveLength(1);
    expect((await own.get(listSessions, {})).items.length).toBeGreaterThan(1);
  });

  test('accept an invitation of another organisation for somebody', async () => {
    const made = await (await entered('stranger')).get(invite, {
      params: { organisation: 'rival' },
      body: { person: 'auditor@acme.example', role: 'administrator' },
    });
    const token = made.link?.split('#')[1] ?? '';
    at = { sub: 'subject-7', email: 'auditor@acme.example', email_verified: true };
    await connect(await entered('auditor'));
    const one = somebody();
    expect(await goThrough(one)).toBe('/');
    expect((await one.call(acceptInvitation, { body: { token } })).status).toBe(401);
  });
});

describe('an account that somebody owns', () => {
  test('is opened by no provider that its owner did not connect, whatever address it says', async () => {
    await configure({ sso: { issuer, clientId: 'custos', groupsClaim: 'groups', trustEmail: true } });
    at = { sub: 'subject-8', email: 'developer@acme.example', email_verified: false, groups: ['staff'] };
    const one = somebody();
    expect(await goThrough(one)).toBe('/sign-in?problem=sso-link-first');
    expect((await one.call(getMe, {})).status).toBe(401);

    const owner = await entered('developer');
    at.email = 'operator@acme.example';
    expect(await connect(owner), 'another address').toBe('/sign-in?problem=sso-other-person');
    expect(await goThrough(somebody())).toBe('/sign-in?problem=sso-link-first');
    at.email = 'developer@acme.example';
    expect(await connect(owner)).toBe('/account');
    expect((await owner.get(getSecurity, {})).method, 'the session stays').toBe('password');
    expect(await goThrough(one)).toBe('/');
    expect((await one.get(getMe, {})).person).toBe('developer@acme.example');
    // Another subject of that address is still nobody.
    at.sub = 'subject-9';
    expect(await goThrough(somebody())).toMatch(/problem=sso-link-first/);
    expect(await connect(owner)).toMatch(/problem=sso-refused/);
    await configure({});
  });

  test('is not connected by a provider before there was an owner', async () => {
    const person = 'newcomer@corp.example';
    at = { sub: 'subject-10', email: person, email_verified: true, groups: ['staff'] };
    const squatter = somebody();
    expect(await goThrough(squatter)).toBe('/');
    const made = await (await entered('stranger')).get(invite, {
      params: { organisation: 'rival' },
      body: { person, role: 'viewer' },
    });
    const token = made.link?.split('#')[1] ?? '';
    const body = { token, name: 'New', password: 'violet tram under rain' };
    await somebody().get(acceptInvitation, { body });
    expect((await squatter.call(getMe, {})).status).toBe(401);
    expect(await goThrough(squatter)).toBe('/sign-in?problem=sso-link-first');
  });
});

describe('the way there and back', () => {
  test('leads to no other site', async () => {
    at.groups = ['staff'];
    for (const to of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/a\\..\\evil',
      'javascript:alert(1)',
      '/x\r\nset-cookie: a=b',
    ])
      expect(await goThrough(somebody(), to), to).toBe('/');
  });

  test('works once, in the browser that began it, with the state that it began with', async () => {
    at.groups = ['staff'];
    const one = somebody();
    const { url } = await one.get(startSso, { body: { organisation: 'acme' } });
    const cookie = one.set.find((text) => text.startsWith('custos.sso='));
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
    const callback = await fromProvider(url);
    expect(await back(somebody(), callback), 'another browser').toBe('/sign-in?problem=sso-expired');
    const forged = new URL(callback);
    forged.searchParams.set('state', 'x'.repeat(43));
    expect(await back(one, forged.href), 'another state').toBe('/sign-in?problem=sso-expired');
    const again = somebody();
    const second = await again.get(startSso, { body: { organisation: 'acme' } });
    const done = await fromProvider(second.url);
    const flow = again.cookies.get('custos.sso') ?? '';
    expect(await back(again, done)).toBe('/');
    again.cookies.set('custos.sso', flow);
    expect(await back(again, done), 'a second time').toBe('/sign-in?problem=sso-expired');
  });

  test('a code of another flow opens nothing', async () => {
    at.groups = ['staff'];
    const [a, b] = [somebody(), somebody()];
    const first = await a.get(startSso, { body: { organisation: 'acme' } });
    const second = await b.get(startSso, { body: { organisation: 'acme' } });
    const code = new URL(await fromProvider(first.url)).searchParams.get('code') ?? '';
    const mixed = new URL(await fromProvider(second.url));
    mixed.searchParams.set('code', code);
    expect(await back(b, mixed.href)).toBe('/sign-in?problem=sso-refused');
    expect((await b.call(getMe, {})).status).toBe(401);
  });

  test('is refused after the organisation changed its settings', async () => {
    at.groups = ['staff'];
    const one = somebody();
    const { url } = await one.get(startSso, { body: { organisation: 'acme' } });
    const callback = await fromProvider(url);
    await configure({ mappings: [{ group: 'staff', role: 'administrator' }] });
    expect(await back(one, callback)).toBe('/sign-in?problem=sso-expired');
    expect((await one.call(getMe, {})).status).toBe(401);
    await configure({});
  });

  test('is refused when the settings change while the provider answers, and leaves nothing', async () => {
    const { database } = world.service.context;
    for (const sso of [
      { issuer: 'https://other.example', clientId: 'custos' },
      { issuer, clientId: 'custos', groupsClaim: 'groups', trustEmail: true },
    ]) {
      at = { sub: 'subject-11', email: 'late@acme.example', email_verified: true, groups: ['staff'] };
      const one = somebody();
      meanwhile = async () => {
        meanwhile = undefined;
        await configure({ sso });
      };
      expect(await goThrough(one)).toBe('/sign-in?problem=sso-expired');
      expect((await one.call(getMe, {})).status).toBe(401);
      const known = await database.identities((control) =>
        control.selectFrom('auth_users').select('id').where('email', '=', 'late@acme.example').execute(),
      );
      expect(known).toEqual([]);
      await configure({});
    }
  });

  test('ends the session that it opened when the settings changed by then', async () => {
    at.groups = ['staff'];
    const before = await sessionsOf('acme');
    const { internalAdapter } = await world.service.auth.$context;
    const { createSession } = internalAdapter;
    internalAdapter.createSession = async (...given) => {
      internalAdapter.createSession = createSession;
      await configure({ mappings: [{ group: 'others', role: 'viewer' }] });
      return createSession(...given);
    };
    const one = somebody();
    expect(await goThrough(one)).toBe('/sign-in?problem=sso-expired');
    expect([...one.cookies.keys()]).toEqual([]);
    await configure({});
    expect(await sessionsOf('acme')).toEqual(before);
  });

  test('over https the cookie of a flow is bound to the host', async () => {
    const secure = visitor({ ...world.service, baseUrl: 'https://localhost' });
    await secure.get(startSso, { body: { organisation: 'acme' } });
    expect(secure.set.join()).toMatch(
      /^__Host-custos\.sso=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    );
    // Whoever sets one without the prefix, as a sibling of the host can, starts nothing with it.
    const state = secure.cookies.get('__Host-custos.sso') ?? '';
    secure.cookies.delete('__Host-custos.sso');
    secure.cookies.set('custos.sso', state);
    const planted = await secure.request(`${SSO_CALLBACK}?state=${state}&code=x`);
    expect(planted.headers.get('location')).toBe('/sign-in?problem=sso-expired');
  });

  test('404 and 503: no provider, and one that does not answer', async () => {
    const none = await somebody().call(startSso, { body: { organisation: 'rival' } });
    const unknown = await somebody().call(startSso, { body: { organisation: 'no-such' } });
    expect([none.status, unknown.status]).toEqual([404, 404]);
    await configure({ sso: { issuer: 'http://127.0.0.1:9', clientId: 'custos' } });
    expect((await somebody().call(startSso, { body: { organisation: 'acme' } })).status).toBe(503);
    await configure({});
  });
});

describe('settings', () => {
  test('sessions end with the provider that opened them, and with no other change', async () => {
    at.groups = ['staff'];
    const one = somebody();
    for (const sso of [{ issuer: 'https://other.example', clientId: 'custos' }, null]) {
      await goThrough(one);
      await configure({ mappings: [{ group: 'staff', role: 'viewer' }] });
      expect((await one.call(getMe, {})).status).toBe(200);
      expect((await configure({ sso })).status).toBe(200);
      expect((await one.call(getMe, {})).status).toBe(401);
      await configure({});
    }
    expect((await world.call('viewer', getMe, {})).status, 'by password').toBe(200);
  });

  test('the client secret is never told, kept encrypted, and not handed to another provider', async () => {
    const read = await world.call('administrator', getSignIn, { params: acme });
    const text = await read.text();
    expect(text).toContain('"hasClientSecret":true');
    expect(text).not.toContain('a secret of the provider');
    const rows = await world.service.context.database.within('acme', (control) =>
      control.selectFrom('sign_in_settings').selectAll().execute(),
    );
    expect(JSON.stringify(rows)).not.toContain('a secret of the provider');
    expect(JSON.stringify(await actsOf(world.service, 'acme'))).not.toContain('a secret of the provider');
    const body = {
      secondFactor: false,
      mappings: [],
      sso: { issuer: 'https://other.example', clientId: 'custos' },
    };
    const moved = await world.call('administrator', setSignIn, { params: acme, body } as never, {
      'if-match': read.headers.get('etag') ?? '',
    });
    expect((await moved.json()) as object).toMatchObject({ hasClientSecret: false });
    await configure({});
  });

  test('422, 412, 403: issuers in the clear, old versions, other roles', async () => {
    expect((await configure({ sso: { issuer: 'http://idp.example', clientId: 'x' } })).status).toBe(422);
    expect(
      (await configure({ mappings: [{ group: 'g', system: 'no-such', systemRole: 'developer' }] })).status,
    ).toBe(422);
    const body = { secondFactor: false, sso: null, mappings: [] };
    const old = await world.call('administrator', setSignIn, { params: acme, body }, { 'if-match': '"0"' });
    expect(old.status).toBe(412);
    expect((await world.call('viewer', getSignIn, { params: acme })).status).toBe(403);
    expect(issuerIsSafe('https://custos.example', 'http://127.0.0.1:8080')).toBe(false);
    expect(issuerIsSafe('https://custos.example', 'https://user:pass@idp.example')).toBe(false);
    expect(issuerIsSafe('https://custos.example', 'https://idp.example/realms/a')).toBe(true);
  });

  test('a second factor is demanded by nobody who has none; then a password alone opens nothing', async () => {
    const refused = await configure({ secondFactor: true });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
      409,
      'SECOND_FACTOR_FIRST',
    ]);
    await world.service.context.database.within('acme', (control) =>
      control.updateTable('sign_in_settings').set({ second_factor: true }).execute(),
    );
    const one = somebody();
    await one.get(signInWithPassword, {
      body: { email: world.address('viewer'), password: passwordOf('viewer') },
    });
    const locked = await one.call(listMembers, { params: acme });
    expect([locked.status, ((await locked.json()) as { code: string }).code]).toEqual([
      403,
      'SECOND_FACTOR_REQUIRED',
    ]);
    expect((await one.get(getMe, {})).organisations[0]).toMatchObject({ id: 'acme', locked: true });
    at.groups = ['staff'];
    const two = somebody();
    await goThrough(two);
    expect((await two.call(listMembers, { params: acme })).status).toBe(200);
  });
});
