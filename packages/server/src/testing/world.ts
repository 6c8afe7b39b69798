/**
 * A service for tests: on PostgreSQL where one answers, else on PGlite, in a schema or folder of its own; with two
 * organisations and one person per role. People call with sessions, through the same app that the server listens with.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CallOf, type Operation, urlOf } from '@custos/contract';
import { type Clock, systemClock } from '@custos/core';
import { loadSpecification } from '@custos/engine';
import { insertMember, insertOrganisation, insertSystem, replaceSystemRoles } from '@custos/store';
import { createKey, Keyring } from '@custos/trust';
import { makeSignature } from 'better-auth/crypto';
import pg from 'pg';
import { pino } from 'pino';
import { createApp } from '../http/app.ts';
import { accountMaker } from '../identity/accounts.ts';
import type { MailOptions } from '../people/mailer.ts';
import { openServiceContext, type Service } from '../service.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const URLS = [
  process.env.CUSTOS_TEST_DATABASE_URL,
  'postgres://root@127.0.0.1:5432/test',
  'postgres://postgres@127.0.0.1:5432/postgres',
].filter((url) => url !== undefined);
const BASE = 'http://127.0.0.1:7223';

/** Who there is: organisation, role in it, roles on the system `chatbot`. */
export const PEOPLE = {
  administrator: { organisation: 'acme', role: 'administrator', system: [] },
  auditor: { organisation: 'acme', role: 'auditor', system: [] },
  viewer: { organisation: 'acme', role: 'viewer', system: [] },
  /** A contributor without a role on any system. */
  contributor: { organisation: 'acme', role: 'contributor', system: [] },
  developer: { organisation: 'acme', role: 'contributor', system: ['developer'] },
  operator: { organisation: 'acme', role: 'contributor', system: ['system_operator'] },
  custodian: { organisation: 'acme', role: 'contributor', system: ['data_custodian'] },
  /** Holds every role, in another organisation. */
  stranger: {
    organisation: 'rival',
    role: 'administrator',
    system: ['developer', 'system_operator', 'data_custodian'],
  },
} as const;
export type PersonName = keyof typeof PEOPLE;

export const DECLARATION = {
  id: 'chatbot',
  name: 'Support chatbot',
  purpose: 'Answers questions of customers about their orders',
  phase: 'deployment',
  use: { inputs: ['text'], outputs: ['text'], exposure: 'public' },
} as const;

export interface World {
  readonly service: Service;
  /** Sends a request as somebody; undefined: without signing in. */
  send(who: PersonName | undefined, path: string, init?: RequestInit): Promise<Response>;
  /** Calls an operation. */
  call<O extends Operation>(
    who: PersonName | undefined,
    op: O,
    call: CallOf<O>,
    headers?: Record<string, string>,
  ): Promise<Response>;
  address(who: PersonName): string;
  close(): Promise<void>;
}

export async function openWorld(
  options: {
    clock?: Clock;
    kind?: 'pglite' | 'postgres';
    mail?: MailOptions;
    webhooksPrivate?: boolean;
    ssoPrivate?: boolean;
    /** Nobody and nothing in it. */
    empty?: boolean;
  } = {},
): Promise<World> {
  const url = options.kind === 'pglite' ? undefined : await reachable();
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const dir = url === undefined ? mkdtempSync(join(tmpdir(), 'custos-world-')) : undefined;
  const { signer } = createKey('custos.local/test');
  const service = await openServiceContext({
    store: url === undefined ? { kind: 'pglite', dir: dir ?? '' } : { kind: 'postgres', url, schema },
    signer,
    keyring: new Keyring([{ publicKey: signer.publicKey }]),
    specification: await specification(),
    secret: 'only for tests, and long enough for them',
    host: '127.0.0.1',
    port: 7223,
    version: '0.0.0',
    training: join(ROOT, 'content/training'),
    ...(options.mail ? { mail: options.mail } : {}),
    ...(options.webhooksPrivate ? { webhooksPrivate: true } : {}),
    ...(options.ssoPrivate ? { ssoPrivate: true } : {}),
    examples: { dir: join(ROOT, 'examples'), names: ['support-chatbot'] },
    clock: options.clock ?? systemClock,
    log: pino({ level: 'silent' }),
  });
  const sessions = options.empty ? new Map<PersonName, string>() : await populate(service);
  const app = createApp(service);
  const send: World['send'] = async (who, path, init = {}) => {
    const headers = new Headers(init.headers);
    if (who !== undefined && !headers.has('authorization')) {
      headers.set('cookie', sessions.get(who) ?? '');
      if (!headers.has('origin')) headers.set('origin', BASE);
    }
    return app.request(`${BASE}${path}`, { ...init, headers });
  };
  return {
    service,
    send,
    call: (who, op, call, headers = {}) =>
      send(who, urlOf(op, call), {
        method: op.method,
        headers: { ...(op.body ? { 'content-type': 'application/json' } : {}), ...headers },
        ...(op.body ? { body: JSON.stringify(call.body) } : {}),
      }),
    address: addressOf,
    close: async () => {
      await service.outbox.stop();
      service.events.close();
      await service.context.database.close();
      if (dir !== undefined) rmSync(dir, { recursive: true });
      if (url !== undefined) await query(url, `drop schema if exists ${schema} cascade`);
    },
  };
}

function addressOf(who: PersonName): string {
  return `${who}@${PEOPLE[who].organisation}.example`;
}

async function populate(service: Service): Promise<Map<PersonName, string>> {
  const { database, clock } = service.context;
  const sessions = new Map<PersonName, string>();
  for (const organisation of ['acme', 'rival']) {
    const ref = { organisation, system: DECLARATION.id };
    const people = Object.entries(PEOPLE).filter(([, person]) => person.organisation === organisation);
    await database.ledger(organisation);
    await database.within(organisation, async (control) => {
      await insertOrganisation(control, { organisation, name: organisation, created_at: clock.now() });
      for (const [name, { role }] of people)
        await insertMember(control, {
          organisation,
          person: `${name}@${organisation}.example`,
          name,
          role,
          joined: true,
        });
      const { name, phase, purpose } = DECLARATION;
      const row = { ...ref, name, phase, purpose, declaration: JSON.stringify(DECLARATION) };
      await insertSystem(control, { ...row, created_at: clock.now() });
      const roles = people.flatMap(([name, { system }]) =>
        system.map((role) => ({ person: `${name}@${organisation}.example`, role })),
      );
      await replaceSystemRoles(control, ref, roles);
    });
  }
  for (const who of Object.keys(PEOPLE) as PersonName[]) sessions.set(who, await signedIn(service, who));
  return sessions;
}

/** Makes the account. @returns the cookie of a session */
async function signedIn(service: Service, who: PersonName): Promise<string> {
  const email = addressOf(who);
  const make = await accountMaker(service, { name: who, email, password: passwordOf(who), confirmed: true });
  await service.context.database.identities(make);
  const { internalAdapter, authCookies } = await service.auth.$context;
  const found = await internalAdapter.findUserByEmail(email);
  const { token } = await internalAdapter.createSession(found?.user.id ?? '');
  const signed = `${token}.${await makeSignature(token, service.secret)}`;
  return `${authCookies.sessionToken.name}=${encodeURIComponent(signed)}`;
}

export function passwordOf(who: PersonName): string {
  return `the password of ${who}`;
}

let loaded: ReturnType<typeof loadSpecification> | undefined;
function specification() {
  loaded ??= loadSpecification(join(ROOT, 'standard/en-304-223'));
  return loaded;
}

/** The PostgreSQL that tests may use; undefined where none answers. */
export async function reachable(): Promise<string | undefined> {
  for (const url of URLS)
    try {
      await query(url, 'select 1');
      return url;
    } catch {
      // The next one, or the embedded database.
    }
  return undefined;
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
