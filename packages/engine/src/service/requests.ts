/**
 * Requests: somebody asks named people or roles to decide on exactly what the request is sealed over. What they decide is an
 * observation, recorded in one transaction with the state of the request, so that neither can be without the other.
 */
import { randomUUID } from 'node:crypto';
import { EvidenceIndex } from '@custos/conformity';
import {
  type Ask,
  type AskedStep,
  approvableOf,
  CustosError,
  DAY,
  type DeciderRole,
  type Digest,
  type Instant,
  MANUAL_PRODUCER,
  millis,
  type Statement,
  Subject,
} from '@custos/core';
import {
  delegationsOn,
  findRequest,
  insertDecision,
  insertRequest,
  type NewEntry,
  type RequestChange,
  type RequestRow,
  requestPage,
  updateRequest,
  type WholeRequest,
} from '@custos/store';
import { canonicalize, observationId, signStatement } from '@custos/trust';
import { z } from 'zod';
import { subjectFor } from '../components/score.ts';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import type { ServiceContext, SystemRef } from './context.ts';
import {
  type Desk,
  holds,
  riskRegisters,
  rolesOn,
  type SystemFacts,
  settingOf,
  systemFacts,
} from './requests-facts.ts';
import { decisionStatements, refuseAboveTolerance } from './requests-outcome.ts';
import { currentStep, type DecideRight, decidedOn, eligible, mayDecide } from './requests-rights.ts';
import {
  assetOf,
  brokenSeal,
  checkEnds,
  checkLastRole,
  fingerprintOf,
  type Seal,
  type StoredAsk,
  sealOf,
  toleranceOf,
} from './requests-seal.ts';
import { type TrainingStanding, trainingStanding } from './training-standing.ts';

/** A decision may be asked for within so many days. */
const LONGEST_DAYS = 730;
/** The clock of who recorded what is approved may be ahead of ours by so much, in milliseconds. */
const CLOCK_TOLERANCE = 5 * 60_000;
/** Others may decide at the same moment; each try sees what they did. */
const TRIES = 20;

export interface RequestRef extends SystemRef {
  readonly request: string;
}

export interface NewRequestInput {
  readonly title: string;
  /** Why it is asked, at least 20 characters. */
  readonly note: string;
  readonly ask: Ask;
  readonly steps: readonly AskedStep[];
  readonly dueAt: Instant;
  /** Duty on whose account it is asked. */
  readonly duty?: string | undefined;
}

/**
 * Makes a request.
 * @returns its id
 * @throws CustosError INVALID for what can't be decided, NOBODY_TO_ASK, ABOVE_TOLERANCE, ROLE for a justification by somebody else
 */
export async function createRequest(
  desk: Desk,
  ref: SystemRef,
  { by, ...input }: NewRequestInput & { by: string },
): Promise<string> {
  const facts = await systemFacts(desk, ref);
  const request = randomUUID();
  checkDue(input.dueAt, facts.now);
  checkEnds(input.ask, facts);
  const stated =
    input.ask.kind === 'justification' ? await justify(desk.context, facts, input.ask, by) : undefined;
  const ask: StoredAsk = stated?.ask ?? (input.ask as StoredAsk);
  const seal: Seal = stated?.seal ?? sealOf(ask, facts, facts.now);
  if (ask.kind === 'approval' && ask.seal.is === 'observation' && seal.digest !== ask.seal.observation)
    throw new CustosError(
      'INVALID',
      `A newer record took the place of ${ask.seal.observation}: ${seal.digest}.`,
    );
  const authors = [...new Set([by, ...seal.authors])];
  checkSteps(ask, input.steps, facts, authors);
  const row = {
    ...ref,
    request,
    kind: input.ask.kind,
    approves: approvableOf(ask),
    title: input.title,
    note: input.note,
    target: seal.target,
    ask: JSON.stringify(ask),
    sealed_digest: seal.digest,
    sealed: canonicalize(seal.content),
    subjects: JSON.stringify(seal.subjects),
    authors,
    duty: input.duty ?? null,
    requested_by: by,
    created_at: facts.now,
    due_at: input.dueAt,
  };
  const detail = z.json().parse({
    request,
    kind: row.kind,
    title: row.title,
    sealed: row.sealed_digest,
    dueAt: row.due_at,
    steps: input.steps,
  });
  const entries: NewEntry[] = [
    ...(stated ? [stated.entry] : []),
    { kind: 'act', act: { type: 'request.made', actor: by, detail } },
  ];
  const ledger = await desk.context.database.ledger(ref.organisation, ref.system);
  const steps = input.steps.map(({ role, needed, people }) => ({
    role,
    needed,
    people: people ? [...people] : null,
  }));
  await ledger.recordWith(entries, (control) => insertRequest(control, row, steps));
  return request;
}

function checkDue(dueAt: Instant, now: Instant): void {
  if (millis(dueAt) > millis(now) && millis(dueAt) <= millis(now) + LONGEST_DAYS * DAY) return;
  throw new CustosError(
    'INVALID',
    `${dueAt} is past, or more than two years ahead. Give a date until which it is needed.`,
  );
}

function checkSteps(
  ask: StoredAsk,
  steps: readonly AskedStep[],
  facts: SystemFacts,
  authors: readonly string[],
): void {
  const last = steps.at(-1);
  if (last === undefined) throw new CustosError('INVALID', 'A request needs a step: say who decides.');
  checkLastRole(ask, last.role, facts);
  if (ask.kind === 'risk_acceptance') {
    const risk = riskRegisters(facts)[0]?.content.risks.find(({ id }) => id === ask.risk);
    if (risk) refuseAboveTolerance(risk.residual, toleranceOf(facts), last.role);
  }
  for (const [at, { role, needed, people }] of steps.entries()) {
    const stranger = people?.find((person) => !holds(facts.roles, person, role));
    if (stranger !== undefined)
      throw new CustosError('INVALID', `${stranger} does not hold the role ${role} on ${facts.ref.system}.`);
    const able = eligible({ role, people: people ? [...people] : null }, { roles: facts.roles, authors });
    if (able.length < needed)
      throw new CustosError(
        'NOBODY_TO_ASK',
        `Step ${at + 1} needs ${needed} as ${role}, but ${able.length} could decide: who asks for something or made it does not decide on it, and no Developer decides as Data Custodian. Ask somebody else, or have an administrator assign the role.`,
      );
  }
}

/** The requester's own statement, recorded with the request, which is sealed over it. */
async function justify(
  context: ServiceContext,
  facts: SystemFacts,
  ask: Extract<Ask, { kind: 'justification' }>,
  by: string,
): Promise<{ ask: StoredAsk; seal: Seal; entry: NewEntry }> {
  if (!holds(facts.roles, by, 'system_operator'))
    throw new CustosError(
      'ROLE',
      'A justification is stated as System Operator, and you do not hold that role.',
    );
  const asset = assetOf(facts, ask.component);
  if (asset.digest === undefined && !asset.version?.trim())
    throw new CustosError(
      'INVALID',
      `${asset.id} has no version, so no justification can be of the one in use. Pin it to an exact version first.`,
    );
  const statement = statementOf({
    type: 'justification',
    subject: [subjectFor(asset, subject(facts.ref.system, fingerprintOf(facts)))],
    producer: { name: MANUAL_PRODUCER, version: PRODUCT.version },
    actor: { id: by, role: 'system_operator' },
    observedAt: facts.now,
    validUntil: ask.expiresAt,
    content: {
      component: asset.id,
      ...(asset.version === undefined ? {} : { version: asset.version }),
      rationale: ask.rationale,
      riskAssessment: ask.riskAssessment,
      controls: ask.controls,
    },
  });
  const entry = await entryOf(context, statement);
  const authenticity = { verified: true, keyId: 'this-process' } as const;
  const withIt = withEvidence(facts, { id: entry.id, statement, authenticity });
  const stored: StoredAsk = {
    kind: 'approval',
    of: 'justification',
    seal: { is: 'observation', observation: entry.id },
  };
  return { ask: stored, seal: sealOf(stored, withIt, facts.now), entry };
}

function withEvidence(facts: SystemFacts, item: SystemFacts['evidence'][number]): SystemFacts {
  const evidence = [...facts.evidence, item];
  return { ...facts, evidence, index: new EvidenceIndex(evidence, facts.now) };
}

async function entryOf(context: ServiceContext, statement: Statement) {
  return {
    kind: 'observation' as const,
    id: observationId(statement),
    envelope: await signStatement(statement, context.signer),
  };
}

/** @throws CustosError NOT_FOUND */
export async function requireRequest(context: ServiceContext, ref: RequestRef): Promise<WholeRequest> {
  const found = await context.database.within(ref.organisation, (control) =>
    findRequest(control, ref.system, ref.request),
  );
  if (found) return found;
  throw new CustosError('NOT_FOUND', `There is no request "${ref.request}" on ${ref.system}.`);
}

function askOf(row: RequestRow): StoredAsk {
  // Written by createRequest from what was parsed there.
  const ask: StoredAsk = JSON.parse(row.ask);
  return ask;
}

export interface Decision {
  readonly by: string;
  readonly role: DeciderRole;
  readonly decision: 'approved' | 'rejected';
  readonly reason: string;
  /** The digest that the decider had before them. */
  readonly sealed: Digest;
  readonly requiredControls?: readonly string[] | undefined;
}

/**
 * Decides on a request. Each person counts once, whoever else decides at the same moment.
 * @throws CustosError NOT_FOUND, CONFLICT (closed, or sealed over something else), REQUEST_VOID, ABOVE_TOLERANCE, and the codes
 * of `mayDecide`
 */
export async function decideRequest(desk: Desk, ref: RequestRef, decision: Decision): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) if (await tryDecide(desk, ref, decision)) return;
  throw new CustosError('UNAVAILABLE', 'Too many decide on this at once. Try again.');
}

async function tryDecide(desk: Desk, ref: RequestRef, decision: Decision): Promise<boolean> {
  const { context } = desk;
  const whole = await requireRequest(context, ref);
  const { row } = whole;
  if (row.status !== 'open')
    throw new CustosError('CONFLICT', `This request is ${row.status}; nobody decides on it any more.`);
  if (row.sealed_digest !== decision.sealed)
    throw new CustosError(
      'CONFLICT',
      `This request is sealed over ${row.sealed_digest}, not over ${decision.sealed}. Read it again.`,
    );
  const facts = await systemFacts(desk, ref);
  const broken = brokenSeal(askOf(row), row.sealed_digest, facts, row.created_at);
  if (broken !== undefined) {
    await close(context, ref, row, { status: 'void', outcome: broken, by: 'custos', act: 'request.voided' });
    throw new CustosError('REQUEST_VOID', broken);
  }
  const { right } = await rightOf(desk, whole, facts, decision);
  if (!right.may) throw new CustosError(right.code, right.message);
  const step = currentStep(whole);
  const approved = decision.decision === 'approved' ? 1 : 0;
  const given = whole.decisions.filter((one) => one.decision === 'approved').length + approved;
  const needed = whole.steps.reduce((sum, one) => sum + one.needed, 0);
  const outstanding = needed - given;
  const statements = decisionStatements({
    row,
    ask: askOf(row),
    subjects: z.array(Subject).parse(JSON.parse(row.subjects)),
    facts,
    by: { id: decision.by, role: decision.role },
    decision: decision.decision,
    reason: decision.reason,
    at: decidedAt(facts, row),
    step: step.step,
    onBehalfOf: right.onBehalfOf,
    outstanding: approved === 1 ? outstanding : 0,
    needed,
    requiredControls: decision.requiredControls ?? [],
  });
  const entries = await Promise.all(statements.map((statement) => entryOf(context, statement)));
  const inStep = whole.decisions.filter((one) => one.step === step.step).length + 1;
  const change: RequestChange =
    approved === 0 || outstanding === 0
      ? {
          status: approved === 1 ? 'approved' : 'rejected',
          closed_at: facts.now,
          outcome: decision.reason,
        }
      : inStep >= step.needed
        ? { step: step.step + 1 }
        : {};
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  try {
    await ledger.recordWith(entries, async (control, recorded) => {
      // What is written anew from what stood there must have stood there still.
      if (entries.length > 1 && recorded[0]?.index !== facts.size) throw new Overtaken();
      // Roles may have been taken away since they were read.
      if (!holds(await rolesOn(control, ref.system), decision.by, decision.role))
        throw new CustosError('ROLE', `You do not hold the role ${decision.role} on this system any more.`);
      if (!(await updateRequest(control, { ...ref, version: row.version }, change))) throw new Overtaken();
      await insertDecision(control, {
        organisation: ref.organisation,
        system: ref.system,
        request: ref.request,
        person: decision.by,
        role: decision.role,
        step: step.step,
        decision: decision.decision,
        reason: decision.reason,
        on_behalf_of: right.onBehalfOf ?? null,
        observation: entries[0]?.id ?? '',
        at: facts.now,
      });
    });
    return true;
  } catch (error) {
    if (error instanceof Overtaken) return false;
    throw error;
  }
}

/** Somebody else decided in between. */
class Overtaken extends CustosError {
  constructor() {
    super('CONFLICT', 'Somebody decided in the meantime.');
  }
}

/** An approval is not older than what it approves, even where the clock that stamped that is a little ahead. */
function decidedAt(facts: SystemFacts, row: RequestRow): Instant {
  const { since } = sealOf(askOf(row), facts, row.created_at);
  const at = since !== undefined && millis(since) > millis(facts.now) ? since : facts.now;
  if (millis(at) <= millis(facts.now) + CLOCK_TOLERANCE) return at;
  throw new CustosError(
    'CONFLICT',
    `What is to be approved is dated ${at}, which is still ahead (it is ${facts.now}). Set the clocks right, then decide.`,
  );
}

/** Whether somebody may decide on a request now, in a role. */
export async function rightOf(
  { context }: Desk,
  request: WholeRequest,
  facts: SystemFacts,
  { by, role }: { by: string; role: DeciderRole },
): Promise<{ right: DecideRight; training: TrainingStanding }> {
  const { roles, now } = facts;
  const delegations = await context.database.within(facts.ref.organisation, (control) =>
    delegationsOn(control, facts.ref, now),
  );
  const validDays = settingOf(facts, 'training.completion_valid_days');
  const training = trainingStanding(facts.shared, by, role, { now, validDays });
  return { right: mayDecide({ request, person: by, role, roles, delegations, training, now }), training };
}

/** @throws CustosError NOT_FOUND, NOT_YOURS, CONFLICT when it is closed */
export async function withdrawRequest(
  { context }: Desk,
  ref: RequestRef,
  { by, reason }: { by: string; reason: string },
): Promise<void> {
  const { row } = await requireRequest(context, ref);
  if (row.requested_by !== by) throw new CustosError('NOT_YOURS', 'Only who made a request withdraws it.');
  const closed = await close(context, ref, row, {
    status: 'withdrawn',
    outcome: reason,
    by,
    act: 'request.withdrawn',
  });
  if (!closed)
    throw new CustosError(
      'CONFLICT',
      'Somebody decided on it in the meantime, or it is closed. Read it again.',
    );
}

/** @returns false when it was changed or closed since it was read */
async function close(
  context: ServiceContext,
  ref: RequestRef,
  row: RequestRow,
  { status, outcome, by, act }: { status: 'withdrawn' | 'void'; outcome: string; by: string; act: string },
): Promise<boolean> {
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  const detail = { request: ref.request, reason: outcome };
  try {
    await ledger.recordWith([{ kind: 'act', act: { type: act, actor: by, detail } }], async (control) => {
      const change = { status, outcome, closed_at: context.clock.now() };
      if (!(await updateRequest(control, { ...ref, version: row.version }, change))) throw new Overtaken();
    });
    return true;
  } catch (error) {
    if (error instanceof Overtaken) return false;
    throw error;
  }
}

/** How a request stands now. */
export interface RequestState {
  readonly whole: WholeRequest;
  /** Why it does not, or no longer, cover what it was sealed over. */
  readonly broken: string | undefined;
  /** Who could decide now; empty when it is closed. */
  readonly waitsFor: readonly string[];
  readonly facts: SystemFacts;
}

/** @throws CustosError NOT_FOUND */
export async function requestState(desk: Desk, ref: RequestRef): Promise<RequestState> {
  const whole = await requireRequest(desk.context, ref);
  const facts = await systemFacts(desk, ref);
  const { row } = whole;
  const stands = row.status === 'open' || row.status === 'approved';
  return {
    whole,
    facts,
    broken: stands ? brokenSeal(askOf(row), row.sealed_digest, facts, row.created_at) : undefined,
    waitsFor: waitingFor(whole, facts),
  };
}

function waitingFor(whole: WholeRequest, { roles }: Pick<SystemFacts, 'roles'>): string[] {
  if (whole.row.status !== 'open') return [];
  return eligible(currentStep(whole), {
    roles,
    authors: whole.row.authors,
    decided: decidedOn(whole),
  });
}

/** A request that somebody has to be reminded of. */
export interface DueRequest {
  readonly row: RequestRow;
  readonly waitsFor: readonly string[];
  readonly overdue: boolean;
}

/** Open requests of an organisation that are due before a time, the most urgent first; for reminders. */
export async function requestsDue(
  context: ServiceContext,
  organisation: string,
  before: Instant,
): Promise<DueRequest[]> {
  const now = context.clock.now();
  return context.database.within(organisation, async (control) => {
    const due: DueRequest[] = [];
    let after: { dueAt: string; request: string } | undefined;
    for (;;) {
      const rows = await requestPage(control, { status: 'open', dueBefore: before, after, limit: 200 });
      for (const row of rows) {
        const whole = await findRequest(control, row.system, row.request);
        if (whole)
          due.push({
            row,
            waitsFor: waitingFor(whole, { roles: await rolesOn(control, row.system) }),
            overdue: millis(row.due_at) < millis(now),
          });
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < 200) return due;
      after = { dueAt: last.due_at, request: last.request };
    }
  });
}

/** Closes open requests of a system whose seal is broken; for jobs. @returns their ids */
export async function voidBroken(desk: Desk, ref: SystemRef): Promise<string[]> {
  const facts = await systemFacts(desk, ref);
  const open = await desk.context.database.within(ref.organisation, (control) =>
    requestPage(control, { status: 'open', system: ref.system, limit: 1000 }),
  );
  const closed: string[] = [];
  for (const row of open) {
    const broken = brokenSeal(askOf(row), row.sealed_digest, facts, row.created_at);
    if (broken === undefined) continue;
    const at = { ...ref, request: row.request };
    const change = { status: 'void', outcome: broken, by: 'custos', act: 'request.voided' } as const;
    if (await close(desk.context, at, row, change)) closed.push(row.request);
  }
  return closed;
}
