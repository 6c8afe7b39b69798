/** The classes of flaws that services of this kind were found to have, each tried on every operation that could have it. */
import {
  assignRoles,
  createSystem,
  declareSystem,
  getObservation,
  getSystem,
  invite,
  listSystems,
  loadExamples,
  OPERATIONS,
  type Operation,
} from '@custos/contract';
import { insertMember, memberships, replaceSystemRoles } from '@custos/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newToken } from '../identity/tokens.ts';
import { openWorld, PEOPLE, type PersonName, type World } from '../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  world.service.limits.take = async () => ({});
}, 120_000);
afterAll(() => world.close());

const acme = { organisation: 'acme' };
const chatbot = { organisation: 'acme', system: 'chatbot' };
const declaration = (id: string) => ({
  id,
  name: 'A system',
  purpose: 'Answers questions of customers about their orders',
  phase: 'design' as const,
  use: { inputs: ['text' as const], outputs: ['text' as const], exposure: 'internal' as const },
});
const people = async (organisation: string) =>
  world.service.context.database.within(organisation, (control) => memberships(control));
const post = (who: PersonName | undefined, path: string, method: string, body: unknown) =>
  world.send(who, path, {
    method,
    headers: { 'content-type': 'application/json', 'if-match': '"1"' },
    body: JSON.stringify(body),
  });

describe('privilege through the creation of users and systems', () => {
  test('only administrators make members, and nobody through what they may make', async () => {
    const before = await people('acme');
    for (const who of ['auditor', 'viewer', 'contributor', 'developer', 'operator', 'custodian'] as const) {
      const invited = await world.call(who, invite, {
        params: acme,
        body: { person: `friend-of-${who}@acme.example`, role: 'administrator' },
      });
      expect(invited.status, who).toBe(403);
      const scim = await post(who, '/scim/v2/acme/Users', 'POST', {
        userName: `friend-of-${who}@acme.example`,
      });
      expect([401, 403, 404], who).toContain(scim.status);
      expect(
        (await world.call(who, assignRoles, { params: chatbot, body: { roles: [] } }, { 'if-match': '"1"' }))
          .status,
        who,
      ).toBeOneOf([403, 404]);
      expect((await world.call(who, loadExamples, { params: acme })).status, who).toBe(403);
    }
    expect(await people('acme')).toEqual(before);
  });

  test('who makes a system develops it, and holds nothing else; a declaration gives no roles', async () => {
    expect(
      (await world.call('contributor', createSystem, { params: acme, body: declaration('mine') })).status,
    ).toBe(201);
    const mine = { ...acme, system: 'mine' };
    const shown = getSystem.response.parse(
      await (await world.call('contributor', getSystem, { params: mine })).json(),
    );
    expect(shown.roles).toEqual([{ person: world.address('contributor'), role: 'developer' }]);
    const roles = {
      developer: [],
      system_operator: [],
      data_custodian: [world.address('contributor')],
      organisation: [world.address('contributor')],
      auditor: [],
    };
    const greedy = { ...declaration('mine'), roles };
    expect(
      (await post('contributor', '/api/v1/organisations/acme/systems/mine/declaration', 'PUT', greedy))
        .status,
    ).toBe(422);
    expect(
      (await post('contributor', '/api/v1/organisations/acme/systems', 'POST', { ...greedy, id: 'mine-2' }))
        .status,
    ).toBe(422);
  });

  test('the set-up link makes no second administrator', async () => {
    const body = {
      token: newToken().token,
      name: 'Mallory',
      email: 'mallory@acme.example',
      password: 'four-unusual-words-of-a-test-7',
      organisation: { id: 'another', name: 'Another' },
    };
    expect((await post(undefined, '/api/v1/set-up', 'POST', body)).status).toBe(410);
  });
});

/** Every write that takes an organisation, with a body that would be accepted at home. */
describe('ids of another organisation', () => {
  test('no operation of one organisation answers to a person of another', async () => {
    for (const op of OPERATIONS.filter(
      ({ path, access }) => path.includes('{organisation}') && access !== 'public',
    )) {
      const path = op.path
        .replace('{organisation}', 'acme')
        .replace('{system}', 'chatbot')
        .replace(/\{\w+\}/g, '1');
      const response = await world.send('stranger', path, {
        method: op.method,
        headers: { 'content-type': 'application/json', 'if-match': '"1"' },
        ...(op.method === 'GET' ? {} : { body: '{}' }),
      });
      expect([403, 404], op.id).toContain(response.status);
    }
  });

  test('a system, an observation and a person of another organisation are nothing here', async () => {
    const theirs = { organisation: 'rival', system: 'only-theirs' };
    expect(
      (
        await world.call('stranger', createSystem, {
          params: { organisation: 'rival' },
          body: declaration('only-theirs'),
        })
      ).status,
    ).toBe(201);
    await world.service.assessor.current(theirs);
    for (const who of ['administrator', 'auditor', 'developer'] as const)
      expect((await world.call(who, getSystem, { params: { ...acme, system: 'only-theirs' } })).status).toBe(
        404,
      );
    const ledger = await world.service.context.database.ledger('rival', 'only-theirs');
    for await (const entry of ledger.query({ kind: 'observation' }))
      if (entry.kind === 'observation')
        expect(
          (await world.call('auditor', getObservation, { params: { ...chatbot, observation: entry.id } }))
            .status,
        ).toBe(404);
    const roles = [{ person: world.address('stranger'), role: 'developer' as const }];
    const assigned = await world.call(
      'administrator',
      assignRoles,
      { params: chatbot, body: { roles } },
      { 'if-match': '"1"' },
    );
    expect(assigned.status).toBe(422);
    // The same id may be made here, and is another thing.
    expect(
      (await world.call('contributor', createSystem, { params: acme, body: declaration('only-theirs') }))
        .status,
    ).toBe(201);
  });
});

describe('keys of rows that nobody checked', () => {
  test('roles are given to members only, and on systems of the organisation only', async () => {
    const roles = [{ person: 'nobody@nowhere.example', role: 'developer' as const }];
    const call = { params: chatbot, body: { roles } };
    expect((await world.call('administrator', assignRoles, call, { 'if-match': '"1"' })).status).toBe(422);
    const elsewhere = { params: { ...acme, system: 'no-such-system' }, body: { roles: [] } };
    expect((await world.call('administrator', assignRoles, elsewhere, { 'if-match': '"1"' })).status).toBe(
      404,
    );
  });

  test('the database refuses rows that point into another organisation, whatever the code says', async () => {
    const { database } = world.service.context;
    const intoRival = database.within('acme', (control) =>
      insertMember(control, {
        organisation: 'rival',
        person: 'm@acme.example',
        name: 'M',
        role: 'administrator',
      }),
    );
    await expect(intoRival).rejects.toThrow(/row-level security/);
    const ofRival = database.within('acme', (control) =>
      replaceSystemRoles(control, { organisation: 'acme', system: 'chatbot' }, [
        { person: world.address('stranger'), role: 'developer' },
      ]),
    );
    await expect(ofRival).rejects.toThrow(/foreign key/);
    const throughRival = database.within('acme', (control) =>
      replaceSystemRoles(control, { organisation: 'rival', system: 'chatbot' }, [
        { person: world.address('stranger'), role: 'developer' },
      ]),
    );
    await expect(throughRival).rejects.toThrow(/row-level security/);
  });

  test('what names another thing in its body than in its path is refused', async () => {
    const call = { params: chatbot, body: declaration('another') };
    expect((await world.call('developer', declareSystem, call, { 'if-match': '"1"' })).status).toBe(422);
  });
});

describe('open redirects', () => {
  const TO = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    'javascript:alert(1)',
  ];
  const NAMES = [
    'next',
    'url',
    'redirect',
    'redirect_uri',
    'return',
    'returnTo',
    'callbackURL',
    'RelayState',
    'state',
  ];

  test('no answer sends anybody elsewhere', async () => {
    const paths = [
      '/',
      '//evil.example',
      '/%2f%2fevil.example',
      '/\\evil.example',
      '/docs',
      '/sign-in',
      '/api/v1/session/sso/callback',
      ...OPERATIONS.filter(({ method }) => method === 'GET').map(pathOf),
    ];
    for (const path of paths)
      for (const to of TO.slice(0, path.startsWith('/api') ? 2 : TO.length)) {
        const query = new URLSearchParams(NAMES.map((name): [string, string] => [name, to]));
        const answer = await world.send('administrator', `${path}?${query.toString()}`, {
          redirect: 'manual',
        });
        const location = answer.headers.get('location');
        await answer.body?.cancel();
        if (location !== null)
          expect(new URL(location, world.service.baseUrl).origin, path).toBe(world.service.baseUrl);
      }
  }, 120_000);
});

function pathOf(op: Operation): string {
  return op.path
    .replace('{organisation}', 'acme')
    .replace('{system}', 'chatbot')
    .replace(/\{\w+\}/g, '1');
}

describe('queries that cost more than they ask', () => {
  const paged = OPERATIONS.filter((op) => op.query && 'limit' in op.query.shape);

  test.each(paged.map((op) => [op.id, op] as const))('%s: pages have a size', async (_, op) => {
    const who = (Object.keys(PEOPLE) as PersonName[]).filter((one) => PEOPLE[one].organisation === 'acme');
    for (const limit of ['201', '0', '-1', '1e3', 'NaN', '']) {
      const answers = await Promise.all(
        who.map(async (one) => (await world.send(one, `${pathOf(op)}?limit=${limit}`)).status),
      );
      expect(answers, limit).not.toContain(200);
    }
    const cursor = Buffer.from('{"a":[[[').toString('base64url');
    const forged = await Promise.all(
      who.map(async (one) => (await world.send(one, `${pathOf(op)}?cursor=${cursor}`)).status),
    );
    expect(forged.every((status) => status < 500)).toBe(true);
  });

  test('searching is literal, short and quick, whatever is sought', async () => {
    for (const search of ['%', '_', '%_%_%_%_%', '\\', '(a+)+$', '.*', "' or true --"]) {
      const begun = performance.now();
      const answer = await world.call('viewer', listSystems, { params: acme, query: { search } });
      expect(listSystems.response.parse(await answer.json()).items, search).toEqual([]);
      expect(performance.now() - begun).toBeLessThan(1000);
    }
    const long = await world.call('viewer', listSystems, {
      params: acme,
      query: { search: 'a'.repeat(201) },
    });
    expect(long.status).toBe(422);
    expect((await world.send('viewer', '/api/v1/organisations/acme/systems?search=a&search=b')).status).toBe(
      422,
    );
  });

  test('no operation lets the caller choose how to sort, or a pattern to match', () => {
    for (const op of OPERATIONS) {
      const names = Object.keys(op.query?.shape ?? {});
      // Of SCIM both are taken apart by a parser of their own, with a length.
      if (op.format === 'scim') continue;
      expect(
        names.filter((name) =>
          /^(sort|sortBy|order|orderBy|fields|include|expand|regex|pattern|filter)$/i.test(name),
        ),
        op.id,
      ).toEqual([]);
    }
  });

  test('every text and list that a body may hold has an end', async () => {
    const limits = new Set(OPERATIONS.filter((op) => op.body).map((op) => op.limits?.bodyBytes ?? 256 << 10));
    expect(Math.max(...limits)).toBeLessThanOrEqual(64 << 20);
    const many = {
      roles: Array.from({ length: 501 }, (_, n) => ({ person: `p${n}@acme.example`, role: 'developer' })),
    };
    const answer = await post(
      'administrator',
      '/api/v1/organisations/acme/systems/chatbot/roles',
      'PUT',
      many,
    );
    expect(answer.status).toBe(422);
    z.object({ errors: z.array(z.unknown()).max(20) }).parse(await answer.json());
  });
});
