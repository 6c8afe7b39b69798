/** Signing in, and what somebody might try instead. */
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  addPasskey,
  beginTotp,
  changePassword,
  confirmTotp,
  endOtherSessions,
  endSession,
  endTotp,
  getMe,
  getSecurity,
  linkSso,
  listSessions,
  newBackupCodes,
  newPasskeyChallenge,
  removePasskey,
  signInWithBackupCode,
  signInWithCode,
  signInWithPassword,
  signOut,
} from '@custos/contract';
import { sha256 } from '@custos/trust';
import { hashPassword, makeSignature } from 'better-auth/crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newPasskey } from '../testing/passkey.ts';
import { codeOf, keyOf, stepNow } from '../testing/totp.ts';
import { type Visitor, visitor } from '../testing/visitor.ts';
import { openWorld, type PersonName, passwordOf, type World } from '../testing/world.ts';
import { createAuth } from './auth.ts';

/** The developer's, after the test that changes it. */
const CHANGED = 'violet tram under rain';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.close());

let addresses = 0;
/** From an address of its own, so that tests do not count for each other. */
function somebody(): Visitor {
  addresses += 1;
  return visitor(world.service, `198.51.100.${addresses}`);
}

async function enter(who: PersonName, password = passwordOf(who)): Promise<Visitor> {
  const one = somebody();
  await one.get(signInWithPassword, { body: { email: world.address(who), password } });
  return one;
}

function tokenOf(one: Visitor): string {
  return decodeURIComponent(one.cookies.get('custos.session_token') ?? '').split('.')[0] ?? '';
}

async function signed(token: string, secret: string): Promise<string> {
  return encodeURIComponent(`${token}.${await makeSignature(token, secret)}`);
}

function wrong(one: Visitor, email: string): Promise<Response> {
  return one.call(signInWithPassword, { body: { email, password: 'not the password' } });
}

async function problemOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

describe('password', () => {
  test('200: opens a session by a cookie that no script reads and no other site sends', async () => {
    const one = await enter('viewer');
    const [cookie = ''] = one.set;
    expect(cookie).toMatch(/^custos\.session_token=[^;]{20,};/);
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(part);
    expect(cookie).not.toContain('Domain');
    expect((await one.get(getMe, {})).person).toBe('viewer@acme.example');
    expect((await one.get(getSecurity, {})).method).toBe('password');
  });

  test('over https the cookie is Secure and bound to the host', async () => {
    const { database, clock } = world.service.context;
    const { log, secret } = world.service;
    const auth = createAuth({ database, clock, log, secret, baseUrl: 'https://custos.example' });
    const { authCookies } = await auth.$context;
    expect(authCookies.sessionToken.name).toBe('__Host-custos.session_token');
    const { attributes } = authCookies.sessionToken;
    expect(attributes).toMatchObject({ secure: true, httpOnly: true, sameSite: 'strict', path: '/' });
    expect(attributes.domain).toBeUndefined();
  });

  test('401: a wrong password and an unknown address are answered alike', async () => {
    const one = somebody();
    const known = await wrong(one, world.address('viewer'));
    const unknown = await wrong(one, 'nobody@acme.example');
    expect([known.status, unknown.status]).toEqual([401, 401]);
    const [a, b] = [await known.json(), await unknown.json()] as Record<string, unknown>[];
    expect({ ...a, instance: '' }).toEqual({ ...b, instance: '' });
    expect(one.cookies.size).toBe(0);
  });

  test('401: an unknown address takes about as long as a wrong password', async () => {
    const time = async (email: string) => {
      const times: number[] = [];
      for (let i = 0; i < 5; i += 1) {
        const begin = performance.now();
        await wrong(somebody(), email);
        times.push(performance.now() - begin);
      }
      return times.sort((a, b) => a - b)[2] ?? 0;
    };
    const [known, unknown] = [await time(world.address('auditor')), await time('nobody@acme.example')];
    expect(Math.min(known, unknown) / Math.max(known, unknown)).toBeGreaterThan(0.4);
  });

  test('422: nothing but the two fields is taken (redirects, trust, roles)', async () => {
    const body = { email: world.address('viewer'), password: passwordOf('viewer') };
    for (const more of [
      { callbackURL: 'https://evil.example' },
      { rememberMe: true },
      { role: 'administrator' },
      { trustDevice: true },
    ]) {
      const response = await somebody().request('/api/v1/session/password', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, ...more }),
      });
      expect(response.status, JSON.stringify(more)).toBe(422);
      expect(response.headers.get('location')).toBeNull();
    }
  });

  test('415: JSON only', async () => {
    const response = await somebody().request('/api/v1/session/password', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'email=viewer%40acme.example&password=x',
    });
    expect(response.status).toBe(415);
  });

  test('403: another site can neither sign somebody in nor act for them', async () => {
    const one = await enter('viewer');
    const body = { email: world.address('viewer'), password: passwordOf('viewer') };
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[]) {
      const entering = await somebody().call(signInWithPassword, { body }, headers);
      expect([entering.status, await problemOf(entering)]).toEqual([403, 'CROSS_ORIGIN']);
      expect((await one.call(endOtherSessions, {}, headers)).status).toBe(403);
    }
    const bare = await world.send(undefined, '/api/v1/me/sessions', {
      method: 'DELETE',
      headers: { cookie: [...one.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    expect(bare.status, 'by cookie without Origin').toBe(403);
  });
});

describe('429', () => {
  test('after eight tries from one address that address waits; the person comes in from another', async () => {
    const one = somebody();
    const email = world.address('operator');
    for (let i = 0; i < 8; i += 1) expect((await wrong(one, email)).status).toBe(401);
    const right = { body: { email, password: passwordOf('operator') } };
    const locked = await one.call(signInWithPassword, right);
    expect([locked.status, await problemOf(locked)]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(800);
    // X-Forwarded-For is anybody's to write.
    const lied = await one.call(signInWithPassword, right, { 'x-forwarded-for': '203.0.113.9' });
    expect(lied.status).toBe(429);
    const header = await one.call(signInWithPassword, right, { 'x-custos-client-address': '203.0.113.9' });
    expect(header.status).toBe(429);
    expect((await somebody().call(signInWithPassword, right)).status).toBe(200);
  });

  test('all addresses of one /64 of IPv6 count as one, and the next /64 as another', async () => {
    const email = world.address('stranger');
    const from = (network: string, host: number) =>
      visitor(world.service, `2001:db8:0:${network}::${host.toString(16)}`);
    for (let host = 1; host <= 8; host += 1) expect((await wrong(from('a', host), email)).status).toBe(401);
    expect((await wrong(from('a', 0x99), email)).status).toBe(429);
    const right = { body: { email, password: passwordOf('stranger') } };
    expect((await from('b', 1).call(signInWithPassword, right)).status).toBe(200);
  });

  test('an address without an account is locked just so', async () => {
    const one = somebody();
    for (let i = 0; i < 8; i += 1) expect((await wrong(one, 'ghost@acme.example')).status).toBe(401);
    expect((await wrong(one, 'ghost@acme.example')).status).toBe(429);
  });

  test('tries from many addresses add up for the account', async () => {
    const email = world.address('contributor');
    const statuses: number[] = [];
    for (let i = 0; i < 42; i += 1) statuses.push((await wrong(somebody(), email)).status);
    expect(statuses.slice(0, 40).every((status) => status === 401)).toBe(true);
    expect(statuses.slice(40)).toEqual([429, 429]);
  }, 60_000);
});

describe('sessions', () => {
  test('a session token that was planted is never taken over', async () => {
    const one = somebody();
    one.cookies.set('custos.session_token', 'planted.by-somebody-else');
    await one.get(signInWithPassword, {
      body: { email: world.address('viewer'), password: passwordOf('viewer') },
    });
    expect(one.cookies.get('custos.session_token')).not.toContain('planted');
  });

  test('a new sign-in ends the session that the browser had', async () => {
    const one = await enter('viewer');
    const before = one.cookies.get('custos.session_token') ?? '';
    await one.get(signInWithPassword, {
      body: { email: world.address('viewer'), password: passwordOf('viewer') },
    });
    expect(one.cookies.get('custos.session_token')).not.toBe(before);
    const replayed = await somebody().request('/api/v1/me', {
      headers: { cookie: `custos.session_token=${before}` },
    });
    expect(replayed.status).toBe(401);
  });

  test('after signing out the cookie is worth nothing, also for who copied it', async () => {
    const one = await enter('viewer');
    const stolen = { cookie: `custos.session_token=${one.cookies.get('custos.session_token')}` };
    expect((await somebody().request('/api/v1/me', { headers: stolen })).status).toBe(200);
    expect((await one.call(signOut, {})).status).toBe(204);
    expect((await somebody().request('/api/v1/me', { headers: stolen })).status).toBe(401);
  });

  test('it ends after 12 hours without use, and after 7 days in any case', async () => {
    const one = await enter('auditor');
    const { database } = world.service.context;
    const token = decodeURIComponent(one.cookies.get('custos.session_token') ?? '').split('.')[0] ?? '';
    await database.identities((control) =>
      sql`update auth_sessions set "createdAt" = now() - interval '8 days' where token = ${token}`.execute(
        control,
      ),
    );
    expect((await one.call(getMe, {})).status, 'too old').toBe(401);
    await database.identities((control) =>
      sql`update auth_sessions set "createdAt" = now() - interval '13 hours', "expiresAt" = now() - interval '1 hour'
        where token = ${token}`.execute(control),
    );
    expect((await one.call(getMe, {})).status, 'expired').toBe(401);
  });

  test('a token with another signature opens nothing', async () => {
    const one = await enter('auditor');
    const [token = ''] = decodeURIComponent(one.cookies.get('custos.session_token') ?? '').split('.');
    for (const forged of [token, `${token}.`, `${token}.${'A'.repeat(43)}=`]) {
      const cookie = `custos.session_token=${encodeURIComponent(forged)}`;
      expect((await somebody().request('/api/v1/me', { headers: { cookie } })).status).toBe(401);
    }
  });

  test("one sees and ends one's own, and nobody else's; tokens are not told", async () => {
    const [a, b] = [await enter('custodian'), await enter('custodian')];
    const other = await enter('developer');
    const { items } = await a.get(listSessions, {});
    expect(items.filter(({ current }) => current)).toHaveLength(1);
    expect(JSON.stringify(items)).not.toContain(
      decodeURIComponent(a.cookies.get('custos.session_token') ?? '').split('.')[0],
    );
    const [theirs] = (await other.get(listSessions, {})).items;
    expect((await a.call(endSession, { params: { session: theirs?.id ?? '' } })).status).toBe(404);
    expect((await other.call(getMe, {})).status).toBe(200);
    const mine = (await b.get(listSessions, {})).items.find(({ current }) => current);
    expect((await a.call(endSession, { params: { session: mine?.id ?? '' } })).status).toBe(204);
    expect((await b.call(getMe, {})).status).toBe(401);
    const c = await enter('custodian');
    expect((await a.call(endOtherSessions, {})).status).toBe(204);
    expect((await c.call(getMe, {})).status).toBe(401);
    expect((await a.call(getMe, {})).status).toBe(200);
  });
});

describe('what one signs in with', () => {
  test('a password change asks for the old one, refuses easy ones, and ends other sessions', async () => {
    const [a, b] = [await enter('developer'), await enter('developer')];
    const currentPassword = passwordOf('developer');
    const newPassword = CHANGED;
    const change = (body: { currentPassword: string; newPassword: string }) =>
      a.call(changePassword, { body });
    const wrongOne = await change({ currentPassword: 'something else entirely', newPassword });
    expect([wrongOne.status, await problemOf(wrongOne)]).toEqual([403, 'WRONG_PASSWORD']);
    expect((await change({ currentPassword, newPassword: 'too short' })).status).toBe(422);
    for (const easy of [
      'developer1234',
      'Password123456',
      'qwertyuiop[]',
      'aaaaaaaaaaaaaaa',
      'abcdefghijklm',
    ])
      expect((await change({ currentPassword, newPassword: easy })).status, easy).toBe(422);
    expect((await b.call(getMe, {})).status).toBe(200);
    expect((await change({ currentPassword, newPassword })).status).toBe(204);
    expect((await b.call(getMe, {})).status).toBe(401);
    expect((await a.call(getMe, {})).status).toBe(200);
    await enter('developer', newPassword);
  });

  test('an authenticator app: a code opens one session, backup codes work once each', async () => {
    const email = world.address('stranger');
    const password = passwordOf('stranger');
    const one = await enter('stranger');
    expect((await one.call(beginTotp, { body: { password: 'not the password' } })).status).toBe(403);
    const { uri, backupCodes } = await one.get(beginTotp, { body: { password } });
    const key = keyOf(uri);
    const now = stepNow();
    expect((await one.call(confirmTotp, { body: { code: '000000' } })).status).toBe(401);
    // Until it is confirmed it is not asked for.
    expect(await somebody().get(signInWithPassword, { body: { email, password } })).toEqual({
      secondFactor: false,
    });
    const first = codeOf(key, now);
    expect((await one.call(confirmTotp, { body: { code: first } })).status).toBe(204);
    expect((await one.get(getSecurity, {})).method).toBe('totp');

    const two = somebody();
    expect(await two.get(signInWithPassword, { body: { email, password } })).toEqual({ secondFactor: true });
    expect((await two.call(getMe, {})).status, 'the password alone').toBe(401);
    const replayed = await two.call(signInWithCode, { body: { code: first } });
    expect([replayed.status, await problemOf(replayed)], 'a code that was used').toEqual([
      401,
      'NOT_SIGNED_IN',
    ]);
    expect((await two.call(getMe, {})).status).toBe(401);

    const three = somebody();
    await three.get(signInWithPassword, { body: { email, password } });
    const next = codeOf(key, now + 1);
    const trusting = await three.request('/api/v1/session/code', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: next, trustDevice: true }),
    });
    expect(trusting.status).toBe(422);
    await three.get(signInWithCode, { body: { code: next } });
    expect((await three.get(getMe, {})).person).toBe(email);

    const [backup = '', another = ''] = backupCodes;
    const four = somebody();
    await four.get(signInWithPassword, { body: { email, password } });
    await four.get(signInWithBackupCode, { body: { code: backup } });
    expect((await four.get(getSecurity, {})).method).toBe('backup-code');
    const five = somebody();
    await five.get(signInWithPassword, { body: { email, password } });
    expect((await five.call(signInWithBackupCode, { body: { code: backup } })).status).toBe(401);
    await four.get(newBackupCodes, { body: { password } });
    expect((await five.call(signInWithBackupCode, { body: { code: another } })).status).toBe(401);
    expect((await five.call(getMe, {})).status).toBe(401);
  }, 60_000);

  test('a code that several give at the same time opens one session', async () => {
    const email = world.address('contributor');
    const password = passwordOf('contributor');
    await world.service.context.database.identities((control) =>
      control.deleteFrom('auth_attempts').execute(),
    );
    const one = await enter('contributor');
    const { uri, backupCodes } = await one.get(beginTotp, { body: { password } });
    const key = keyOf(uri);
    const now = stepNow();
    await one.get(confirmTotp, { body: { code: codeOf(key, now) } });
    const several = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const other = somebody();
        await other.get(signInWithPassword, { body: { email, password } });
        return other;
      }),
    );
    const code = codeOf(key, now + 1);
    const byCode = await Promise.all(several.map((other) => other.call(signInWithCode, { body: { code } })));
    expect(byCode.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 401, 401, 401]);
    const again = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const other = somebody();
        await other.get(signInWithPassword, { body: { email, password } });
        return other;
      }),
    );
    const [backup = ''] = backupCodes;
    const byBackup = await Promise.all(
      again.map((other) => other.call(signInWithBackupCode, { body: { code: backup } })),
    );
    expect(byBackup.filter(({ status }) => status === 200)).toHaveLength(1);
  }, 60_000);

  test('the password that confirms a change is not tried without end either', async () => {
    const one = await enter('custodian');
    const statuses: number[] = [];
    for (let i = 0; i < 10; i += 1)
      statuses.push((await one.call(beginTotp, { body: { password: `wrong number ${i}` } })).status);
    expect(statuses).toEqual([403, 403, 403, 403, 403, 403, 403, 403, 429, 429]);
  });

  test('codes can not be tried without end', async () => {
    const one = somebody();
    await one.get(signInWithPassword, {
      body: { email: world.address('stranger'), password: passwordOf('stranger') },
    });
    const statuses: number[] = [];
    for (let i = 0; i < 8; i += 1)
      statuses.push((await one.call(signInWithCode, { body: { code: String(100_000 + i) } })).status);
    expect(new Set(statuses)).toEqual(new Set([401]));
    // After five wrong ones the challenge is gone; even a right code needs the password first.
    const again = await one.call(signInWithCode, { body: { code: '123456' } });
    expect(((await again.json()) as { detail: string }).detail).toMatch(/password/);
  });
});

describe('who has a second factor', () => {
  const BASE = 'http://127.0.0.1:7223';
  async function passkeyOf(one: Visitor) {
    const { challenge } = await one.get(newPasskeyChallenge, { body: {} });
    return { name: 'Key', response: newPasskey(String(challenge), BASE) };
  }

  test('403: a password alone neither adds nor ends one; adding one ended the other sessions', async () => {
    const [one, other] = [await enter('operator'), await enter('operator')];
    await one.get(addPasskey, { body: await passkeyOf(one) });
    expect((await other.call(getMe, {})).status, 'the other session').toBe(401);
    expect((await one.call(getMe, {})).status, 'this session').toBe(200);

    const thief = await enter('operator');
    const { method, passkeys } = await thief.get(getSecurity, {});
    expect([method, passkeys.length]).toEqual(['password', 1]);
    const body = { password: passwordOf('operator') };
    const passkey = passkeys[0]?.id ?? '';
    for (const response of [
      await thief.call(beginTotp, { body }),
      await thief.call(confirmTotp, { body: { code: '123456' } }),
      await thief.call(endTotp, { body }),
      await thief.call(newBackupCodes, { body }),
      await thief.call(newPasskeyChallenge, { body: {} }),
      await thief.call(addPasskey, { body: { name: 'Key', response: newPasskey('x', BASE) } }),
      await thief.call(removePasskey, { params: { passkey } }),
    ])
      expect([response.status, await problemOf(response)], response.url).toEqual([
        403,
        'SIGN_IN_WITH_FACTOR',
      ]);
    expect((await thief.get(getSecurity, {})).passkeys).toHaveLength(1);
  }, 60_000);

  test('confirming an app ends the other sessions', async () => {
    const [one, other] = [await enter('auditor'), await enter('auditor')];
    const { uri } = await one.get(beginTotp, { body: { password: passwordOf('auditor') } });
    expect((await other.call(getMe, {})).status, 'not before it counts').toBe(200);
    await one.get(confirmTotp, { body: { code: codeOf(keyOf(uri), stepNow()) } });
    expect((await other.call(getMe, {})).status).toBe(401);
    expect((await one.get(listSessions, {})).items).toHaveLength(1);
    // This one counts as with the app, and so may go on.
    await one.get(addPasskey, { body: await passkeyOf(one) });
  }, 60_000);
});

describe('a change of what one signs in with', () => {
  const BASE = 'http://127.0.0.1:7223';
  const email = 'viewer@acme.example';

  test('every change of what one signs in with ends the other sessions and is told by e-mail', async () => {
    const mails: string[] = [];
    const smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, _, done) => {
        void text(stream)
          .then((mail) => mails.push(mail.replaceAll('=\r\n', '')))
          .finally(done);
      },
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    const { port } = smtp.server.address() as AddressInfo;
    const mailing = await openWorld({
      mail: { url: `smtp://127.0.0.1:${port}`, from: 'custos@acme.example' },
    });
    try {
      let visits = 0;
      const fresh = () => visitor(mailing.service, `192.0.2.${++visits}`);
      const password = passwordOf('viewer');
      const one = fresh();
      await one.get(signInWithPassword, { body: { email, password } });
      /** Another session of the account, as if by the strongest way there is. */
      const beside = async () => {
        const other = fresh();
        await other.call(signInWithPassword, { body: { email, password } });
        if ((await other.call(getMe, {})).status === 200) return other;
        const { internalAdapter } = await mailing.service.auth.$context;
        const user = await internalAdapter.findUserByEmail(email);
        const { token } = await internalAdapter.createSession(user?.user.id ?? '', false, { method: 'totp' });
        other.cookies.set('custos.session_token', await signed(token, mailing.service.secret));
        expect((await other.call(getMe, {})).status).toBe(200);
        return other;
      };
      const change = async (what: RegExp, work: () => Promise<unknown>) => {
        const other = await beside();
        mails.length = 0;
        await work();
        await mailing.service.outbox.idle();
        expect((await other.call(getMe, {})).status, what.source).toBe(401);
        expect((await one.call(getMe, {})).status, what.source).toBe(200);
        expect(mails).toHaveLength(1);
        expect(mails[0]).toMatch(what);
        expect(mails[0]).toMatch(new RegExp(`To: .*${email}`));
      };
      const { challenge } = await one.get(newPasskeyChallenge, { body: {} });
      const response = newPasskey(String(challenge), BASE);
      const { uri } = await one.get(beginTotp, { body: { password } });
      const code = codeOf(keyOf(uri), stepNow());
      await change(/authenticator app was set up/, () => one.get(confirmTotp, { body: { code } }));
      await change(/passkey "Key" was added/, () => one.get(addPasskey, { body: { name: 'Key', response } }));
      await change(/new backup codes/, () => one.get(newBackupCodes, { body: { password } }));
      const [passkey] = (await one.get(getSecurity, {})).passkeys;
      const params = { passkey: passkey?.id ?? '' };
      await change(/passkey "Key" was removed/, () => one.get(removePasskey, { params }));
      await change(/authenticator app was ended/, () => one.get(endTotp, { body: { password } }));
      const body = { currentPassword: password, newPassword: 'violet tram under rain' };
      await change(/password was changed/, () => one.get(changePassword, { body }));
    } finally {
      await mailing.close();
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
    }
  }, 60_000);

  test('what one signs in with is changed soon after a sign-in only', async () => {
    const one = await enter('viewer');
    const age = (minutes: number) =>
      world.service.context.database.identities((control) =>
        sql`update auth_sessions set "createdAt" = now() - ${minutes} * interval '1 minute'
          where token = ${tokenOf(one)}`.execute(control),
      );
    const password = passwordOf('viewer');
    const changes = () => [
      one.call(beginTotp, { body: { password } }),
      one.call(endTotp, { body: { password } }),
      one.call(newBackupCodes, { body: { password } }),
      one.call(newPasskeyChallenge, { body: {} }),
      one.call(addPasskey, { body: { name: 'Key', response: newPasskey('x', BASE) } }),
      one.call(removePasskey, { params: { passkey: 'x' } }),
      one.call(linkSso, { body: { organisation: 'acme' } }),
    ];
    await age(11);
    for (const response of await Promise.all(changes()))
      expect([response.status, await problemOf(response)], response.url).toEqual([403, 'SIGN_IN_AGAIN']);
    await age(9);
    expect((await one.call(beginTotp, { body: { password } })).status).toBe(200);
  });
});

test('a password is kept by scrypt as strong as OWASP asks; one that an older Custos kept still opens', async () => {
  const { database } = world.service.context;
  const kept = await database.identities((control) =>
    control.selectFrom('auth_accounts').select('password').where('password', 'is not', null).execute(),
  );
  for (const { password } of kept) expect(password).toMatch(/^scrypt:15:8:3:[\w-]{22}:[\w-]{43}$/);
  const { password: library } = await world.service.auth.$context;
  const same = await library.hash('the same');
  expect(same).not.toBe(await library.hash('the same'));
  for (const [hash, given, opens] of [
    [same, 'the same', true],
    [same, 'The same', false],
    [await hashPassword('the same'), 'the same', true],
    [await hashPassword('the same'), 'another', false],
    [same.replace(':15:', ':10:'), 'the same', false],
  ] as const)
    expect(await library.verify({ hash, password: given }), `${hash} ${given}`).toBe(opens);
});

test('backup codes have 120 bits and are kept as hashes', async () => {
  const one = await enter('viewer');
  const { backupCodes } = await one.get(beginTotp, { body: { password: passwordOf('viewer') } });
  expect(backupCodes).toHaveLength(10);
  for (const code of backupCodes) expect(code).toMatch(/^[a-z2-7]{6}(-[a-z2-7]{6}){3}$/);
  const rows = await world.service.context.database.identities((control) =>
    sql<{ backupCodes: string }>`select "backupCodes" from auth_two_factors`.execute(control),
  );
  const kept = rows.rows.flatMap((row): string[] => JSON.parse(row.backupCodes));
  expect(kept).toContain(sha256(backupCodes[0] ?? ''));
});

test('the log tells of each sign-in, from where and how, and of each that failed', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const service = { ...world.service, log };
  const one = visitor(service, '203.0.113.77');
  const account = world.address('auditor');
  const told = () => lines.splice(0).filter(({ msg }) => String(msg).startsWith('sign-in'));
  await one.call(signInWithPassword, { body: { email: account, password: 'not the password' } });
  expect(told()).toMatchObject([
    { level: 40, msg: 'sign-in refused', way: 'password', account, address: '203.0.113.77' },
  ]);
  await one.call(signInWithCode, { body: { code: '123456' } });
  expect(told()).toMatchObject([{ level: 40, msg: 'sign-in refused', way: 'totp', address: '203.0.113.77' }]);
  await one.get(signInWithPassword, { body: { email: world.address('developer'), password: CHANGED } });
  expect(told()).toMatchObject([
    { level: 30, msg: 'sign-in', way: 'password', account: world.address('developer') },
  ]);
  expect(JSON.stringify(lines)).not.toContain(CHANGED);
});

test('the log takes a password alone for no sign-in where a second factor is asked for, and tells whose is guessed', async () => {
  const account = world.address('custodian');
  const body = { email: account, password: passwordOf('custodian') };
  const owner = await enter('custodian');
  const { uri } = await owner.get(beginTotp, { body: { password: body.password } });
  await owner.get(confirmTotp, { body: { code: codeOf(keyOf(uri), stepNow()) } });
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const thief = visitor({ ...world.service, log }, '203.0.113.78');
  await thief.get(signInWithPassword, { body });
  await thief.call(signInWithCode, { body: { code: '000000' } });
  expect(lines.filter(({ way }) => way !== undefined)).toMatchObject([
    { msg: 'sign-in: second factor asked for', way: 'password', account },
    { msg: 'sign-in refused', way: 'totp', account },
  ]);
});

describe('the sign-in library', () => {
  test('none of its own endpoints can be reached', async () => {
    const endpoints = Object.values(world.service.auth.api).flatMap((endpoint) =>
      'path' in endpoint && typeof endpoint.path === 'string' ? [endpoint.path] : [],
    );
    expect(endpoints.length).toBeGreaterThan(30);
    const one = await enter('administrator');
    for (const path of new Set([...endpoints, '/sign-up/email', '/api-key/create', '/token', '/delete-user']))
      for (const method of ['GET', 'POST']) {
        const response = await one.request(`/api/auth${path.replace(/:\w+/g, 'x')}`, {
          method,
          ...(method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {}),
        });
        expect(response.status, `${method} ${path}`).toBe(404);
      }
  });

  test('knows where its clients are', async () => {
    const { logs, restore } = capture();
    try {
      await enter('viewer');
    } finally {
      restore();
    }
    expect(logs.join('\n')).not.toMatch(/client IP/);
    const [session] = (await (await enter('viewer')).get(listSessions, {})).items.filter(
      ({ current }) => current,
    );
    expect(session?.address).toBe(`198.51.100.${addresses}`);
  });
});

function capture(): { logs: string[]; restore: () => void } {
  const logs: string[] = [];
  const { warn, error, log } = console;
  const take = (...args: unknown[]) => void logs.push(args.map(String).join(' '));
  Object.assign(console, { warn: take, error: take, log: take });
  return { logs, restore: () => Object.assign(console, { warn, error, log }) };
}
