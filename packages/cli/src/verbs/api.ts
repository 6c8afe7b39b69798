/** `custos api`: every operation of a service, from the contract by which the service itself checks what it is asked. */
import {
  type CallOf,
  type CallOptions,
  jsonSchemaOf,
  OPERATIONS,
  type Operation,
  problemsOf,
  viaOf,
} from '@custos/contract';
import { CustosError, nearest } from '@custos/core';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Environment } from '../environment.ts';
import { readText } from '../input.ts';
import { emit, emitStream, say } from '../output.ts';
import { asked, fitting, reachServer, refuseKey, type ServerFlags, withServer } from '../server-access.ts';
import { oneOf } from './assess.ts';

const FORMATS = ['text', 'json'] as const;

interface ApiFlags extends ServerFlags {
  param?: string[];
  body?: string;
  all?: boolean;
  ifMatch?: string;
  idempotencyKey?: string;
  describe?: boolean;
  search?: string;
  format: (typeof FORMATS)[number];
  out?: string;
}

export function addApi(program: Command, environment: Environment): void {
  withServer(
    program
      .command('api [operation]')
      .description('call any operation of a service; without one, list what there is'),
  )
    .option('--param <name=value...>', 'of the path or the query')
    .option('--body <file>', 'JSON to send; - for standard input')
    .option('--all', 'every page of a list, as one list')
    .option('--if-match <etag>', 'the version that you read, where one is changed')
    .option('--idempotency-key <key>', 'makes a write safe to repeat')
    .option('--describe', 'show what the operation takes and gives, and call nothing')
    .option('--search <text>', 'of the list: operations that have it in their id, permission or summary')
    .option('--format <format>', `of the list: ${FORMATS.join(', ')}`, oneOf(FORMATS), 'text')
    .option('--out <file>', 'write the answer to a file')
    .action(async (id: string | undefined, flags: ApiFlags) => {
      if (id === undefined) return emit(list(flags), flags.out);
      const op = operationOf(id);
      if (flags.describe) return emit(json(description(op)), flags.out);
      await call(op, flags, environment);
    });
}

/** @throws CustosError USAGE */
function operationOf(id: string): Operation {
  const found = OPERATIONS.find((op) => op.id === id);
  if (found) return found;
  const meant = nearest(
    id,
    OPERATIONS.map((op) => op.id),
  );
  throw new CustosError(
    'USAGE',
    `There is no operation "${id}".${meant === undefined ? '' : ` Did you mean ${meant}?`} \`custos api\` lists them.`,
  );
}

function list({ search = '', format }: ApiFlags): string {
  const wanted = search.toLowerCase();
  const found = OPERATIONS.filter(({ id, access, summary }) =>
    `${id} ${access} ${summary}`.toLowerCase().includes(wanted),
  );
  if (format === 'json')
    return json(
      found.map((op) => ({
        id: op.id,
        access: op.access,
        via: viaOf(op),
        ...parametersOf(op),
        summary: op.summary,
      })),
    );
  return found.map((op) => `${[op.id, op.access, ...takes(op)].join('  ')}\n    ${op.summary}\n`).join('');
}

function parametersOf(op: Operation): { params: string[]; query: string[]; body: boolean } {
  return {
    params: Object.keys(op.params?.shape ?? {}),
    query: Object.keys(op.query?.shape ?? {}),
    body: op.body !== undefined,
  };
}

/** `organisation`, `system`, `[limit]`, `body` */
function takes(op: Operation): string[] {
  const { params, query, body } = parametersOf(op);
  return [...params, ...query.map((name) => `[${name}]`), ...(body ? ['body'] : [])];
}

function description(op: Operation): object {
  const schema = (part: z.ZodType | undefined, io: 'input' | 'output') =>
    part === undefined ? undefined : jsonSchemaOf(part, io);
  const { id, summary, method, path, access, versioned = false, act } = op;
  return {
    id,
    summary,
    method,
    path,
    access,
    via: viaOf(op),
    versioned,
    act,
    params: schema(op.params, 'input'),
    query: schema(op.query, 'input'),
    body: schema(op.body, 'input'),
    answer: op.mediaType ?? schema(op.response, 'output'),
    problems: problemsOf(op),
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

async function call(op: Operation, flags: ApiFlags, environment: Environment): Promise<void> {
  const access = await reachServer(flags, environment, op);
  refuseKey(op, access);
  const { client, server } = access;
  const { params, query } = valuesOf(op, flags.param ?? [], flags.organisation ?? access.organisation);
  const body = await bodyOf(op, flags.body);
  const options = optionsOf(op, flags);
  const open = (more: object = {}): Promise<Response> => {
    const whole: object = { params, query: { ...query, ...more }, body };
    return asked(server, client.open(op, whole as CallOf<Operation>, options));
  };
  if (flags.all) return emit(json(await everyPage(op, open)), flags.out);
  await give(op, await open(), flags.out);
}

/** @throws CustosError USAGE naming what is wrong */
function valuesOf(
  op: Operation,
  given: readonly string[],
  organisation: string | undefined,
): { params: object; query: object } {
  const { params, query } = parametersOf(op);
  const values = new Map<string, string[]>();
  for (const one of given) {
    const at = one.indexOf('=');
    if (at < 1) throw new CustosError('USAGE', `--param "${one}" must be NAME=VALUE.`);
    const name = one.slice(0, at);
    if (!params.includes(name) && !query.includes(name))
      throw new CustosError(
        'USAGE',
        `${op.id} has no parameter "${name}". It takes: ${takes(op).join(', ') || 'nothing'}.`,
      );
    values.set(name, [...(values.get(name) ?? []), one.slice(at + 1)]);
  }
  if (organisation !== undefined && params.includes('organisation') && !values.has('organisation'))
    values.set('organisation', [organisation]);
  const part = (names: readonly string[]) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const [first, ...more] = values.get(name) ?? [];
        return first === undefined ? [] : [[name, more.length === 0 ? first : [first, ...more]]];
      }),
    );
  const missing = params.filter((name) => !values.has(name));
  if (missing.length > 0)
    throw new CustosError('USAGE', `${op.id} needs ${missing.map((name) => `--param ${name}=…`).join(' ')}.`);
  const parts = { params: part(params), query: part(query) };
  // As they stand in the address they are texts, and the service reads them the same way.
  if (op.params) fitting(op.params, parts.params, '--param');
  if (op.query) fitting(op.query, parts.query, '--param');
  return parts;
}

/** @throws CustosError USAGE, INPUT naming the field */
async function bodyOf(op: Operation, file: string | undefined): Promise<unknown> {
  const form = `\`custos api ${op.id} --describe\` shows its form.`;
  if (!op.body) {
    if (file === undefined) return undefined;
    throw new CustosError('USAGE', `${op.id} takes no body. Leave --body out.`);
  }
  if (file === undefined)
    throw new CustosError('USAGE', `${op.id} needs a body: --body FILE, or - for standard input. ${form}`);
  const text = await readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : '';
    throw new CustosError('INPUT', `${file === '-' ? 'Standard input' : file} is no JSON: ${why}`, { cause });
  }
  fitting(op.body, value, `The body of ${op.id}`);
  return value;
}

/** @throws CustosError USAGE */
function optionsOf(op: Operation, { ifMatch, idempotencyKey }: ApiFlags): CallOptions {
  if (op.versioned && ifMatch === undefined)
    throw new CustosError(
      'USAGE',
      `${op.id} changes what has a version: give --if-match with the ETag that reading it showed.`,
    );
  return {
    ...(ifMatch === undefined ? {} : { ifMatch: /^\d+$/.test(ifMatch) ? `"${ifMatch}"` : ifMatch }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
}

const Page = z.looseObject({ items: z.array(z.unknown()), next: z.string().optional() });

/** @throws CustosError USAGE for what comes in one piece */
async function everyPage(op: Operation, open: (more?: object) => Promise<Response>): Promise<unknown[]> {
  if (op.query?.shape.cursor === undefined)
    throw new CustosError('USAGE', `${op.id} has no pages. Leave --all out.`);
  const items: unknown[] = [];
  let cursor: string | undefined;
  do {
    const response = await open(cursor === undefined ? {} : { cursor });
    const page = Page.parse(await response.json());
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}

async function give(op: Operation, response: Response, out: string | undefined): Promise<void> {
  const etag = response.headers.get('etag');
  // The version in front is what a change has to name.
  if (etag !== null && /^"\d+-/.test(etag)) say(`ETag: ${etag}`);
  if (response.status === 204 || response.body === null) return say('Done.');
  if (op.mediaType !== undefined) return emitStream(response.body, out);
  await emit(json(await response.json()), out);
}
