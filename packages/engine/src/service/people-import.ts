/**
 * People and completions from other systems: the staff register and completions as CSV, completions as xAPI statements.
 * Every line is either taken or told with its place and the reason; nothing is lost on the way.
 */
import { CustosError, type Instant, millis, nearest } from '@custos/core';
import { insertCompletions, replaceStaff, type StaffRow } from '@custos/store';
import { z } from 'zod';
import { readCsv } from './comma-separated.ts';
import type { ServiceContext } from './context.ts';
import { actEntry, asOrganisation, peopleEntry } from './people-record.ts';
import { programmeInForce, staffMembers } from './people-standing.ts';

export interface ImportIssue {
  /** Line of a CSV file, or number of an xAPI statement, from 1. */
  readonly line: number;
  readonly field?: string;
  readonly message: string;
}

export interface ReadCompletion {
  readonly line: number;
  readonly person: string;
  readonly module: string;
  readonly moduleVersion: string;
  readonly completedAt: Instant;
  readonly passed: boolean;
}

export interface ImportFacts {
  readonly now: Instant;
  /** Modules of the programme with their versions. */
  readonly modules: ReadonlyMap<string, string>;
  /** Staff and members. */
  readonly people: ReadonlySet<string>;
  /** Who imports. */
  readonly by: string;
}

export interface ReadResult<T> {
  readonly read: readonly T[];
  readonly issues: readonly ImportIssue[];
}

const Person = z.email({ error: 'is no e-mail address' }).transform((address) => address.toLowerCase());
const At = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'is no time such as 2026-01-31 or 2026-01-31T12:00:00Z',
  })
  .transform((text) => new Date(text).toISOString());
const YES = new Set(['true', 'yes', '1', 'passed']);
const NO = new Set(['false', 'no', '0', 'failed']);
const Flag = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine((text) => YES.has(text) || NO.has(text), { error: 'is neither yes nor no' })
  .transform((text) => YES.has(text));

const COMPLETION_COLUMNS = ['person', 'module', 'module_version', 'completed_at', 'passed'] as const;
export const STAFF_COLUMNS = ['person', 'roles', 'active', 'joined_at', 'commits_code'] as const;

/** Rows by the names in the first line; columns may stand in any order. @throws CustosError INVALID */
function table<C extends string>(text: string, columns: readonly C[], optional: readonly C[] = []) {
  const [head, ...rows] = readCsv(text);
  if (!head)
    throw new CustosError(
      'INVALID',
      `The file is empty. Its first line names the columns: ${columns.join(',')}.`,
    );
  const names = head.cells.map((cell) => cell.trim().toLowerCase());
  const stranger = names.find((name) => !columns.some((column) => column === name));
  if (stranger !== undefined) {
    const guess = nearest(stranger, [...columns]);
    throw new CustosError(
      'INVALID',
      `Line ${head.line}: there is no column "${stranger}".${guess ? ` Did you mean ${guess}?` : ''} The columns are ${columns.join(',')}.`,
    );
  }
  const missing = columns.find((column) => !names.includes(column) && !optional.includes(column));
  if (missing !== undefined)
    throw new CustosError(
      'INVALID',
      `Line ${head.line}: the column ${missing} is missing. The columns are ${columns.join(',')}.`,
    );
  return rows.map(({ line, cells }) => ({
    line,
    extra: cells.length > names.length,
    cell: (column: C) => cells[names.indexOf(column)]?.trim() ?? '',
  }));
}

/** Collects what is wrong with a line, and goes on. */
class Line {
  readonly #line: number;
  readonly #issues: ImportIssue[];
  ok = true;

  constructor(line: number, issues: ImportIssue[]) {
    this.#line = line;
    this.#issues = issues;
  }

  wrong(message: string, field?: string): undefined {
    this.ok = false;
    this.#issues.push({ line: this.#line, ...(field === undefined ? {} : { field }), message });
    return undefined;
  }

  parse<T>(schema: z.ZodType<T>, value: unknown, field: string): T | undefined {
    const parsed = schema.safeParse(value);
    return parsed.success
      ? parsed.data
      : this.wrong(
          `${JSON.stringify(String(value).slice(0, 80))} ${parsed.error.issues[0]?.message ?? 'does not fit'}`,
          field,
        );
  }
}

function checkPerson(line: Line, facts: ImportFacts, given: unknown, field: string): string | undefined {
  const person = line.parse(Person, given, field);
  if (person === undefined) return undefined;
  if (person === facts.by)
    return line.wrong(
      `${person} is you: somebody else imports your completions, or you take the quiz`,
      field,
    );
  if (facts.people.has(person)) return person;
  return line.wrong(
    `${person} is neither on the staff register nor a member. Import the register first.`,
    field,
  );
}

function checkModule(line: Line, facts: ImportFacts, module: string, field: string): string | undefined {
  if (facts.modules.has(module)) return module;
  const guess = nearest(module, [...facts.modules.keys()]);
  return line.wrong(
    `the training programme has no module ${JSON.stringify(module.slice(0, 120))}.${guess ? ` Did you mean ${guess}?` : ''}`,
    field,
  );
}

function checkPast(line: Line, now: Instant, at: Instant | undefined, field: string): Instant | undefined {
  if (at === undefined || millis(at) <= millis(now)) return at;
  return line.wrong(`${at} is in the future`, field);
}

/** @throws CustosError INVALID when it is no CSV or lacks a column */
export function readCompletionsCsv(text: string, facts: ImportFacts): ReadResult<ReadCompletion> {
  const issues: ImportIssue[] = [];
  const read: ReadCompletion[] = [];
  for (const { line, extra, cell } of table(text, COMPLETION_COLUMNS, ['module_version'])) {
    const here = new Line(line, issues);
    if (extra) here.wrong('has more values than the first line has names');
    const person = checkPerson(here, facts, cell('person'), 'person');
    const module = checkModule(here, facts, cell('module'), 'module');
    const completedAt = checkPast(
      here,
      facts.now,
      here.parse(At, cell('completed_at'), 'completed_at'),
      'completed_at',
    );
    const passed = here.parse(Flag, cell('passed'), 'passed');
    if (
      !here.ok ||
      person === undefined ||
      module === undefined ||
      completedAt === undefined ||
      passed === undefined
    )
      continue;
    const moduleVersion = cell('module_version') || (facts.modules.get(module) ?? '');
    read.push({ line, person, module, moduleVersion, completedAt, passed });
  }
  return { read, issues };
}

/** The parts of an xAPI 1.0.3 or 2.0 statement that say who completed what, when and how. */
const XapiStatement = z.object({
  actor: z.object({ mbox: z.string().regex(/^mailto:.+/i, { error: 'is no mailto: address' }) }),
  verb: z.object({ id: z.string() }),
  object: z.object({ id: z.string(), objectType: z.literal('Activity').optional() }),
  result: z.object({ success: z.boolean().optional(), completion: z.boolean().optional() }).optional(),
  context: z.object({ revision: z.string().max(40).optional() }).optional(),
  timestamp: z.string().optional(),
  stored: z.string().optional(),
});

/** What the verb says of success where the result does not. */
const VERBS: Readonly<Record<string, boolean | 'by_result'>> = {
  passed: true,
  mastered: true,
  failed: false,
  completed: 'by_result',
};

/** @throws CustosError INVALID when it is no JSON, or no statements */
export function readCompletionsXapi(text: string, facts: ImportFacts): ReadResult<ReadCompletion> {
  const issues: ImportIssue[] = [];
  const read: ReadCompletion[] = [];
  for (const [at, value] of statementsOf(text).entries()) {
    const line = at + 1;
    const here = new Line(line, issues);
    const parsed = XapiStatement.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      here.wrong(issue?.message ?? 'is no xAPI statement', issue?.path.join('.') || 'statement');
      continue;
    }
    const statement = parsed.data;
    const verb = statement.verb.id.split('/').at(-1) ?? '';
    const said = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (said === undefined) {
      here.wrong(
        `the verb ${JSON.stringify(verb.slice(0, 60))} says nothing of a completion; passed, failed, mastered and completed do`,
        'verb.id',
      );
      continue;
    }
    const passed = statement.result?.success ?? (said === 'by_result' ? statement.result?.completion : said);
    if (passed === undefined)
      here.wrong('"completed" without result.success does not say whether it was passed', 'result.success');
    const person = checkPerson(here, facts, statement.actor.mbox.slice('mailto:'.length), 'actor.mbox');
    const named = facts.modules.has(statement.object.id)
      ? statement.object.id
      : (statement.object.id
          .replace(/[/#?]+$/, '')
          .split(/[/#:]/)
          .at(-1) ?? '');
    const module = checkModule(here, facts, named, 'object.id');
    const when = here.parse(At, statement.timestamp ?? statement.stored ?? '', 'timestamp');
    const completedAt = checkPast(here, facts.now, when, 'timestamp');
    if (
      !here.ok ||
      person === undefined ||
      module === undefined ||
      completedAt === undefined ||
      passed === undefined
    )
      continue;
    const moduleVersion = statement.context?.revision ?? facts.modules.get(module) ?? '';
    read.push({ line, person, module, moduleVersion, completedAt, passed });
  }
  return { read, issues };
}

function statementsOf(text: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CustosError(
      'INVALID',
      `The file is no JSON: ${error instanceof Error ? error.message : 'it can not be read'}.`,
    );
  }
  const wrapped = z.object({ statements: z.array(z.unknown()) }).safeParse(value);
  const all = wrapped.success ? wrapped.data.statements : Array.isArray(value) ? value : [value];
  if (all.length > 0) return all;
  throw new CustosError('INVALID', 'The file holds no statement.');
}

export interface ImportReport {
  readonly applied: boolean;
  /** Lines that were read without an issue. */
  readonly good: number;
  /** Of them, how many the ledger had already. */
  readonly existing: number;
  readonly issues: readonly ImportIssue[];
}

/**
 * Imports completions: all lines or, with `partial`, those without an issue.
 * @param preview says what would happen, and records nothing
 */
export async function importCompletions(
  context: ServiceContext,
  organisation: string,
  {
    by,
    format,
    text,
    source,
    preview,
    partial,
  }: { by: string; format: 'csv' | 'xapi'; text: string; source: string; preview: boolean; partial: boolean },
): Promise<ImportReport> {
  const now = context.clock.now();
  const facts = await context.database.within(organisation, async (control): Promise<ImportFacts> => {
    const programme = await programmeInForce(control);
    return {
      now,
      modules: new Map(programme?.modules.map(({ id, version }) => [id, version])),
      people: new Set((await staffMembers(control)).map(({ person }) => person)),
      by,
    };
  });
  if (facts.modules.size === 0)
    throw new CustosError(
      'INVALID',
      'There is no training programme that completions could belong to. Put one in force first.',
    );
  const { read, issues } = (format === 'csv' ? readCompletionsCsv : readCompletionsXapi)(text, facts);
  if (preview || read.length === 0 || (issues.length > 0 && !partial))
    return { applied: false, good: read.length, existing: 0, issues };
  const ledger = await context.database.ledger(organisation);
  const entries = await Promise.all(
    read.map(({ line: _, ...content }) =>
      peopleEntry(context, organisation, {
        type: 'training-completion',
        content,
        observedAt: content.completedAt,
        actor: asOrganisation(by),
        source: `import of ${source}`,
      }),
    ),
  );
  const act = actEntry('training.completions-imported', by, {
    source,
    lines: read.length,
    issues: issues.length,
  });
  const existing = await ledger.recordWith([...entries, act], async (control, recorded) => {
    await insertCompletions(
      control,
      read.map(({ person, module, moduleVersion, completedAt, passed }) => ({
        organisation,
        person,
        module,
        module_version: moduleVersion,
        completed_at: completedAt,
        passed,
        source: 'import',
        score: null,
      })),
    );
    return recorded.filter((entry) => entry.existing).length;
  });
  return { applied: true, good: read.length, existing, issues };
}

/** @throws CustosError INVALID when it is no CSV or lacks a column */
export function readStaffCsv(text: string, now: Instant): ReadResult<Omit<StaffRow, 'organisation'>> {
  const issues: ImportIssue[] = [];
  const read: Omit<StaffRow, 'organisation'>[] = [];
  const seen = new Map<string, number>();
  const Roles = z
    .array(
      z
        .string()
        .regex(/^[a-z][a-z0-9_-]{1,60}$/, { error: 'has a role that is no word of a–z, 0–9, _ and -' }),
    )
    .min(1, { error: 'names no role' })
    .max(20);
  for (const { line, extra, cell } of table(text, STAFF_COLUMNS, ['commits_code'])) {
    const here = new Line(line, issues);
    if (extra) here.wrong('has more values than the first line has names');
    const person = here.parse(Person, cell('person'), 'person');
    const roles = here.parse(
      Roles,
      [
        ...new Set(
          cell('roles')
            .split(/[;|]/)
            .map((role) => role.trim())
            .filter((role) => role !== ''),
        ),
      ],
      'roles',
    );
    const active = here.parse(Flag, cell('active'), 'active');
    const joined = checkPast(here, now, here.parse(At, cell('joined_at'), 'joined_at'), 'joined_at');
    const commits =
      cell('commits_code') === '' ? false : here.parse(Flag, cell('commits_code'), 'commits_code');
    const before = person === undefined ? undefined : seen.get(person);
    if (before !== undefined) here.wrong(`${person} stands on line ${before} already`, 'person');
    if (
      !here.ok ||
      person === undefined ||
      !roles ||
      active === undefined ||
      !joined ||
      commits === undefined
    )
      continue;
    seen.set(person, line);
    read.push({ person, roles, active, joined_at: joined, commits_code: commits });
  }
  return { read, issues };
}

/** Replaces the register; a register with holes would hide people, so an issue anywhere keeps it out. */
export async function importStaff(
  context: ServiceContext,
  organisation: string,
  { by, text, scope, preview }: { by: string; text: string; scope: string; preview: boolean },
): Promise<ImportReport> {
  const { read, issues } = readStaffCsv(text, context.clock.now());
  if (preview || issues.length > 0 || read.length === 0)
    return { applied: false, good: read.length, existing: 0, issues };
  await recordStaff(context, organisation, { by, scope, people: read });
  return { applied: true, good: read.length, existing: 0, issues };
}

/** Records the register as it is given: also to say that the one of before still holds. */
export async function recordStaff(
  context: ServiceContext,
  organisation: string,
  { by, scope, people }: { by: string; scope: string; people: readonly Omit<StaffRow, 'organisation'>[] },
): Promise<void> {
  const now = context.clock.now();
  const ledger = await context.database.ledger(organisation);
  const entry = await peopleEntry(context, organisation, {
    type: 'staff-register',
    content: {
      scope,
      people: people.map(({ person, roles, active, joined_at, commits_code }) => ({
        person,
        roles,
        active,
        joinedAt: joined_at,
        commitsCode: commits_code,
      })),
    },
    observedAt: now,
    actor: asOrganisation(by),
  });
  await ledger.recordWith([entry, actEntry('staff.recorded', by, { people: people.length })], (control) =>
    replaceStaff(
      control,
      { organisation, scope, recorded_at: now },
      people.map(({ person, roles, active, joined_at, commits_code }) => ({
        organisation,
        person,
        roles,
        active,
        joined_at,
        commits_code,
      })),
    ),
  );
}
