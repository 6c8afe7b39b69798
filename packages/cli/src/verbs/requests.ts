/** `custos requests`: decisions in a service that wait for somebody, and their word on them. */
import { decideRequest, getRequest, listRequests, type RequestDetail, RequestStatus } from '@custos/contract';
import { CustosError } from '@custos/core';
import { clean, printable } from '@custos/engine';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit, say } from '../output.ts';
import {
  asked,
  fitting,
  openServer,
  refuseKey,
  type ServerAccess,
  type ServerFlags,
  withServer,
} from '../server-access.ts';
import { oneOf } from './assess.ts';

const FORMATS = ['text', 'json'] as const;
const WHOSE = ['waiting', 'made', 'all'] as const;

interface ListFlags extends ServerFlags {
  mine: (typeof WHOSE)[number];
  status?: RequestStatus;
  system?: string;
  format: (typeof FORMATS)[number];
}
interface ShowFlags extends ServerFlags {
  format: (typeof FORMATS)[number];
}
interface DecideFlags extends ServerFlags {
  reason: string;
  sealed: string;
  role?: string;
}

export function addRequests(program: Command, environment: Environment): void {
  const requests = program.command('requests').description('decisions in a service that wait for your word');
  withServer(requests.command('list', { isDefault: true }).description('what waits for you, those due first'))
    .option('--mine <which>', `${WHOSE.join(', ')}: for your word now, by you, any`, oneOf(WHOSE), 'waiting')
    .option('--status <status>', RequestStatus.options.join(', '), oneOf(RequestStatus.options))
    .option('--system <id>', 'of one system')
    .option('--format <format>', FORMATS.join(', '), oneOf(FORMATS), 'text')
    .action(async (flags: ListFlags) => emit(await list(flags, environment), undefined));
  withServer(requests.command('show <request>').description('one of them, and what it is sealed over'))
    .option('--format <format>', FORMATS.join(', '), oneOf(FORMATS), 'text')
    .action(async (request: string, { format, ...flags }: ShowFlags) => {
      const detail = await read(await openServer(flags, environment), request);
      await emit(format === 'json' ? `${JSON.stringify(detail, undefined, 2)}\n` : textOf(detail), undefined);
    });
  for (const [verb, decision] of [
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ] as const)
    withServer(requests.command(`${verb} <request>`).description(`${verb} what a request is sealed over`))
      .requiredOption('--reason <text>', 'why, 20 characters at least')
      .requiredOption('--sealed <digest>', 'the seal that `custos requests show` told you')
      .option('--role <role>', 'in which you speak, where you hold several')
      .action(async (request: string, flags: DecideFlags) => decide(request, decision, flags, environment));
}

async function list(
  { mine, status, system, format, ...flags }: ListFlags,
  environment: Environment,
): Promise<string> {
  const { client, server, organisation } = await openServer(flags, environment);
  const items = [];
  let cursor: string | undefined;
  do {
    const query = {
      limit: 200,
      ...(mine === 'all' ? {} : { mine }),
      ...(status ? { status } : {}),
      ...(system ? { system } : {}),
      ...(cursor ? { cursor } : {}),
    };
    const page = await asked(server, client.call(listRequests, { params: { organisation }, query }));
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  if (format === 'json') return `${JSON.stringify(items, undefined, 2)}\n`;
  if (items.length === 0) say('Nothing.');
  return items
    .map(
      (one) =>
        `${one.system}/${one.id}  ${one.status.padEnd(9)} ${one.overdue ? 'overdue' : 'due'} ${one.dueAt.slice(0, 10)}  ${clean(one.title)}\n`,
    )
    .join('');
}

/** @param request as `list` names it: `system/id` @throws CustosError USAGE */
async function read({ client, server, organisation }: ServerAccess, request: string): Promise<RequestDetail> {
  return asked(server, client.call(getRequest, { params: { organisation, ...placeOf(request) } }));
}

function placeOf(request: string): { system: string; request: string } {
  const [system, id, ...more] = request.split('/');
  if (system && id && more.length === 0) return { system, request: id };
  throw new CustosError(
    'USAGE',
    `"${request}" must be SYSTEM/REQUEST, as \`custos requests list\` shows it.`,
  );
}

function textOf(detail: RequestDetail): string {
  const { sealed, steps, step, decisions, you } = detail;
  const name = `${detail.system}/${detail.id}`;
  const mine = you.decide.filter(({ may }) => may);
  const lines = [
    clean(detail.title),
    `${name}: ${detail.of}, ${detail.status}, ${detail.overdue ? 'overdue since' : 'due'} ${detail.dueAt}`,
    `Asked by ${detail.requestedBy}: ${clean(detail.note)}`,
    ...(detail.broken === undefined
      ? []
      : [`It does not cover what it was sealed over: ${clean(detail.broken)}`]),
    ...(detail.outcome === undefined ? [] : [`Outcome: ${detail.outcome}`]),
    '',
    `Seal: ${sealed.digest}`,
    ...sealed.subjects.map(({ name: subject, digest }) => `  ${clean(subject)}  ${JSON.stringify(digest)}`),
    ...JSON.stringify(sealed.content, undefined, 2)
      .split('\n')
      .map((line) => `  ${line}`),
    '',
    ...steps.map(
      ({ role, needed, people }, at) =>
        `${at + 1 === step && detail.status === 'open' ? '>' : ' '} step ${at + 1}: ${needed} × ${role}${people ? ` (${people.join(', ')})` : ''}`,
    ),
    ...decisions.map(
      ({ person, role, decision, reason, onBehalfOf, at }) =>
        `  ${at.slice(0, 10)} ${person}${onBehalfOf === undefined ? '' : ` for ${onBehalfOf}`} (${role}) ${decision}: ${clean(reason)}`,
    ),
    ...(detail.waitsFor.length > 0 ? [`Waits for ${detail.waitsFor.join(', ')}`] : []),
    ...you.decide.flatMap(({ role, may, why }) =>
      may || why === undefined ? [] : [`You do not decide as ${role}: ${why}`],
    ),
    ...(mine.length > 0
      ? [
          '',
          `To decide: custos requests approve ${name} --sealed ${sealed.digest} --reason "…"   (or reject)`,
        ]
      : []),
  ];
  return printable(`${lines.join('\n')}\n`);
}

async function decide(
  request: string,
  decision: 'approved' | 'rejected',
  { reason, sealed, role, ...flags }: DecideFlags,
  environment: Environment,
): Promise<void> {
  const place = placeOf(request);
  const access = await openServer(flags, environment);
  refuseKey(decideRequest, access);
  const body = fitting(
    decideRequest.body,
    { role: role ?? ownRole(await read(access, request)), decision, reason, sealed },
    'What you say',
  );
  const { client, server, organisation } = access;
  const params = { organisation, ...place };
  const { title, status, waitsFor } = await asked(server, client.call(decideRequest, { params, body }));
  say(
    `You ${decision} "${title}". It is ${status}${waitsFor.length > 0 ? `, and waits for ${waitsFor.join(', ')}` : ''}.`,
  );
}

/** The one role in which somebody may decide. @throws CustosError USAGE, or why they may not */
function ownRole({ you }: RequestDetail): string {
  const roles = you.decide.filter(({ may }) => may).map(({ role }) => role);
  const [only, ...more] = roles;
  if (only !== undefined && more.length === 0) return only;
  if (only !== undefined)
    throw new CustosError('USAGE', `Say in which role with --role: ${roles.join(', ')}.`);
  const [first] = you.decide;
  throw new CustosError(first?.code ?? 'NOT_ASKED', first?.why ?? 'This request is not for you to decide.');
}
