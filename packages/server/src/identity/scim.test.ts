/** A directory that keeps the members of an organisation. */
import { createKey, getSignIn, getSystem, listMembers, listSystems, SCIM, setSignIn } from '@custos/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actsOf } from '../testing/visitor.ts';
import { openWorld, type PersonName, type World } from '../testing/world.ts';

let world: World;
let bearer: string;
const acme = { organisation: 'acme' };
const chatbot = { params: { ...acme, system: 'chatbot' } };

async function keyFor(who: PersonName, permissions: string[]): Promise<string> {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const organisation = who === 'stranger' ? 'rival' : 'acme';
  const response = await world.call(who, createKey, {
    params: { organisation },
    body: { name: 'directory', permissions, expiresAt },
  } as never);
  return ((await response.json()) as { secret: string }).secret;
}

beforeAll(async () => {
  world = await openWorld();
  bearer = await keyFor('administrator', ['members.provision']);
}, 60_000);
afterAll(() => world.close());

interface Answer {
  status: number;
  body: Record<string, unknown> & { id: string; Resources: Record<string, unknown>[]; totalResults: number };
}

async function scim(method: string, path: string, body?: unknown, token = bearer): Promise<Answer> {
  const response = await world.send(undefined, `/scim/v2/acme${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (text !== '') expect(response.headers.get('content-type')).toMatch(/^application\/scim\+json/);
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

function user(userName: string, more: object = {}) {
  return {
    schemas: [SCIM.user],
    userName,
    name: { givenName: 'Rosa', familyName: 'Klein' },
    active: true,
    ...more,
  };
}
function patch(...Operations: object[]) {
  return { schemas: [SCIM.patch], Operations };
}
function off(userName: string) {
  return scim('PATCH', `/Users/${userName}`, patch({ op: 'Replace', path: 'active', value: 'False' }));
}

async function memberOf(person: string) {
  const { items } = (await (await world.call('administrator', listMembers, { params: acme })).json()) as {
    items: { person: string; role: string; standing: string; systems: { system: string; role: string }[] }[];
  };
  return items.find((one) => one.person === person);
}

async function map(mappings: object[]): Promise<void> {
  const read = await world.call('administrator', getSignIn, { params: acme });
  const body = { secondFactor: false, sso: null, mappings };
  const response = await world.call('administrator', setSignIn, { params: acme, body } as never, {
    'if-match': read.headers.get('etag') ?? '',
  });
  expect(response.status).toBe(200);
}

describe('users', () => {
  test('ServiceProviderConfig says what there is', async () => {
    const { status, body } = await scim('GET', '/ServiceProviderConfig');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true },
    });
  });

  test('201, 409, 200, 404: made once, found by name, read by id', async () => {
    const made = await scim('POST', '/Users', user('Rosa@Acme.example', { externalId: 'e-1' }));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: 'rosa@acme.example',
      userName: 'rosa@acme.example',
      displayName: 'Rosa Klein',
      externalId: 'e-1',
      active: true,
      meta: {
        resourceType: 'User',
        location: 'http://127.0.0.1:7223/scim/v2/acme/Users/rosa%40acme.example',
      },
    });
    const again = await scim('POST', '/Users', user('rosa@acme.example'));
    expect([again.status, again.body.scimType, again.body.schemas]).toEqual([
      409,
      'uniqueness',
      [SCIM.error],
    ]);
    const found = await scim('GET', `/Users?filter=${encodeURIComponent('userName eq "ROSA@acme.example"')}`);
    expect([found.body.totalResults, found.body.Resources[0]?.id]).toEqual([1, 'rosa@acme.example']);
    const none = await scim('GET', `/Users?filter=${encodeURIComponent('userName eq "no@acme.example"')}`);
    expect([none.status, none.body.totalResults]).toEqual([200, 0]);
    const bad = await scim('GET', `/Users?filter=${encodeURIComponent('active eq true')}`);
    expect([bad.status, bad.body.scimType]).toEqual([400, 'invalidFilter']);
    expect((await scim('GET', '/Users/rosa%40acme.example')).status).toBe(200);
    expect((await scim('GET', '/Users/no%40acme.example')).status).toBe(404);
    const paged = await scim('GET', '/Users?startIndex=2&count=1');
    expect([paged.body.startIndex, paged.body.itemsPerPage]).toEqual([2, 1]);
    expect((await actsOf(world.service, 'acme')).at(-1)).toMatchObject({
      type: 'member.provisioned',
      actor: 'administrator@acme.example',
      detail: { person: 'rosa@acme.example', active: true },
    });
  });

  test('who is made has no right on any system, whatever the directory sends', async () => {
    await scim(
      'POST',
      '/Users',
      user('mallory@acme.example', {
        role: 'administrator',
        roles: [{ value: 'administrator', primary: true }],
        entitlements: [{ value: 'administrator' }],
        groups: [{ value: 'Admins' }],
      }),
    );
    expect(await memberOf('mallory@acme.example')).toMatchObject({
      role: 'contributor',
      standing: 'directory',
      systems: [],
    });
    await scim(
      'PATCH',
      '/Users/mallory@acme.example',
      patch({ op: 'add', path: 'roles', value: [{ value: 'administrator' }] }),
    );
    await scim(
      'PATCH',
      '/Users/mallory@acme.example',
      patch({ op: 'replace', value: { role: 'administrator' } }),
    );
    expect(await memberOf('mallory@acme.example')).toMatchObject({ role: 'contributor', systems: [] });
  });

  test('PUT and PATCH change name and external id; the user name stays', async () => {
    await scim('POST', '/Users', user('sam@acme.example'));
    const put = await scim(
      'PUT',
      '/Users/sam@acme.example',
      user('sam@acme.example', { displayName: 'Sam', externalId: 'x' }),
    );
    expect(put.body).toMatchObject({ displayName: 'Sam', externalId: 'x' });
    const patched = await scim(
      'PATCH',
      '/Users/sam@acme.example',
      patch(
        { op: 'replace', path: 'name.formatted', value: 'Samuel' },
        { op: 'Add', value: { externalId: 'y', nickName: 'ignored' } },
      ),
    );
    expect(patched.body).toMatchObject({ displayName: 'Samuel', externalId: 'y' });
    const renamed = await scim(
      'PATCH',
      '/Users/sam@acme.example',
      patch({ op: 'replace', path: 'userName', value: 'z@acme.example' }),
    );
    expect([renamed.status, renamed.body.scimType]).toEqual([400, 'mutability']);
    expect((await scim('POST', '/Users', user('no-address'))).status).toBe(400);
    expect((await scim('PATCH', '/Users/sam@acme.example', patch({ op: 'remove-all' }))).status).toBe(422);
  });

  test('active: false ends sessions and keys at once; who comes back has no role of before', async () => {
    expect((await world.call('operator', getSystem, chatbot)).status).toBe(200);
    const key = { authorization: `Bearer ${await keyFor('operator', ['system.read'])}` };
    expect((await world.call(undefined, getSystem, chatbot, key)).status).toBe(200);
    const gone = await off('operator@acme.example');
    expect([gone.status, gone.body.active]).toEqual([200, false]);
    expect((await world.call('operator', getSystem, chatbot)).status).toBe(401);
    expect((await world.call(undefined, getSystem, chatbot, key)).status).toBe(401);
    await scim('PATCH', '/Users/operator@acme.example', patch({ op: 'replace', value: { active: true } }));
    expect(await memberOf('operator@acme.example')).toMatchObject({ role: 'contributor', systems: [] });
    expect((await world.call(undefined, getSystem, chatbot, key)).status, 'the old key').toBe(401);
    expect((await scim('DELETE', '/Users/operator@acme.example')).status).toBe(204);
    expect(await memberOf('operator@acme.example')).toBeUndefined();
  });

  test('a change that was on its way when somebody was removed does not bring them back', async () => {
    const rename = (i: number) =>
      scim(
        'PATCH',
        '/Users/developer@acme.example',
        patch({ op: 'replace', path: 'displayName', value: `V${i}` }),
      );
    for (let round = 0; round < 4; round += 1) {
      await scim(
        'PATCH',
        '/Users/developer@acme.example',
        patch({ op: 'replace', path: 'active', value: true }),
      );
      const [gone, ...renamed] = await Promise.all([
        off('developer@acme.example'),
        ...[1, 2, 3].map((i) => rename(i)),
      ]);
      expect([gone.status, ...renamed.map(({ status }) => status)]).toEqual([200, 200, 200, 200]);
      expect((await scim('GET', '/Users/developer@acme.example')).body.active, `round ${round}`).toBe(false);
    }
    expect((await scim('GET', '/Users/developer@acme.example')).body.displayName).toMatch(/^V\d$/);
    const acts = (await actsOf(world.service, 'acme')).filter(({ type }) => type === 'member.provisioned');
    expect(acts.at(-1)?.detail, 'the act tells what happened').toMatchObject({ active: false });
  });

  test('400: an external id that is too long, or none', async () => {
    for (const value of ['x'.repeat(301), { a: 1 }, 7]) {
      const bad = await scim(
        'PATCH',
        '/Users/auditor@acme.example',
        patch({ op: 'replace', path: 'externalId', value }),
      );
      expect([bad.status, bad.body.scimType]).toEqual([400, 'invalidValue']);
    }
  });

  test('409: the last administrator stays', async () => {
    expect((await off('administrator@acme.example')).status).toBe(409);
    expect((await scim('DELETE', '/Users/administrator@acme.example')).status).toBe(409);
    expect((await world.call('administrator', listSystems, { params: acme })).status).toBe(200);
  });
});

describe('groups', () => {
  test('give the roles that the organisation mapped them to, and take them', async () => {
    await map([
      { group: 'Audit', role: 'auditor' },
      { group: 'ML team', system: 'chatbot', systemRole: 'developer' },
    ]);
    await scim('POST', '/Users', user('gina@acme.example'));
    const audit = await scim('POST', '/Groups', {
      schemas: [SCIM.group],
      displayName: 'audit',
      members: [{ value: 'gina@acme.example' }],
    });
    expect(audit.status).toBe(201);
    expect(await memberOf('gina@acme.example')).toMatchObject({ role: 'auditor', systems: [] });
    const team = await scim('POST', '/Groups', { schemas: [SCIM.group], displayName: 'ML team' });
    const join = () =>
      scim(
        'PATCH',
        `/Groups/${team.body.id}`,
        patch({ op: 'Add', path: 'members', value: [{ value: 'gina@acme.example' }] }),
      );
    const both = await join();
    expect([both.status, both.body.detail]).toEqual([409, expect.stringContaining('would audit')]);
    expect((await memberOf('gina@acme.example'))?.systems).toEqual([]);
    expect((await scim('GET', '/Users/gina@acme.example')).body.groups).toHaveLength(1);
    expect((await scim('DELETE', `/Groups/${audit.body.id}`)).status).toBe(204);
    expect((await memberOf('gina@acme.example'))?.role).toBe('contributor');
    expect((await join()).status).toBe(200);
    expect((await memberOf('gina@acme.example'))?.systems).toEqual([
      { system: 'chatbot', role: 'developer' },
    ]);
    await scim(
      'PATCH',
      `/Groups/${team.body.id}`,
      patch({ op: 'remove', path: 'members[value eq "gina@acme.example"]' }),
    );
    expect((await memberOf('gina@acme.example'))?.systems).toEqual([]);
  });

  test('roles that people gave, and no mapping names, stay', async () => {
    await map([{ group: 'ML team', system: 'chatbot', systemRole: 'developer' }]);
    const before = await memberOf('custodian@acme.example');
    await scim(
      'PATCH',
      '/Users/custodian@acme.example',
      patch({ op: 'replace', path: 'displayName', value: 'C' }),
    );
    expect(await memberOf('custodian@acme.example')).toMatchObject({
      role: before?.role,
      systems: before?.systems,
    });
    expect(await memberOf('custodian@acme.example')).toMatchObject({ standing: 'joined' });
  });

  test('an unmapped group gives nothing; nobody becomes administrator by a group of that name', async () => {
    await map([]);
    await scim('POST', '/Users', user('zoe@acme.example'));
    await scim('POST', '/Groups', {
      schemas: [SCIM.group],
      displayName: 'administrator',
      members: [{ value: 'zoe@acme.example' }],
    });
    expect(await memberOf('zoe@acme.example')).toMatchObject({ role: 'contributor', systems: [] });
  });

  test('changes at the same time all count, and none brings a removed group back', async () => {
    const people = Array.from({ length: 5 }, (_, i) => `crowd${i}@acme.example`);
    for (const person of people) await scim('POST', '/Users', user(person));
    const { body } = await scim('POST', '/Groups', { schemas: [SCIM.group], displayName: 'Crowd' });
    const add = (person: string) =>
      scim('PATCH', `/Groups/${body.id}`, patch({ op: 'add', path: 'members', value: [{ value: person }] }));
    await Promise.all(people.map(add));
    const members = async () =>
      ((await scim('GET', `/Groups/${body.id}`)).body.members as { value: string }[]).map(
        ({ value }) => value,
      );
    expect(await members()).toEqual(people);
    const [first = '', second = ''] = people;
    await Promise.all([
      scim('PATCH', `/Groups/${body.id}`, patch({ op: 'remove', path: `members[value eq "${first}"]` })),
      scim('PATCH', `/Groups/${body.id}`, patch({ op: 'replace', path: 'displayName', value: 'Crowds' })),
      scim('PATCH', `/Groups/${body.id}`, patch({ op: 'remove', path: `members[value eq "${second}"]` })),
    ]);
    expect(await members()).toEqual(people.slice(2));
    const [gone] = await Promise.all([scim('DELETE', `/Groups/${body.id}`), add(first)]);
    expect(gone.status).toBe(204);
    expect((await scim('GET', `/Groups/${body.id}`)).status).toBe(404);
  });

  test('400: members that are no list of references, and texts beyond the limits of PUT', async () => {
    const { body } = await scim('POST', '/Groups', { schemas: [SCIM.group], displayName: 'Limits' });
    for (const [path, value] of [
      ['members', 'zoe@acme.example'],
      ['members', [{ id: 'zoe@acme.example' }]],
      ['members', [{ value: 'x'.repeat(301) }]],
      ['displayName', ''],
      ['displayName', 'x'.repeat(301)],
      ['displayName', 7],
      ['externalId', 'x'.repeat(301)],
      ['externalId', { a: 1 }],
    ] as const) {
      const bad = await scim('PATCH', `/Groups/${body.id}`, patch({ op: 'replace', path, value }));
      expect([bad.status, bad.body.scimType], path).toEqual([400, 'invalidValue']);
    }
    expect((await scim('GET', `/Groups/${body.id}`)).body).toMatchObject({
      displayName: 'Limits',
      members: [],
    });
  });

  test('400, 409: strangers and names that are taken', async () => {
    const stranger = {
      schemas: [SCIM.group],
      displayName: 'Odd',
      members: [{ value: 'stranger@rival.example' }],
    };
    expect((await scim('POST', '/Groups', stranger)).status).toBe(400);
    await scim('POST', '/Groups', { schemas: [SCIM.group], displayName: 'Taken' });
    expect((await scim('POST', '/Groups', { schemas: [SCIM.group], displayName: 'TAKEN' })).status).toBe(409);
    const list = await scim('GET', `/Groups?filter=${encodeURIComponent('displayName eq "taken"')}`);
    expect(list.body.totalResults).toBe(1);
  });
});

describe('who may', () => {
  test('401, 403, 404 in the words of SCIM', async () => {
    const nobody = await scim('GET', '/Users', undefined, `custos_${'x'.repeat(43)}`);
    expect([nobody.status, nobody.body.schemas, nobody.body.status]).toEqual([401, [SCIM.error], '401']);
    const other = await scim('GET', '/Users', undefined, await keyFor('administrator', ['members.read']));
    expect(other.status).toBe(403);
    const weak = await scim('GET', '/Users', undefined, await keyFor('viewer', ['members.provision']));
    expect(weak.status).toBe(403);
    const foreign = await scim('GET', '/Users', undefined, await keyFor('stranger', ['members.provision']));
    expect(foreign.status).toBe(404);
    expect((await scim('GET', '/Nothing')).status).toBe(404);
    const form = await world.send(undefined, '/scim/v2/acme/Users', {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'text/plain' },
      body: JSON.stringify(user('t@acme.example')),
    });
    expect(form.status).toBe(415);
  });
});
