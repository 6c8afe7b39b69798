/** `login`, `logout`, `systems`, `status`: a running service from the command line. */
import { getAssessment, listSystems } from '@custos/contract';
import { type Assessment, CustosError } from '@custos/core';
import { clean, renderSummary } from '@custos/engine';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { readStdin, readText } from '../input.ts';
import { emit, say } from '../output.ts';
import { openSpecification } from '../resources.ts';
import {
  asked,
  type Credential,
  logIn,
  logOut,
  openServer,
  openSession,
  type ServerFlags,
  serverOrigin,
  withServer,
} from '../server-access.ts';
import { exitCode, oneOf } from './assess.ts';

const LIST_FORMATS = ['text', 'json'] as const;
const STATUS_FORMATS = ['summary', 'json'] as const;

interface LoginFlags {
  keyFile?: string;
  as?: string;
  passwordFile?: string;
  code?: string;
  organisation?: string;
}
interface SystemsFlags extends ServerFlags {
  search?: string;
  format: (typeof LIST_FORMATS)[number];
}
interface StatusFlags extends ServerFlags {
  format: (typeof STATUS_FORMATS)[number];
  out?: string;
}

export function addServer(program: Command, environment: Environment): void {
  program
    .command('login <url>')
    .description('keep an API key for a service, or sign in as a person; what is secret is asked for')
    .option('--key-file <file>', 'read the key from a file')
    .option('--as <email>', 'sign in as a person, who may do what no key may: by password and code')
    .option('--password-file <file>', 'with --as: read the password from a file')
    .option('--code <code>', 'with --as: of the authenticator app, or a backup code')
    .option('--organisation <id>', 'which of your organisations the verbs mean')
    .action(async (url: string, flags: LoginFlags) => {
      const server = serverOrigin(url);
      const credential =
        flags.as === undefined ? await keyFor(server, flags) : await session(server, flags.as, flags);
      const { person, organisation } = await logIn(environment, server, credential, flags.organisation);
      say(`Signed in at ${server} as ${person}, for ${organisation}.`);
    });
  program
    .command('logout [url]')
    .description('end the session, or forget the API key (which stays valid: revoke it in the console)')
    .action(async (url: string | undefined) => {
      const given = url ?? environment.server;
      if (given === undefined) throw new CustosError('USAGE', 'Name the service, or set CUSTOS_SERVER.');
      const server = serverOrigin(given);
      say(LOGGED_OUT[(await logOut(environment, server)) ?? 'nothing'].replace('…', server));
    });
  withServer(program.command('systems').description('the AI systems of a service that you may see'))
    .option('--search <text>', 'part of the id, name or purpose')
    .option('--format <format>', LIST_FORMATS.join(', '), oneOf(LIST_FORMATS), 'text')
    .action(async (flags: SystemsFlags) => emit(await systems(flags, environment), undefined));
  withServer(
    program
      .command('status <system>')
      .description('how a system in a service stands, with the exit codes of assess'),
  )
    .option('--format <format>', STATUS_FORMATS.join(', '), oneOf(STATUS_FORMATS), 'summary')
    .option('--out <file>', 'write the result to a file')
    .action(async (system: string, flags: StatusFlags) => {
      const { client, server, organisation } = await openServer(flags, environment);
      const answer = await asked(server, client.call(getAssessment, { params: { organisation, system } }));
      // Checked against the same form; only absent and undefined are told apart here.
      const assessment = answer as Assessment;
      const { specification } = await openSpecification();
      const text =
        flags.format === 'json'
          ? `${JSON.stringify(assessment, undefined, 2)}\n`
          : renderSummary(assessment, specification, {
              colour: environment.colour ?? (flags.out === undefined && process.stdout.isTTY === true),
              width: process.stdout.columns ?? 100,
            });
      await emit(text, flags.out);
      process.exitCode = exitCode(assessment);
    });
}

const LOGGED_OUT = {
  key: 'Forgot the key for ….',
  session: 'Ended the session at ….',
  nothing: 'Nothing was kept for ….',
} as const;

/** @throws CustosError USAGE */
async function keyFor(server: string, flags: LoginFlags): Promise<Credential> {
  if (flags.passwordFile !== undefined || flags.code !== undefined)
    throw new CustosError('USAGE', '--password-file and --code belong to --as.');
  const key = (await readSecret(`API key for ${server}`, flags.keyFile)).trim();
  if (key.length >= 20) return { key };
  throw new CustosError('USAGE', 'This is no API key. Make one in the settings of the console.');
}

/** @throws CustosError USAGE, and what the service says */
async function session(server: string, email: string, flags: LoginFlags): Promise<Credential> {
  if (flags.keyFile !== undefined)
    throw new CustosError('USAGE', '--key-file and --as are two ways. Choose one.');
  const given = await readSecret(`Password of ${email} at ${server}`, flags.passwordFile);
  // The end of the last line is none of the password.
  const password = given.replace(/\r?\n$/, '');
  const code = async (): Promise<string> => {
    if (flags.code !== undefined) return flags.code;
    if (process.stdin.isTTY) return typed('Code of your authenticator app, or a backup code');
    throw new CustosError('USAGE', 'The account has a second factor: give --code.');
  };
  return { cookie: await openSession(server, { email, password, code }) };
}

/** From a file, from whoever sits at the terminal, or from a pipe; never from the command line, which others can see. */
async function readSecret(message: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return readText(file);
  return process.stdin.isTTY ? typed(message) : readStdin();
}

async function typed(message: string): Promise<string> {
  const { password, isCancel } = await import('@clack/prompts');
  const text = await password({ message });
  if (isCancel(text)) throw new CustosError('USAGE', 'Nothing was changed.');
  return text;
}

async function systems(flags: SystemsFlags, environment: Environment): Promise<string> {
  const { client, server, organisation } = await openServer(flags, environment);
  const all = [];
  let cursor: string | undefined;
  do {
    const query = {
      limit: 200,
      ...(cursor ? { cursor } : {}),
      ...(flags.search ? { search: flags.search } : {}),
    };
    const page = await asked(server, client.call(listSystems, { params: { organisation }, query }));
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  if (flags.format === 'json') return `${JSON.stringify(all, undefined, 2)}\n`;
  return all
    .map(({ id, phase, name, assessment }) => {
      const shall = assessment?.counts.shall;
      const stands = shall
        ? `${shall.fail} fail, ${shall.inconclusive} inconclusive, ${shall.pass} pass`
        : 'not assessed';
      return `${id.padEnd(24)} ${phase.padEnd(12)} ${stands.padEnd(40)} ${clean(name)}\n`;
    })
    .join('');
}
