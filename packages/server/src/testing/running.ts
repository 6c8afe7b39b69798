/** A service that really listens, and an administrator who is signed in to it; for tests of its life. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type CallOf,
  createSystem,
  type Operation,
  setUp,
  signInWithPassword,
  urlOf,
} from '@custos/contract';
import { loadSpecification } from '@custos/engine';
import { createKey, Keyring, type NewKey } from '@custos/trust';
import { pino } from 'pino';
import { type RunningService, type StartOptions, startService } from '../service.ts';
import { DECLARATION } from './world.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
export const PERSON = { name: 'Alex', email: 'alex@acme.example', password: 'seven brown foxes sleep' };

/** What instances of one service share. */
export interface Shared {
  readonly store: StartOptions['store'];
  readonly key: NewKey;
}

export function shared(store: StartOptions['store']): Shared {
  return { store, key: createKey('custos.local/test') };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export async function start(
  { store, key }: Shared,
  options: Partial<StartOptions> = {},
): Promise<RunningService> {
  return startService({
    store,
    signer: key.signer,
    keyring: new Keyring([{ publicKey: key.signer.publicKey }]),
    specification: await loadSpecification(join(ROOT, 'standard/en-304-223')),
    secret: 'only for tests, and long enough for them',
    host: '127.0.0.1',
    port: await freePort(),
    version: '0.0.0',
    training: join(ROOT, 'content/training'),
    examples: { dir: join(ROOT, 'examples'), names: [] },
    log: pino({ level: 'silent' }),
    jobs: false,
    ...options,
  });
}

export interface Visitor {
  call<O extends Operation>(op: O, call: CallOf<O>, headers?: Record<string, string>): Promise<Response>;
}

/** @param cookie of a session */
export function visitor(url: string, cookie: string): Visitor {
  return {
    call: (op, call, headers = {}) =>
      fetch(url + urlOf(op, call), {
        method: op.method,
        headers: {
          cookie,
          origin: url,
          ...(op.body ? { 'content-type': 'application/json' } : {}),
          ...(op.method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
          ...headers,
        },
        ...(op.body ? { body: JSON.stringify(call.body) } : {}),
      }),
  };
}

/** Founds `acme` with the system `chatbot`. @returns the session's cookie */
export async function found({ url, setUpUrl }: RunningService): Promise<string> {
  const stranger = visitor(url, '');
  const token = setUpUrl?.split('#')[1] ?? '';
  const organisation = { id: 'acme', name: 'Acme' };
  await ok(stranger.call(setUp, { body: { token, ...PERSON, organisation } }));
  const { email, password } = PERSON;
  const signedIn = await ok(stranger.call(signInWithPassword, { body: { email, password } }));
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  await ok(
    visitor(url, cookie).call(createSystem, { params: { organisation: 'acme' }, body: DECLARATION_BODY }),
  );
  return cookie;
}

export const DECLARATION_BODY = {
  ...DECLARATION,
  use: { ...DECLARATION.use, inputs: [...DECLARATION.use.inputs], outputs: [...DECLARATION.use.outputs] },
};

async function ok(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response;
}
