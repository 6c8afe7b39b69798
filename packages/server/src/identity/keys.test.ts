/** API keys: a part of what their owner may do, until a day. */
import {
  acknowledgePolicy,
  createKey,
  decideThreat,
  decideTriage,
  getMe,
  getSystem,
  invite,
  listKeys,
  listMembers,
  listSessions,
  listSystems,
  markSample,
  openBulletin,
  type Permission,
  recordObservations,
  removeMember,
  revokeKey,
  setSignIn,
  takeQuiz,
  undoTriage,
} from '@custos/contract';
import { insertSystem } from '@custos/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actsOf } from '../testing/visitor.ts';
import { DECLARATION, openWorld, type PersonName, type World } from '../testing/world.ts';

let world: World;
let now = new Date().toISOString();
const DAY = 86_400_000;
beforeAll(async () => {
  world = await openWorld({ clock: { now: () => now } });
}, 60_000);
afterAll(() => world.close());

const acme = { organisation: 'acme' };
const chatbot = { params: { ...acme, system: 'chatbot' } };

function inDays(days: number): string {
  return new Date(Date.parse(now) + days * DAY).toISOString();
}

function ask(who: PersonName, permissions: Permission[], more: { system?: string; expiresAt?: string } = {}) {
  const body = { name: 'CI', permissions, expiresAt: inDays(30), ...more };
  return world.call(who, createKey, { params: acme, body });
}

async function make(who: PersonName, permissions: Permission[], more = {}) {
  const response = await ask(who, permissions, more);
  expect(response.status).toBe(201);
  const made = (await response.json()) as { id: string; secret: string };
  return { ...made, headers: { authorization: `Bearer ${made.secret}` } };
}

async function code(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

describe('making', () => {
  test('201: shown once, kept as its digest, listed by its beginning, witnessed without it', async () => {
    const { id, secret } = await make('developer', ['evidence.record', 'system.read'], { system: 'chatbot' });
    expect(secret).toMatch(/^custos_[\w-]{43}$/);
    const listed = await (await world.call('developer', listKeys, { params: acme })).text();
    expect(listed).toContain(id);
    expect(listed).toContain(secret.slice(0, 12));
    expect(listed).not.toContain(secret);
    const rows = await world.service.context.database.within('acme', (control) =>
      control.selectFrom('api_keys').selectAll().execute(),
    );
    expect(JSON.stringify(rows)).not.toContain(secret);
    const act = (await actsOf(world.service, 'acme')).at(-1);
    expect(act).toMatchObject({ type: 'key.made', actor: 'developer@acme.example', detail: { key: id } });
    expect(JSON.stringify(act)).not.toContain(secret);
  });

  test('422: no end, an end too far, what no key may do, a system one does not see', async () => {
    expect((await ask('developer', ['system.read'], { expiresAt: inDays(-1) })).status).toBe(422);
    expect((await ask('developer', ['system.read'], { expiresAt: inDays(400) })).status).toBe(422);
    expect((await ask('administrator', ['members.manage'])).status).toBe(422);
    expect((await ask('administrator', ['settings.manage'])).status).toBe(422);
    expect((await ask('contributor', ['system.read'], { system: 'chatbot' })).status).toBe(422);
    expect((await ask('developer', ['system.read'], { system: 'no-such-system' })).status).toBe(422);
    expect((await ask('developer', [])).status).toBe(422);
  });
});

describe('using', () => {
  test('403: what the key was not made for, whatever its owner may do', async () => {
    const { headers } = await make('administrator', ['system.read']);
    expect((await world.call(undefined, getSystem, chatbot, headers)).status).toBe(200);
    const refused = await world.call(undefined, listMembers, { params: acme }, headers);
    expect([refused.status, await code(refused)]).toEqual([403, 'KEY_SCOPE']);
  });

  test('403: what its owner may not do, whatever the key was made for', async () => {
    const { headers } = await make('viewer', ['evidence.record', 'system.read']);
    const refused = await world.call(
      undefined,
      recordObservations,
      { ...chatbot, body: { observations: [] } } as never,
      headers,
    );
    expect([refused.status, await code(refused)]).toEqual([403, 'NOT_ALLOWED']);
  });

  test('a key for one system opens that one only, and nothing of the organisation', async () => {
    const { headers } = await make('administrator', ['system.read', 'members.read', 'organisation.read'], {
      system: 'chatbot',
    });
    expect((await world.call(undefined, getSystem, chatbot, headers)).status).toBe(200);
    const other = { params: { ...acme, system: 'another' } };
    await world.service.context.database.within('acme', (control) =>
      insertSystem(control, {
        organisation: 'acme',
        system: 'another',
        name: 'Another',
        phase: 'design',
        purpose: 'To be left alone by keys for the chatbot',
        declaration: JSON.stringify({ ...DECLARATION, id: 'another' }),
        created_at: now,
      }),
    );
    expect((await world.call('administrator', getSystem, other)).status).toBe(200);
    expect((await world.call(undefined, getSystem, other, headers)).status).toBe(404);
    expect((await world.call(undefined, listMembers, { params: acme }, headers)).status).toBe(403);
    expect((await world.call(undefined, listSystems, { params: acme }, headers)).status).toBe(403);
  });

  test('404: another organisation, even one to which the owner belongs', async () => {
    await world.service.context.database.within('rival', (control) =>
      control
        .insertInto('members')
        .values({
          organisation: 'rival',
          person: 'auditor@acme.example',
          name: 'auditor',
          role: 'auditor',
          joined: true,
          external_id: null,
        })
        .execute(),
    );
    const rival = { params: { organisation: 'rival' } };
    expect((await world.call('auditor', listSystems, rival)).status).toBe(200);
    const { headers } = await make('auditor', ['system.read', 'organisation.read']);
    expect((await world.call(undefined, listSystems, rival, headers)).status).toBe(404);
    const me = await world.call(undefined, getMe, {}, headers);
    expect(
      ((await me.json()) as { organisations: { id: string }[] }).organisations.map(({ id }) => id),
    ).toEqual(['acme']);
  });

  test('403: keys make no keys, and change nobody', async () => {
    const { headers, id } = await make('administrator', [
      'organisation.read',
      'members.read',
      'members.provision',
    ]);
    const body = { name: 'more', permissions: ['system.read' as const], expiresAt: inDays(1) };
    const settings = { secondFactor: false, sso: null, mappings: [] };
    for (const response of [
      await world.call(undefined, createKey, { params: acme, body }, headers),
      await world.call(undefined, listKeys, { params: acme }, headers),
      await world.call(undefined, revokeKey, { params: { ...acme, key: id } }, headers),
      await world.call(
        undefined,
        invite,
        { params: acme, body: { person: 'e@e.example', role: 'viewer' } },
        headers,
      ),
      await world.call(
        undefined,
        setSignIn,
        { params: acme, body: settings },
        { ...headers, 'if-match': '"0"' },
      ),
      await world.call(undefined, listSessions, {}, headers),
    ])
      expect([response.status, await code(response)]).toEqual([403, 'KEY_REFUSED']);
  });

  test('403: keys decide nothing, and neither learn nor promise anything in the place of their person', async () => {
    for (const [who, permission] of [
      ['developer', 'inventory.decide'],
      ['auditor', 'finding.raise'],
      ['administrator', 'decision.make'],
    ] as const)
      expect((await ask(who, [permission])).status, permission).toBe(422);
    const { headers, id } = await make('administrator', ['organisation.read', 'training.manage']);
    // As if it had been made when keys still could.
    await world.service.context.database.within('acme', (control) =>
      control
        .updateTable('api_keys')
        .set({
          permissions: ['organisation.read', 'training.manage', 'inventory.decide', 'finding.raise'],
        })
        .where('key', '=', id)
        .execute(),
    );
    const digest = `sha256:${'ab'.repeat(32)}` as const;
    const reason = 'It was looked at, and is what it says it is';
    for (const [op, call] of [
      [
        decideTriage,
        { ...chatbot, body: { assets: ['a'], decision: 'approved', reason, role: 'developer' } },
      ],
      [undoTriage, { ...chatbot, body: { decisions: [digest], reason, role: 'developer' } }],
      [markSample, { params: { ...chatbot.params, observation: digest }, body: { note: reason } }],
      [decideThreat, { params: { ...acme, threat: 'T1' }, body: { decision: reason } }],
      [takeQuiz, { params: { ...acme, module: 'm' }, body: { version: '1', answers: {} } }],
      [acknowledgePolicy, { params: acme, body: { version: '1' } }],
      [openBulletin, { params: { ...acme, bulletin: 'b-1' } }],
    ] as const) {
      const response = await world.call(undefined, op, call as never, headers);
      expect([op.id, response.status, await code(response)]).toEqual([op.id, 403, 'KEY_REFUSED']);
    }
  });

  test('401: expired, revoked, shortened, or not ours', async () => {
    const { headers, id, secret } = await make('developer', ['system.read']);
    const status = async (given: Record<string, string>) =>
      (await world.call(undefined, getSystem, chatbot, given)).status;
    expect(await status(headers)).toBe(200);
    expect(await status({ authorization: `Bearer ${secret.slice(0, -1)}` })).toBe(401);
    expect(await status({ authorization: `Bearer ${secret}x` })).toBe(401);
    expect(await status({ authorization: `Basic ${secret}` })).toBe(401);
    const before = now;
    now = inDays(31);
    expect(await status(headers)).toBe(401);
    now = before;
    expect((await world.call('operator', revokeKey, { params: { ...acme, key: id } })).status).toBe(404);
    expect(await status(headers), 'of somebody else').toBe(200);
    expect((await world.call('developer', revokeKey, { params: { ...acme, key: id } })).status).toBe(204);
    expect(await status(headers)).toBe(401);
    expect((await world.call('developer', revokeKey, { params: { ...acme, key: id } })).status).toBe(404);
  });

  test('the last use is listed; administrators see and revoke the keys of others', async () => {
    const { headers, id } = await make('operator', ['system.read']);
    await world.call(undefined, getSystem, chatbot, headers);
    expect(
      (await world.call('operator', listKeys, { params: acme, query: { of: 'everybody' } })).status,
    ).toBe(403);
    const all = await world.call('administrator', listKeys, { params: acme, query: { of: 'everybody' } });
    const { items } = (await all.json()) as { items: { id: string; person: string; lastUsedAt: string }[] };
    expect(items.find((key) => key.id === id)).toMatchObject({
      person: 'operator@acme.example',
      lastUsedAt: now,
    });
    expect((await world.call('administrator', revokeKey, { params: { ...acme, key: id } })).status).toBe(204);
    expect((await world.call(undefined, getSystem, chatbot, headers)).status).toBe(401);
  });

  test('the keys of a removed member are worth nothing', async () => {
    const { headers } = await make('custodian', ['system.read']);
    const person = world.address('custodian');
    const removed = await world.call(
      'administrator',
      removeMember,
      { params: { ...acme, person } },
      { 'if-match': '"1"' },
    );
    expect(removed.status).toBe(204);
    expect((await world.call(undefined, getSystem, chatbot, headers)).status).toBe(401);
  });
});
