/** Speaking to a running service: which one, by which key, for which organisation. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, createClient, getMe, ProblemError } from '@custos/contract';
import { CustosError } from '@custos/core';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Environment } from './environment.ts';

const Access = z.strictObject({
  server: z.string(),
  key: z.string().min(20),
  person: z.string(),
  organisation: z.string(),
});
export type Access = z.infer<typeof Access>;

export interface ServerFlags {
  server?: string;
  organisation?: string;
}

export interface ServerAccess {
  readonly client: Client;
  readonly server: string;
  readonly organisation: string;
  /** E-mail address of whose key it is. */
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

/** Asks the service whose key it is, and keeps it readable for this account only. @throws CustosError */
export async function logIn(
  environment: Environment,
  server: string,
  key: string,
  organisation: string | undefined,
): Promise<Access> {
  const me = await asked(server, clientOf(server, key).call(getMe, {}));
  const known = me.organisations.map(({ id }) => id);
  const chosen = organisation ?? (known.length === 1 ? known[0] : undefined);
  if (chosen === undefined || !known.includes(chosen))
    throw new CustosError(
      'USAGE',
      known.length === 0
        ? `${me.person} belongs to no organisation there.`
        : `Choose one of your organisations with --organisation: ${known.join(', ')}.`,
    );
  const access = { server, key, person: me.person, organisation: chosen };
  const path = placeOf(environment, server);
  await mkdir(join(environment.dataDir, 'servers'), { recursive: true, mode: 0o700 });
  await writeFile(path, `${JSON.stringify(access)}\n`, { mode: 0o600 });
  // The mode of writeFile is for new files only.
  await chmod(path, 0o600);
  return access;
}

/** @returns false when there was no login */
export async function logOut(environment: Environment, server: string): Promise<boolean> {
  const path = placeOf(environment, server);
  const there = (await readAccess(path)) !== undefined;
  await rm(path, { force: true });
  return there;
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

/** @throws CustosError USAGE without an address, NOT_SIGNED_IN without a key */
export async function openServer(flags: ServerFlags, environment: Environment): Promise<ServerAccess> {
  const given = flags.server ?? environment.server;
  if (given === undefined)
    throw new CustosError('USAGE', 'Name the service: --server https://…, or CUSTOS_SERVER.');
  const server = serverOrigin(given);
  const kept = await readAccess(placeOf(environment, server));
  const key = environment.apiKey ?? kept?.key;
  if (key === undefined)
    throw new CustosError('NOT_SIGNED_IN', `Run \`custos login ${server}\` first, or set CUSTOS_API_KEY.`);
  const client = clientOf(server, key);
  if (kept && key === kept.key)
    return { client, server, person: kept.person, organisation: flags.organisation ?? kept.organisation };
  const me = await asked(server, client.call(getMe, {}));
  const organisation = flags.organisation ?? me.organisations[0]?.id;
  if (organisation === undefined || (flags.organisation === undefined && me.organisations.length > 1))
    throw new CustosError('USAGE', 'Name the organisation with --organisation.');
  return { client, server, person: me.person, organisation };
}

function clientOf(baseUrl: string, key: string): Client {
  return createClient({ baseUrl, headers: { authorization: `Bearer ${key}` } });
}

/** What the service answers; what it refuses and what keeps it from answering become errors that say so. @throws CustosError */
export async function asked<T>(server: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProblemError)
      throw new CustosError(error.problem.code, `${server} says: ${error.problem.detail}`, { cause: error });
    if (error instanceof TypeError)
      throw new CustosError(
        'SERVER_UNREACHABLE',
        `${server} can't be reached. Check the address, and that the service runs.`,
        { cause: error },
      );
    throw error;
  }
}
