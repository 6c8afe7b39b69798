/** Speaking to a running service: which one, as whom, for which organisation. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Client,
  createClient,
  getMe,
  type Operation,
  PEOPLE_ONLY,
  ProblemError,
  signInWithBackupCode,
  signInWithCode,
  signInWithPassword,
  signOut,
  viaOf,
} from '@custos/contract';
import { CustosError } from '@custos/core';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Environment } from './environment.ts';
import { VERSION } from './version.ts';

/** An API key, or the cookies of a session. */
export type Credential = { readonly key: string } | { readonly cookie: string };

const Kept = { server: z.string(), person: z.string(), organisation: z.string() };
const Access = z.union([
  z.strictObject({ ...Kept, key: z.string().min(20) }),
  z.strictObject({ ...Kept, cookie: z.string().min(20) }),
]);
export type Access = z.infer<typeof Access>;

export interface ServerFlags {
  server?: string;
  organisation?: string;
}

/** What is there without a key or session: what everybody may ask. */
interface Reached {
  readonly client: Client;
  readonly server: string;
  readonly via: 'key' | 'session' | 'nobody';
  readonly organisation?: string;
}

export interface ServerAccess extends Reached {
  readonly organisation: string;
  /** E-mail address of whose key or session it is. */
  readonly person: string;
}

export function withServer(command: Command): Command {
  return command
    .option('--server <url>', 'the service; default CUSTOS_SERVER')
    .option('--organisation <id>', 'whose; default the one of the login');
}

/**
 * The origin of a service. A key is a secret: it goes over HTTPS, or stays on this machine.
 * @throws CustosError USAGE
 */
export function serverOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const here = url && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (
    url &&
    !url.username &&
    !url.password &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && here))
  )
    return url.origin;
  throw new CustosError(
    'USAGE',
    `"${text}" is no address of a service. Use https://…, or http:// on this machine only.`,
  );
}

function placeOf(environment: Environment, server: string): string {
  const name = new URL(server).host.replaceAll(/[^a-z0-9.-]/g, '_');
  const digest = createHash('sha256').update(server).digest('hex').slice(0, 8);
  return join(environment.dataDir, 'servers', `${name}-${digest}.json`);
}

/**
 * Opens a session as the console does: by password and, where the account has one, a code.
 * @param code asks for the code @returns its cookies @throws CustosError
 */
export async function openSession(
  server: string,
  { email, password, code }: { email: string; password: string; code: () => Promise<string> },
): Promise<string> {
  const cookies = new Map<string, string>();
  const client = createClient({
    baseUrl: server,
    fetch: async (address, init) => {
      const headers = new Headers(init?.headers);
      headers.set('cookie', textOf(cookies));
      // The name under which sessions are listed.
      headers.set('user-agent', `Custos ${VERSION} (command line)`);
      const response = await fetch(address, { ...init, headers });
      for (const cookie of response.headers.getSetCookie()) keep(cookies, cookie);
      return response;
    },
  });
  const { secondFactor } = await told(server, client.call(signInWithPassword, { body: { email, password } }));
  if (secondFactor) {
    const given = (await code()).trim();
    const op = /^\d{6}$/.test(given) ? signInWithCode : signInWithBackupCode;
    await told(server, client.call(op, { body: { code: given } }));
  }
  return textOf(cookies);
}

function textOf(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

function keep(cookies: Map<string, string>, cookie: string): void {
  const [pair = ''] = cookie.split(';');
  const name = pair.slice(0, pair.indexOf('='));
  if (/;\s*max-age=0/i.test(cookie)) cookies.delete(name);
  else cookies.set(name, pair.slice(pair.indexOf('=') + 1));
}

/** Asks the service whose key or session it is, and keeps it readable for this account only. @throws CustosError */
export async function logIn(
  environment: Environment,
  server: string,
  credential: Credential,
  organisation: string | undefined,
): Promise<Access> {
  const me = await told(server, clientOf(server, credential).call(getMe, {}));
  const known = me.organisations.map(({ id }) => id);
  const chosen = organisation ?? (known.length === 1 ? known[0] : undefined);
  if (chosen === undefined || !known.includes(chosen)) {
    // A session that is kept nowhere would stay open.
    if ('cookie' in credential) await clientOf(server, credential).call(signOut, {});
    throw new CustosError(
      'USAGE',
      known.length === 0
        ? `${me.person} belongs to no organisation there.`
        : `Choose one of your organisations with --organisation: ${known.join(', ')}.`,
    );
  }
  const access = { server, ...credential, person: me.person, organisation: chosen };
  const path = placeOf(environment, server);
  await mkdir(join(environment.dataDir, 'servers'), { recursive: true, mode: 0o700 });
  await writeFile(path, `${JSON.stringify(access)}\n`, { mode: 0o600 });
  // The mode of writeFile is for new files only.
  await chmod(path, 0o600);
  return access;
}

/** Forgets the key, or ends the session there too. @returns what was forgotten @throws CustosError when the session could not be ended */
export async function logOut(
  environment: Environment,
  server: string,
): Promise<'key' | 'session' | undefined> {
  const path = placeOf(environment, server);
  const kept = await readAccess(path);
  await rm(path, { force: true });
  if (kept === undefined || 'key' in kept) return kept && 'key';
  try {
    await clientOf(server, kept).call(signOut, {});
  } catch (error) {
    // A session that has ended is what is wanted.
    if (!(error instanceof ProblemError && error.problem.status === 401))
      await told(server, Promise.reject(error));
  }
  return 'session';
}

async function readAccess(path: string): Promise<Access | undefined> {
  try {
    return Access.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** True when a verb is to speak to a service. */
export function namesServer(flags: ServerFlags, environment: Environment): boolean {
  return (flags.server ?? environment.server) !== undefined;
}

/** @throws CustosError USAGE without an address, NOT_SIGNED_IN without a key or session */
export async function openServer(flags: ServerFlags, environment: Environment): Promise<ServerAccess> {
  const server = serverNamed(flags, environment);
  const access = await accessTo(server, flags, environment);
  if (access) return access;
  throw new CustosError('NOT_SIGNED_IN', `Run \`custos login ${server}\` first, or set CUSTOS_API_KEY.`);
}

/** As `openServer`; what everybody may ask takes neither key nor session. @throws CustosError */
export async function reachServer(
  flags: ServerFlags,
  environment: Environment,
  op: Operation,
): Promise<Reached> {
  if (op.access !== 'public') return openServer(flags, environment);
  const server = serverNamed(flags, environment);
  const access = await accessTo(server, flags, environment);
  return access ?? { client: createClient({ baseUrl: server }), server, via: 'nobody' };
}

/** @throws CustosError USAGE */
function serverNamed(flags: ServerFlags, environment: Environment): string {
  const given = flags.server ?? environment.server;
  if (given !== undefined) return serverOrigin(given);
  throw new CustosError('USAGE', 'Name the service: --server https://…, or CUSTOS_SERVER.');
}

async function accessTo(
  server: string,
  flags: ServerFlags,
  environment: Environment,
): Promise<ServerAccess | undefined> {
  const kept = await readAccess(placeOf(environment, server));
  const credential = environment.apiKey === undefined ? kept : { key: environment.apiKey };
  if (credential === undefined) return undefined;
  const client = clientOf(server, credential);
  const via = 'key' in credential ? 'key' : 'session';
  if (credential === kept)
    return {
      client,
      server,
      via,
      person: kept.person,
      organisation: flags.organisation ?? kept.organisation,
    };
  const me = await asked(server, client.call(getMe, {}));
  const organisation = flags.organisation ?? me.organisations[0]?.id;
  if (organisation === undefined || (flags.organisation === undefined && me.organisations.length > 1))
    throw new CustosError('USAGE', 'Name the organisation with --organisation.');
  return { client, server, via, person: me.person, organisation };
}

/** Writes by cookie have to say where they come from: from nowhere else. */
function clientOf(baseUrl: string, credential: Credential): Client {
  const headers: Record<string, string> =
    'key' in credential
      ? { authorization: `Bearer ${credential.key}` }
      : { cookie: credential.cookie, origin: baseUrl };
  return createClient({ baseUrl, headers });
}

/** What people do themselves is not even asked with a key. @throws CustosError KEY_REFUSED */
export function refuseKey(op: Operation, { via, server }: Pick<Reached, 'via' | 'server'>): void {
  const { access } = op;
  const ownHand = viaOf(op) === 'session' || PEOPLE_ONLY.some((permission) => permission === access);
  if (via !== 'key' || !ownHand) return;
  throw new CustosError(
    'KEY_REFUSED',
    `${op.id} is for people themselves, not for an API key. Sign in with \`custos login ${server} --as E-MAIL\`.`,
  );
}

/** The value as a schema has it. @param what it is, for the message @throws CustosError INPUT naming the fields that are wrong */
export function fitting<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues
    .slice(0, 10)
    .map(({ path, message }) => `  /${path.join('/')}: ${message}`);
  throw new CustosError('INPUT', `${what} is not as it must be:\n${wrong.join('\n')}`);
}

/** What the service answers; a key or session that has ended is said to be. @throws CustosError */
export async function asked<T>(server: string, answer: Promise<T>): Promise<T> {
  try {
    return await told(server, answer);
  } catch (error) {
    if (!(error instanceof CustosError && error.code === 'NOT_SIGNED_IN')) throw error;
    throw new CustosError(
      'NOT_SIGNED_IN',
      `${error.message} What was kept here has ended or was revoked: run \`custos login ${server}\` again.`,
      { cause: error },
    );
  }
}

/** What the service refuses and what keeps it from answering become errors that say so. @throws CustosError */
async function told<T>(server: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProblemError) {
      const { code, detail, errors = [] } = error.problem;
      // The first is in the detail.
      const more = errors.slice(1).map(({ pointer, detail: why }) => `\n  ${pointer}: ${why}`);
      throw new CustosError(code, `${server} says: ${detail}${more.join('')}`, { cause: error });
    }
    if (error instanceof TypeError)
      throw new CustosError(
        'SERVER_UNREACHABLE',
        `${server} can't be reached. Check the address, and that the service runs.`,
        { cause: error },
      );
    throw error;
  }
}
