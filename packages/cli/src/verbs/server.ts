/** `login`, `logout`, `systems`, `status`: a running service from the command line. */
import { readFile } from 'node:fs/promises';
import { getAssessment, listSystems } from '@custos/contract';
import { type Assessment, CustosError } from '@custos/core';
import { renderSummary } from '@custos/engine';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit, say } from '../output.ts';
import { openSpecification } from '../resources.ts';
import {
  asked,
  logIn,
  logOut,
  openServer,
  type ServerFlags,
  serverOrigin,
  withServer,
} from '../server-access.ts';
import { exitCode, oneOf } from './assess.ts';

const LIST_FORMATS = ['text', 'json'] as const;
const STATUS_FORMATS = ['summary', 'json'] as const;

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
    .description('keep an API key for a service; it is asked for, or read from standard input')
    .option('--key-file <file>', 'read the key from a file')
    .option('--organisation <id>', 'which of your organisations the verbs mean')
    .action(async (url: string, flags: { keyFile?: string; organisation?: string }) => {
      const server = serverOrigin(url);
      const key = (await readKey(server, flags.keyFile)).trim();
      if (key.length < 20)
        throw new CustosError('USAGE', 'This is no API key. Make one in the settings of the console.');
      const { person, organisation } = await logIn(environment, server, key, flags.organisation);
      say(`Signed in at ${server} as ${person}, for ${organisation}.`);
    });
  program
    .command('logout [url]')
    .description('forget the API key for a service (the key itself stays valid: revoke it in the console)')
    .action(async (url: string | undefined) => {
      const given = url ?? environment.server;
      if (given === undefined) throw new CustosError('USAGE', 'Name the service, or set CUSTOS_SERVER.');
      const server = serverOrigin(given);
      say(
        (await logOut(environment, server))
          ? `Forgot the key for ${server}.`
          : `There was no key for ${server}.`,
      );
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

/** From a file, from whoever sits at the terminal, or from a pipe; never from the command line, which others can see. */
async function readKey(server: string, file: string | undefined): Promise<string> {
  if (file !== undefined)
    return readFile(file, 'utf8').catch((cause: unknown) => {
      throw new CustosError('INPUT_PATH', `${file} can't be read; check the path and its permissions.`, {
        cause,
      });
    });
  if (process.stdin.isTTY) {
    const { password, isCancel } = await import('@clack/prompts');
    const typed = await password({ message: `API key for ${server}` });
    if (isCancel(typed)) throw new CustosError('USAGE', 'Nothing was changed.');
    return typed;
  }
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
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
      return `${id.padEnd(24)} ${phase.padEnd(12)} ${stands.padEnd(40)} ${name}\n`;
    })
    .join('');
}
