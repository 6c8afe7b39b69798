/**
 * Questions to people who get to see their question and nothing else, by a link. The link's token is kept nowhere: only its
 * SHA-256 is. What they answer is an observation that decides nothing by itself; somebody on the system accepts or returns it.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  type Actor,
  CustosError,
  DAY,
  type DeciderRole,
  type Instant,
  MANUAL_PRODUCER,
  millis,
  type Statement,
} from '@custos/core';
import {
  findTask,
  findTaskByToken,
  insertTask,
  type TaskChange,
  type TaskRow,
  updateTask,
} from '@custos/store';
import { observationId, sha256, signStatement } from '@custos/trust';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import type { ServiceContext, SystemRef } from './context.ts';
import { rolesOn } from './requests-facts.ts';

/** A link works for so many days at most. */
const LONGEST_LINK_DAYS = 90;

export interface TaskRef extends SystemRef {
  readonly task: string;
}

export interface NewTaskInput {
  readonly by: string;
  /** E-mail address in lower case; no account is needed. */
  readonly person: string;
  readonly title: string;
  readonly question: string;
  readonly duty?: string | undefined;
  readonly expiresAt: Instant;
}

/** @returns the id, and the token for the link, which is said this once @throws CustosError INVALID */
export async function askTask(
  context: ServiceContext,
  ref: SystemRef,
  { by, person, title, question, duty, expiresAt }: NewTaskInput,
): Promise<{ task: string; token: string }> {
  const now = context.clock.now();
  if (millis(expiresAt) <= millis(now) || millis(expiresAt) > millis(now) + LONGEST_LINK_DAYS * DAY)
    throw new CustosError(
      'INVALID',
      `The link has to end within ${LONGEST_LINK_DAYS} days, and not in the past.`,
    );
  if (person === by) throw new CustosError('INVALID', 'Ask somebody else than yourself.');
  const task = randomUUID();
  const token = randomBytes(32);
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  const detail = { task, person, title, expiresAt };
  await ledger.recordWith([{ kind: 'act', act: { type: 'task.asked', actor: by, detail } }], (control) =>
    insertTask(control, {
      ...ref,
      task,
      token: hashOf(token),
      person,
      title,
      question,
      duty: duty ?? null,
      asked_by: by,
      created_at: now,
      expires_at: expiresAt,
    }),
  );
  return { task, token: token.toString('base64url') };
}

function hashOf(token: Uint8Array): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/** The task behind a link. Unknown, expired and revoked links are told apart by nobody. @throws CustosError GONE */
export async function openTask(context: ServiceContext, token: string): Promise<TaskRow> {
  const bytes = Buffer.from(token, 'base64url');
  const row =
    bytes.length === 32 && bytes.toString('base64url') === token
      ? await context.database.within('', (control) => findTaskByToken(control, hashOf(bytes)))
      : undefined;
  if (row && row.status !== 'revoked' && millis(row.expires_at) > millis(context.clock.now())) return row;
  throw new CustosError(
    'GONE',
    'This link does not work, or no longer. Ask who sent it to you for a new one.',
  );
}

/** @throws CustosError GONE, CONFLICT when it was answered already */
export async function answerTask(context: ServiceContext, token: string, answer: string): Promise<TaskRow> {
  const row = await openTask(context, token);
  if (row.status !== 'open' && row.status !== 'returned')
    throw new CustosError(
      'CONFLICT',
      'This was answered already. Ask who sent you the link to return it to you.',
    );
  const { task, person, question, duty } = row;
  const now = context.clock.now();
  const statement = statementOf({
    type: 'task-answer',
    content: {
      task,
      question,
      person,
      askedBy: row.asked_by,
      via: 'link',
      answer,
      ...(duty === null ? {} : { duty }),
    },
    subject: [subject(task, sha256(question))],
    producer: { name: MANUAL_PRODUCER, version: PRODUCT.version },
    // Whoever has the link can answer, so that nobody's word is in it: it has no actor.
    observedAt: now,
    source: `task ${task}`,
  });
  const id = observationId(statement);
  await change(context, row, [statement], undefined, {
    status: 'answered',
    answer,
    answered_at: now,
    observation: id,
  });
  return { ...row, status: 'answered', answer, answered_at: now, observation: id };
}

/** @throws CustosError NOT_FOUND, ROLE, SELF_APPROVAL, CONFLICT unless it was answered and is not reviewed yet */
export async function reviewTask(
  context: ServiceContext,
  ref: TaskRef,
  {
    by,
    role,
    decision,
    note,
  }: { by: string; role: DeciderRole; decision: 'accepted' | 'returned'; note: string },
): Promise<void> {
  const row = await requireTask(context, ref);
  if (row.status !== 'answered')
    throw new CustosError('CONFLICT', `This task is ${row.status}; there is no answer to review.`);
  if (row.person === by)
    throw new CustosError('SELF_APPROVAL', 'You answered this yourself. Somebody else has to review it.');
  if (row.asked_by === by && decision === 'accepted')
    throw new CustosError(
      'SELF_APPROVAL',
      'You asked this and had the link, by which anybody can answer. Somebody else has to accept it; you can return it.',
    );
  const now = context.clock.now();
  const actor: Actor = { id: by, role };
  const statement = statementOf({
    type: 'review-decision',
    content: { about: row.task, kind: 'answer', decision: `${decision}: ${note}`, decidedAt: now },
    subject: [subject(row.task, sha256(row.answer ?? ''))],
    producer: { name: MANUAL_PRODUCER, version: PRODUCT.version },
    actor,
    observedAt: now,
    source: `task ${row.task}`,
  });
  await change(context, row, [statement], actor, { status: decision, review: note, reviewed_by: by });
}

/** Makes the link useless. @throws CustosError NOT_FOUND, CONFLICT when it is closed already */
export async function revokeTask(context: ServiceContext, ref: TaskRef, by: string): Promise<void> {
  const row = await requireTask(context, ref);
  if (row.status === 'accepted' || row.status === 'revoked')
    throw new CustosError('CONFLICT', `This task is ${row.status} already.`);
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  const act = { type: 'task.revoked', actor: by, detail: { task: row.task } };
  await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    if (!(await updateTask(control, row, { status: 'revoked' }))) throw changedSince();
  });
}

/** @throws CustosError NOT_FOUND */
export async function requireTask(context: ServiceContext, ref: TaskRef): Promise<TaskRow> {
  const found = await context.database.within(ref.organisation, (control) =>
    findTask(control, ref.system, ref.task),
  );
  if (found) return found;
  throw new CustosError('NOT_FOUND', `There is no task "${ref.task}" on ${ref.system}.`);
}

async function change(
  context: ServiceContext,
  row: TaskRow,
  statements: readonly Statement[],
  actor: Actor | undefined,
  to: TaskChange,
): Promise<void> {
  const ledger = await context.database.ledger(row.organisation, row.system);
  const entries = await Promise.all(
    statements.map(async (statement) => ({
      kind: 'observation' as const,
      id: observationId(statement),
      envelope: await signStatement(statement, context.signer),
    })),
  );
  await ledger.recordWith(entries, async (control) => {
    const roles = actor ? await rolesOn(control, row.system) : undefined;
    if (actor && roles && ![...(roles.get(actor.id) ?? [])].some((role) => role === actor.role))
      throw new CustosError('ROLE', `You do not hold the role ${actor.role} on this system.`);
    if (!(await updateTask(control, row, to))) throw changedSince();
  });
}

function changedSince(): CustosError {
  return new CustosError('CONFLICT', 'Somebody changed this in the meantime. Read it again.');
}
