/** Coming into an organisation, and what somebody might gain by it that nobody gave them. */
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  acceptInvitation,
  assignRoles,
  changeRole,
  getMe,
  getSystem,
  invite,
  listInvitations,
  listMembers,
  listSystems,
  lookAtInvitation,
  type OrganisationRole,
  removeMember,
  setUp,
  signInWithPassword,
  withdrawInvitation,
} from '@custos/contract';
import { adoptPeople } from '@custos/engine';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actsOf, type Visitor, visitor } from '../testing/visitor.ts';
import { openWorld, type PersonName, passwordOf, type World } from '../testing/world.ts';
import { newSetUpLink } from './set-up.ts';

let world: World;
let now = new Date().toISOString();
beforeAll(async () => {
  world = await openWorld({ clock: { now: () => now } });
}, 60_000);
afterAll(() => world.close());

const acme = { organisation: 'acme' };
const PASSWORD = 'violet tram under rain';
let addresses = 0;
function somebody(): Visitor {
  addresses += 1;
  return visitor(world.service, `203.0.113.${addresses}`);
}

async function invited(person: string, role: OrganisationRole, by: PersonName = 'administrator') {
  const organisation = by === 'stranger' ? 'rival' : 'acme';
  const response = await world.call(by, invite, { params: { organisation }, body: { person, role } });
  expect(response.status).toBe(201);
  const { link, id } = (await response.json()) as { link: string; id: string };
  return { token: link.split('#')[1] ?? '', id, link };
}

async function joined(person: string, role: OrganisationRole): Promise<Visitor> {
  const { token } = await invited(person, role);
  const one = somebody();
  await one.get(acceptInvitation, { body: { token, name: person, password: PASSWORD } });
  await one.get(signInWithPassword, { body: { email: person, password: PASSWORD } });
  return one;
}

async function versionOf(person: string): Promise<number> {
  const response = await world.call('administrator', listMembers, { params: acme });
  const { items } = (await response.json()) as { items: { person: string; version: number }[] };
  return items.find((one) => one.person === person)?.version ?? -1;
}

async function code(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

describe('invitations', () => {
  test('the link works once, tells who invites, and gives the role of the invitation', async () => {
    const { token, link } = await invited('Nora@Acme.example', 'viewer');
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:7223\/invitation#[\w-]{43}$/);
    const one = somebody();
    expect(await one.get(lookAtInvitation, { body: { token } })).toMatchObject({
      organisation: 'acme',
      person: 'nora@acme.example',
      role: 'viewer',
      invitedBy: 'administrator@acme.example',
      hasAccount: false,
    });
    expect(
      (await one.call(acceptInvitation, { body: { token, name: 'Nora', password: 'short' } })).status,
    ).toBe(422);
    expect((await one.call(acceptInvitation, { body: { token } })).status).toBe(422);
    const easy = await one.call(acceptInvitation, {
      body: { token, name: 'Nora', password: 'nora nora 2026' },
    });
    expect([easy.status, await code(easy)]).toEqual([422, 'WEAK_PASSWORD']);
    await one.get(acceptInvitation, { body: { token, name: 'Nora', password: PASSWORD } });
    const again = await somebody().call(acceptInvitation, {
      body: { token, name: 'Eve', password: PASSWORD },
    });
    expect(again.status).toBe(410);
    expect((await one.call(lookAtInvitation, { body: { token } })).status).toBe(410);
    await one.get(signInWithPassword, { body: { email: 'nora@acme.example', password: PASSWORD } });
    const { organisations } = await one.get(getMe, {});
    expect(organisations).toMatchObject([{ id: 'acme', role: 'viewer', systems: {} }]);
    expect((await actsOf(world.service, 'acme')).slice(-2)).toEqual([
      expect.objectContaining({ type: 'member.invited', actor: 'administrator@acme.example' }),
      expect.objectContaining({ type: 'member.joined', actor: 'nora@acme.example' }),
    ]);
  });

  test('the token itself is nowhere in the database', async () => {
    const { token } = await invited('secret@acme.example', 'viewer');
    const rows = await world.service.context.database.within('acme', (control) =>
      control.selectFrom('invitations').selectAll().execute(),
    );
    expect(JSON.stringify(rows)).not.toContain(token);
    const listed = await world.call('administrator', listInvitations, { params: acme });
    expect(await listed.text()).not.toContain(token);
  });

  test('of many who accept at the same time one gets in', async () => {
    const { token } = await invited('race@acme.example', 'contributor');
    const statuses = await Promise.all(
      Array.from({ length: 6 }, async (_, i) => {
        const body = { token, name: `Racer ${i}`, password: `${PASSWORD} ${i}` };
        return (await somebody().call(acceptInvitation, { body })).status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    // The others came too late, or found the account made.
    expect(statuses.filter((status) => ![200, 401, 409, 410].includes(status))).toEqual([]);
    const acts = (await actsOf(world.service, 'acme')).filter(
      ({ type, actor }) => type === 'member.joined' && actor === 'race@acme.example',
    );
    expect(acts).toHaveLength(1);
  });

  test('it ends when it is withdrawn, replaced or expired', async () => {
    const first = await invited('late@acme.example', 'viewer');
    const second = await invited('late@acme.example', 'viewer');
    const look = async (token: string) =>
      (await somebody().call(lookAtInvitation, { body: { token } })).status;
    expect([await look(first.token), await look(second.token)]).toEqual([410, 200]);
    const foreign = { params: { organisation: 'rival', invitation: second.id } };
    expect(
      (await world.call('stranger', withdrawInvitation, foreign)).status,
      'of another organisation',
    ).toBe(404);
    expect(await look(second.token)).toBe(200);
    const before = now;
    now = new Date(Date.parse(now) + 8 * 86_400_000).toISOString();
    expect(await look(second.token)).toBe(410);
    now = before;
    const gone = await world.call('administrator', withdrawInvitation, {
      params: { ...acme, invitation: second.id },
    });
    expect(gone.status).toBe(204);
    expect(await look(second.token)).toBe(410);
  });

  test('403: only administrators invite; a role in the body of an acceptance is refused', async () => {
    for (const who of ['viewer', 'auditor', 'developer'] as const) {
      const body = { person: 'eve@acme.example', role: 'administrator' as const };
      expect((await world.call(who, invite, { params: acme, body })).status).toBe(403);
    }
    const { token } = await invited('mass@acme.example', 'viewer');
    const response = await somebody().request('/api/v1/invitations/accept', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, name: 'Mass', password: PASSWORD, role: 'administrator' }),
    });
    expect(response.status).toBe(422);
  });

  test('409: who is a member is not invited', async () => {
    const body = { person: 'viewer@acme.example', role: 'administrator' as const };
    expect((await world.call('administrator', invite, { params: acme, body })).status).toBe(409);
  });

  test('who has an account accepts with it, and nobody else for them', async () => {
    const person = world.address('stranger');
    const { token } = await invited(person, 'auditor');
    expect((await somebody().get(lookAtInvitation, { body: { token } })).hasAccount).toBe(true);
    const body = { token, name: 'Eve', password: PASSWORD };
    expect((await somebody().call(acceptInvitation, { body })).status, 'taking the account over').toBe(401);
    const eve = somebody();
    await eve.get(signInWithPassword, {
      body: { email: world.address('viewer'), password: passwordOf('viewer') },
    });
    const other = await eve.call(acceptInvitation, { body: { token } });
    expect([other.status, await code(other)]).toEqual([403, 'OTHER_PERSON']);
    const one = somebody();
    await one.get(signInWithPassword, { body: { email: person, password: passwordOf('stranger') } });
    const forged = await one.call(acceptInvitation, { body: { token } }, { origin: 'https://evil.example' });
    expect(forged.status).toBe(403);
    await one.get(acceptInvitation, { body: { token } });
    const { organisations } = await one.get(getMe, {});
    expect(organisations.map(({ id, role }) => [id, role])).toEqual([
      ['acme', 'auditor'],
      ['rival', 'administrator'],
    ]);
  });
});

describe('an invitation ends with what it rests on', () => {
  const look = async (token: string) => (await somebody().call(lookAtInvitation, { body: { token } })).status;
  async function invitedBy(one: Visitor, person: string) {
    const { link } = await one.get(invite, { params: acme, body: { person, role: 'administrator' } });
    return link?.split('#')[1] ?? '';
  }
  const of = (person: string) => ({ params: { ...acme, person } });
  async function headersOf(person: string) {
    return { 'if-match': `"${await versionOf(person)}"` };
  }

  test('whoever sent it is removed, or is no administrator any more', async () => {
    const gone = await joined('gone@acme.example', 'administrator');
    const demoted = await joined('demoted@acme.example', 'administrator');
    const tokens = [
      await invitedBy(gone, 'accomplice@acme.example'),
      await invitedBy(demoted, 'friend@acme.example'),
    ];
    expect(await Promise.all(tokens.map(look))).toEqual([200, 200]);
    await world.call(
      'administrator',
      removeMember,
      of('gone@acme.example'),
      await headersOf('gone@acme.example'),
    );
    await world.call(
      'administrator',
      changeRole,
      { ...of('demoted@acme.example'), body: { role: 'viewer' } },
      await headersOf('demoted@acme.example'),
    );
    expect(await Promise.all(tokens.map(look))).toEqual([410, 410]);
  });

  test('the one whom it is for is removed', async () => {
    const { token } = await invited('viewer@rival.example', 'viewer');
    await world.service.context.database.within('acme', (control) =>
      adoptPeople(
        control,
        { organisation: 'acme', system: 'chatbot' },
        {
          developer: ['viewer@rival.example'],
          system_operator: ['operator@acme.example'],
          data_custodian: ['custodian@acme.example'],
          organisation: [],
          auditor: [],
        },
      ),
    );
    const removed = await world.call(
      'administrator',
      removeMember,
      of('viewer@rival.example'),
      await headersOf('viewer@rival.example'),
    );
    expect([removed.status, await look(token)]).toEqual([204, 410]);
  });

  test('410: whether the sender may still invite is asked for when it is accepted', async () => {
    const sender = await joined('sender@acme.example', 'administrator');
    const token = await invitedBy(sender, 'late-friend@acme.example');
    // Past all that withdraws.
    await world.service.context.database.within('acme', (control) =>
      control
        .updateTable('members')
        .set({ role: 'viewer' })
        .where('person', '=', 'sender@acme.example')
        .execute(),
    );
    const response = await somebody().call(acceptInvitation, {
      body: { token, name: 'Late', password: PASSWORD },
    });
    expect(response.status).toBe(410);
    const left = await somebody().call(signInWithPassword, {
      body: { email: 'late-friend@acme.example', password: PASSWORD },
    });
    expect(left.status, 'no account was made').toBe(401);
  });
});

async function memberOf(one: World, person: string) {
  const response = await one.call('administrator', listMembers, { params: acme });
  const { items } = (await response.json()) as { items: { person: string; addressConfirmed: boolean }[] };
  return items.find((member) => member.person === person);
}

describe('whose address it is', () => {
  test('nobody showed: who came by a link that an administrator held is marked', async () => {
    await joined('ceo@corp.example', 'viewer');
    expect(await memberOf(world, 'ceo@corp.example')).toMatchObject({ addressConfirmed: false });
    expect((await actsOf(world.service, 'acme')).at(-1)).toMatchObject({
      type: 'member.joined',
      detail: { person: 'ceo@corp.example', addressConfirmed: false },
    });
  });

  test('a link that goes out by e-mail is shown to nobody else, and confirms the address', async () => {
    const mails: string[] = [];
    const smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, _session, done) => {
        void text(stream)
          .then((mail) => mails.push(mail.replace(/=\r\n/g, '')))
          .finally(done);
      },
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    const { port } = smtp.server.address() as AddressInfo;
    const mailing = await openWorld({
      mail: { url: `smtp://127.0.0.1:${port}`, from: 'custos@acme.example', timeout: 2000 },
    });
    try {
      const one = visitor(mailing.service, '203.0.113.201');
      const send = async (person: string) => {
        const response = await mailing.call('administrator', invite, {
          params: acme,
          body: { person, role: 'viewer' },
        });
        return (await response.json()) as { sent: boolean; link?: string };
      };
      const mailed = await send('real@corp.example');
      expect([mailed.sent, 'link' in mailed]).toEqual([true, false]);
      const token = /invitation#([\w-]{43})/.exec(mails.at(-1) ?? '')?.[1] ?? '';
      await one.get(acceptInvitation, { body: { token, name: 'Real', password: PASSWORD } });
      expect(await memberOf(mailing, 'real@corp.example')).toMatchObject({ addressConfirmed: true });
      expect((await actsOf(mailing.service, 'acme')).at(-1)?.detail).toMatchObject({
        addressConfirmed: true,
      });
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
      const failed = await send('unsent@corp.example');
      expect([failed.sent, failed.link]).toEqual([false, expect.stringMatching(/invitation#/)]);
    } finally {
      await mailing.close();
    }
  }, 60_000);
});

describe('privilege through user creation', () => {
  test('an account made in one organisation opens none in which its address was merely named', async () => {
    // A declaration names somebody as administrator and developer; they have no account yet.
    await world.service.context.database.within('acme', (control) =>
      adoptPeople(
        control,
        { organisation: 'acme', system: 'chatbot' },
        {
          developer: ['named@partner.example'],
          system_operator: ['operator@acme.example'],
          data_custodian: ['custodian@acme.example'],
          organisation: ['named@partner.example'],
          auditor: [],
        },
      ),
    );
    // Another organisation invites that address, and takes the link itself.
    const { token } = await invited('named@partner.example', 'viewer', 'stranger');
    const eve = somebody();
    await eve.get(acceptInvitation, { body: { token, name: 'Eve', password: PASSWORD } });
    await eve.get(signInWithPassword, { body: { email: 'named@partner.example', password: PASSWORD } });
    expect((await eve.get(getMe, {})).organisations.map(({ id }) => id)).toEqual(['rival']);
    expect((await eve.call(listSystems, { params: acme })).status).toBe(404);
    expect((await eve.call(getSystem, { params: { ...acme, system: 'chatbot' } })).status).toBe(404);
  });

  test('nobody takes over an address that was invited elsewhere first', async () => {
    const victim = 'squatted@acme.example';
    const { token } = await invited(victim, 'viewer', 'stranger');
    const eve = somebody();
    await eve.get(acceptInvitation, { body: { token, name: 'Eve', password: PASSWORD } });
    await eve.get(signInWithPassword, { body: { email: victim, password: PASSWORD } });
    await invited(victim, 'administrator');
    expect((await eve.get(getMe, {})).organisations.map(({ id }) => id)).toEqual(['rival']);
  });
});

describe('roles and removal', () => {
  test('428, 412, 404: a change of role names the version that was seen', async () => {
    await joined('mover@acme.example', 'viewer');
    const params = { ...acme, person: 'mover@acme.example' };
    const body = { role: 'auditor' as const };
    const version = await versionOf('mover@acme.example');
    const change = (headers: Record<string, string>, to = params) =>
      world.call('administrator', changeRole, { params: to, body }, headers);
    expect((await change({})).status).toBe(428);
    expect((await change({ 'if-match': '"77"' })).status).toBe(412);
    expect((await change({ 'if-match': '"1"' }, { ...acme, person: 'nobody@acme.example' })).status).toBe(
      404,
    );
    const done = await change({ 'if-match': `"${version}"` });
    expect([done.status, ((await done.json()) as { role: string }).role]).toEqual([200, 'auditor']);
    expect((await change({ 'if-match': `"${version}"` })).status).toBe(412);
    const foreign = await world.call(
      'stranger',
      changeRole,
      { params: { organisation: 'rival', person: 'mover@acme.example' }, body },
      { 'if-match': `"${version + 1}"` },
    );
    expect(foreign.status, 'somebody of another organisation').toBe(404);
    expect((await actsOf(world.service, 'acme')).at(-1)).toMatchObject({
      type: 'member.role-changed',
      detail: { person: 'mover@acme.example', role: 'auditor' },
    });
  });

  test('409: nobody who audits holds a role on a system, whichever comes first', async () => {
    const params = { ...acme, system: 'chatbot' };
    const seen = await world.call('administrator', getSystem, { params });
    const assigns = async (person: string) =>
      world.call(
        'administrator',
        assignRoles,
        {
          params,
          body: {
            roles: [
              { person: world.address('developer'), role: 'developer' },
              { person: world.address('operator'), role: 'system_operator' },
              { person: world.address('custodian'), role: 'data_custodian' },
              { person, role: 'system_operator' },
            ],
          },
        },
        { 'if-match': seen.headers.get('etag') ?? '' },
      );
    const assigned = await assigns(world.address('auditor'));
    expect([assigned.status, await code(assigned)]).toEqual([409, 'AUDITOR_INDEPENDENCE']);
    const operator = { ...acme, person: world.address('operator') };
    const changed = await world.call(
      'administrator',
      changeRole,
      { params: operator, body: { role: 'auditor' } },
      { 'if-match': `"${await versionOf(operator.person)}"` },
    );
    expect([changed.status, await code(changed)]).toEqual([409, 'AUDITOR_INDEPENDENCE']);
    // Named by a declaration, with a role and without an account.
    const named = 'both@partner.example';
    const adopt = (auditor: string[]) =>
      world.service.context.database.within('rival', (control) =>
        adoptPeople(
          control,
          { organisation: 'rival', system: 'chatbot' },
          {
            developer: [named],
            system_operator: [],
            data_custodian: [],
            organisation: [],
            auditor,
          },
        ),
      );
    await expect(adopt([named])).rejects.toMatchObject({ code: 'AUDITOR_INDEPENDENCE' });
    await adopt([]);
    const invites = await world.call('stranger', invite, {
      params: { organisation: 'rival' },
      body: { person: named, role: 'auditor' },
    });
    expect([invites.status, await code(invites)]).toEqual([409, 'AUDITOR_INDEPENDENCE']);
  });

  test('409: the last administrator stays, also when two go at the same time', async () => {
    const person = world.address('administrator');
    const version = await versionOf(person);
    const headers = { 'if-match': `"${version}"` };
    const params = { ...acme, person };
    const demote = { params, body: { role: 'viewer' as const } };
    expect((await world.call('administrator', changeRole, demote, headers)).status).toBe(409);
    expect((await world.call('administrator', removeMember, { params }, headers)).status).toBe(409);
    const second = await joined('second@acme.example', 'administrator');
    const seconds = await versionOf('second@acme.example');
    const [a, b] = await Promise.all([
      second.call(changeRole, demote, headers),
      world.call(
        'administrator',
        changeRole,
        { params: { ...acme, person: 'second@acme.example' }, body: { role: 'viewer' } },
        { 'if-match': `"${seconds}"` },
      ),
    ]);
    expect([a.status, b.status].filter((status) => status === 200)).toHaveLength(1);
    // Back to how it was.
    if (a.status === 200) {
      const back = { params, body: { role: 'administrator' as const } };
      await second.get(changeRole, back, { 'if-match': `"${await versionOfBy(second, person)}"` });
    }
  });

  test('a removed member is out at once, and comes back without the roles of before', async () => {
    const one = await joined('leaver@acme.example', 'contributor');
    await world.service.context.database.within('acme', (control) =>
      control
        .insertInto('system_roles')
        .values({ organisation: 'acme', system: 'chatbot', person: 'leaver@acme.example', role: 'developer' })
        .execute(),
    );
    const chatbot = { params: { ...acme, system: 'chatbot' } };
    expect((await one.call(getSystem, chatbot)).status).toBe(200);
    const headers = { 'if-match': `"${await versionOf('leaver@acme.example')}"` };
    const params = { ...acme, person: 'leaver@acme.example' };
    expect((await world.call('administrator', removeMember, { params }, headers)).status).toBe(204);
    expect((await one.call(getSystem, chatbot)).status, 'the session is gone').toBe(401);
    await one.get(signInWithPassword, { body: { email: 'leaver@acme.example', password: PASSWORD } });
    expect((await one.get(getMe, {})).organisations).toEqual([]);
    expect((await one.call(getSystem, chatbot)).status).toBe(404);
    const { token } = await invited('leaver@acme.example', 'contributor');
    await one.get(acceptInvitation, { body: { token } });
    expect((await one.get(getMe, {})).organisations).toMatchObject([{ role: 'contributor', systems: {} }]);
    expect((await one.call(getSystem, chatbot)).status).toBe(404);
  });
});

describe('set-up', () => {
  const body = {
    name: 'Ada',
    email: 'ada@first.example',
    password: PASSWORD,
    organisation: { id: 'first', name: 'First' },
  };

  test('410: no link helps where there is an organisation', async () => {
    expect(await newSetUpLink(world.service.context)).toBeUndefined();
    expect((await somebody().call(setUp, { body: { ...body, token: 'x'.repeat(43) } })).status).toBe(410);
  });

  test('any instance takes a link of any other, once; what fails leaves nothing half made', async () => {
    const fresh = await openWorld({ empty: true });
    try {
      const { service } = fresh;
      const [first, second] = [await newSetUpLink(service.context), await newSetUpLink(service.context)];
      const one = visitor(service, '203.0.113.200');
      expect((await one.call(setUp, { body: { ...body, token: 'x'.repeat(43) } })).status).toBe(410);
      // The account is there already: the organisation must not be made either, and the link stays good.
      await service.context.database.identities(async (control) => {
        await control
          .insertInto('auth_users')
          .values({ id: 'u', email: body.email, name: 'Ada', emailVerified: true, twoFactorEnabled: null })
          .execute();
        await control
          .insertInto('auth_accounts')
          .values({
            id: 'a',
            accountId: 'u',
            providerId: 'credential',
            userId: 'u',
            password: 'x',
            updatedAt: new Date(),
          })
          .execute();
      });
      expect((await one.call(setUp, { body: { ...body, token: first ?? '' } })).status).toBe(409);
      expect(await service.context.database.organisations()).toEqual([]);
      const statuses = await Promise.all(
        [first, second].map(async (token, i) => {
          const founder = { ...body, token: token ?? '', email: `founder${i}@first.example` };
          return (await one.call(setUp, { body: founder })).status;
        }),
      );
      expect(statuses.sort((a, b) => a - b)).toEqual([201, 410]);
      expect(await service.context.database.organisations()).toEqual(['first']);
    } finally {
      await fresh.close();
    }
  }, 60_000);
});

async function versionOfBy(one: Visitor, person: string): Promise<number> {
  const { items } = await one.get(listMembers, { params: acme });
  return items.find((member) => member.person === person)?.version ?? -1;
}
