/** How requests and tasks are shown. */
import { DigestSchema, RequestSummary, type Task, TaskStatus } from '@custos/contract';
import { DeciderRole, Subject } from '@custos/core';
import { type RequestRef, requestState, rightOf } from '@custos/engine';
import { organisationName, type RequestRow, type TaskRow } from '@custos/store';
import { z } from 'zod';
import type { Principal } from '../http/handler.ts';
import type { Service } from '../service.ts';

export function summaryOf(row: RequestRow, now: string): RequestSummary {
  return RequestSummary.parse({
    id: row.request,
    system: row.system,
    kind: row.kind,
    of: row.approves,
    title: row.title,
    target: row.target,
    ...(row.duty === null ? {} : { duty: row.duty }),
    status: row.status,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    dueAt: row.due_at,
    overdue: row.status === 'open' && Date.parse(row.due_at) < Date.parse(now),
    ...(row.closed_at === null ? {} : { closedAt: row.closed_at }),
  });
}

/** @throws CustosError NOT_FOUND */
export async function requestDetail(service: Service, who: Principal, ref: RequestRef) {
  const state = await requestState(service, ref);
  const { whole, broken, waitsFor, facts } = state;
  const { row, steps, decisions } = whole;
  const roles = [...(facts.roles.get(who.person) ?? [])].sort();
  const decide = await Promise.all(
    (row.status === 'open' && broken === undefined ? roles : []).map(async (role) => {
      const { right, training } = await rightOf(service, whole, facts, { by: who.person, role });
      return {
        role,
        may: right.may,
        training: { state: training.state, message: training.message },
        ...(right.may
          ? right.onBehalfOf === undefined
            ? {}
            : { onBehalfOf: right.onBehalfOf }
          : { code: right.code, why: right.message }),
      };
    }),
  );
  return {
    ...summaryOf(row, facts.now),
    note: row.note,
    ask: z.json().parse(JSON.parse(row.ask)),
    sealed: {
      digest: DigestSchema.parse(row.sealed_digest),
      content: z.json().parse(JSON.parse(row.sealed)),
      subjects: z.array(Subject).parse(JSON.parse(row.subjects)),
    },
    ...(broken === undefined ? {} : { broken }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    step: row.step,
    steps: steps.map(({ role, needed, people }) => ({
      role: DeciderRole.parse(role),
      needed,
      ...(people === null ? {} : { people }),
    })),
    decisions: decisions.map(({ role, observation, on_behalf_of: onBehalfOf, ...decision }) => ({
      ...decision,
      role: DeciderRole.parse(role),
      observation: DigestSchema.parse(observation),
      ...(onBehalfOf === null ? {} : { onBehalfOf }),
    })),
    waitsFor: [...waitsFor],
    you: { withdraw: row.status === 'open' && row.requested_by === who.person, decide },
  };
}

export function taskOf(row: TaskRow, now: string): Task {
  return {
    id: row.task,
    person: row.person,
    title: row.title,
    question: row.question,
    ...(row.duty === null ? {} : { duty: row.duty }),
    status: TaskStatus.parse(row.status),
    askedBy: row.asked_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    expired: Date.parse(row.expires_at) <= Date.parse(now),
    ...(row.answer === null ? {} : { answer: row.answer }),
    ...(row.answered_at === null ? {} : { answeredAt: row.answered_at }),
    ...(row.observation === null ? {} : { observation: DigestSchema.parse(row.observation) }),
    ...(row.review === null ? {} : { review: row.review }),
    ...(row.reviewed_by === null ? {} : { reviewedBy: row.reviewed_by }),
  };
}

const Opened = z.enum(['open', 'answered', 'accepted', 'returned']);

/** What somebody with a link sees of their task: nothing of the system that it is about. */
export async function openTaskOf({ context }: Service, row: TaskRow) {
  const name = await context.database.within(row.organisation, organisationName);
  return {
    organisation: name ?? row.organisation,
    title: row.title,
    question: row.question,
    person: row.person,
    askedBy: row.asked_by,
    expiresAt: row.expires_at,
    status: Opened.parse(row.status),
    ...(row.answer === null ? {} : { answer: row.answer }),
    ...(row.review === null ? {} : { review: row.review }),
  };
}
