/** Requests for decisions, the decisions, delegation, and questions to people who see nothing but their question. */
import { APPROVABLE, Ask, AskedStep, DeciderRole, Prose, Subject } from '@custos/core';
import { z } from 'zod';
import { operation } from '../operation.ts';
import {
  DigestSchema,
  Email,
  OrganisationParams,
  Paging,
  pageOf,
  Slug,
  SystemParams,
  Time,
} from '../shared.ts';

/** A text of a person, that says something. */
const Reason = z.string().trim().pipe(Prose.max(10_000));
const Title = z.string().trim().min(3).max(200);
const Id = z.string().max(64);
const RequestParams = SystemParams.extend({ request: Id });

export const RequestStatus = z.enum(['open', 'approved', 'rejected', 'withdrawn', 'void']);
export type RequestStatus = z.infer<typeof RequestStatus>;
const Kind = z.enum([
  'approval',
  'waiver',
  'risk_acceptance',
  'data_use',
  'provider',
  'justification',
  'tolerance',
  'adequacy',
]);

export const RequestSummary = z.strictObject({
  id: Id,
  system: Slug,
  kind: Kind,
  /** What approvals of it are `of`. */
  of: z.enum(APPROVABLE),
  title: z.string(),
  target: z.string(),
  duty: z.string().optional(),
  status: RequestStatus,
  requestedBy: z.string(),
  createdAt: Time,
  dueAt: Time,
  overdue: z.boolean(),
  closedAt: Time.optional(),
});
export type RequestSummary = z.infer<typeof RequestSummary>;

export const listRequests = operation({
  id: 'requests.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/requests',
  tag: 'Decisions',
  summary: 'Requests on the systems that one may see, those due first',
  access: 'organisation.read',
  params: OrganisationParams,
  query: Paging.extend({
    /** `waiting`: for my word now; `made`: by me. */
    mine: z.enum(['waiting', 'made']).optional(),
    status: RequestStatus.optional(),
    system: Slug.optional(),
    dueBefore: Time.optional(),
  }),
  response: pageOf(RequestSummary),
});

export const createRequest = operation({
  id: 'requests.create',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/requests',
  tag: 'Decisions',
  summary: 'Ask people or roles to decide on exactly what the request is sealed over',
  access: 'request.make',
  params: SystemParams,
  body: z.strictObject({
    title: Title,
    /** Why it is asked; of a waiver, the reason that the waiver carries. */
    note: Reason,
    ask: Ask,
    steps: z
      .array(AskedStep.extend({ people: z.array(Email).min(1).max(50).optional() }))
      .min(1)
      .max(10),
    dueAt: Time,
    duty: z.string().max(40).optional(),
  }),
  response: RequestSummary,
  status: 201,
  problems: ['CONFLICT'],
  act: 'request.made',
});

const Training = z.strictObject({
  state: z.enum(['no_programme', 'current', 'incomplete', 'expired', 'left']),
  message: z.string(),
});

export const RequestDetail = z.strictObject({
  ...RequestSummary.shape,
  note: z.string(),
  ask: z.json(),
  sealed: z.strictObject({
    digest: DigestSchema,
    /** What is approved, for reading; its RFC 8785 form has the digest, unless the digest is that of a record or fingerprint. */
    content: z.json(),
    subjects: z.array(Subject),
  }),
  /** Why it does not, or no longer, cover what it was sealed over. */
  broken: z.string().optional(),
  /** The reason that closed it. */
  outcome: z.string().optional(),
  step: z.int(),
  steps: z.array(
    z.strictObject({ role: DeciderRole, needed: z.int(), people: z.array(z.string()).optional() }),
  ),
  decisions: z.array(
    z.strictObject({
      person: z.string(),
      role: DeciderRole,
      step: z.int(),
      decision: z.enum(['approved', 'rejected']),
      reason: z.string(),
      onBehalfOf: z.string().optional(),
      observation: DigestSchema,
      at: Time,
    }),
  ),
  /** Who could decide now. */
  waitsFor: z.array(z.string()),
  /** What the caller may do, for each role that they hold. */
  you: z.strictObject({
    withdraw: z.boolean(),
    decide: z.array(
      z.strictObject({
        role: DeciderRole,
        may: z.boolean(),
        code: z.string().optional(),
        why: z.string().optional(),
        onBehalfOf: z.string().optional(),
        training: Training,
      }),
    ),
  }),
});
export type RequestDetail = z.infer<typeof RequestDetail>;

export const getRequest = operation({
  id: 'requests.get',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/requests/{request}',
  tag: 'Decisions',
  summary: 'One request: what it is sealed over, who decided, whom it waits for, and whether it still stands',
  access: 'evidence.read',
  params: RequestParams,
  response: RequestDetail,
});

export const decideRequest = operation({
  id: 'requests.decide',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/requests/{request}/decisions',
  tag: 'Decisions',
  summary: 'Approve or reject what the request is sealed over, in a role that the step asks for',
  access: 'decision.make',
  params: RequestParams,
  body: z.strictObject({
    role: DeciderRole,
    decision: z.enum(['approved', 'rejected']),
    reason: Reason,
    /** The sealed digest that one had before oneself. */
    sealed: DigestSchema,
    /** Of a data use: controls that the Data Custodian asks for beyond those proposed. */
    requiredControls: z.array(z.string().trim().min(1).max(300)).max(200).optional(),
  }),
  response: RequestDetail,
  problems: ['CONFLICT', 'GONE'],
});

export const withdrawRequest = operation({
  id: 'requests.withdraw',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/requests/{request}/withdrawal',
  tag: 'Decisions',
  summary: 'Take back a request that one made',
  access: 'request.make',
  params: RequestParams,
  body: z.strictObject({ reason: Reason }),
  response: RequestDetail,
  problems: ['CONFLICT'],
  act: 'request.withdrawn',
});

const Delegation = z.strictObject({
  id: Id,
  role: DeciderRole,
  from: z.string(),
  to: z.string(),
  reason: z.string(),
  startsAt: Time,
  endsAt: Time,
});

export const listDelegations = operation({
  id: 'delegations.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/delegations',
  tag: 'Decisions',
  summary: 'Who decides in whose place, now or soon',
  access: 'system.read',
  params: SystemParams,
  response: z.strictObject({ items: z.array(Delegation) }),
});

export const createDelegation = operation({
  id: 'delegations.create',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/delegations',
  tag: 'Decisions',
  summary: 'Let somebody in the same role decide in one’s place, for a time',
  access: 'decision.make',
  params: SystemParams,
  body: z.strictObject({
    to: Email,
    role: DeciderRole,
    reason: Reason,
    startsAt: Time.optional(),
    endsAt: Time,
  }),
  response: z.strictObject({ id: Id }),
  status: 201,
  act: 'delegation.made',
});

export const revokeDelegation = operation({
  id: 'delegations.revoke',
  method: 'DELETE',
  path: '/api/v1/organisations/{organisation}/systems/{system}/delegations/{delegation}',
  tag: 'Decisions',
  summary: 'End a delegation that one made',
  access: 'decision.make',
  params: SystemParams.extend({ delegation: Id }),
  act: 'delegation.revoked',
});

export const TaskStatus = z.enum(['open', 'answered', 'accepted', 'returned', 'revoked']);

const Task = z.strictObject({
  id: Id,
  person: z.string(),
  title: z.string(),
  question: z.string(),
  duty: z.string().optional(),
  status: TaskStatus,
  askedBy: z.string(),
  createdAt: Time,
  expiresAt: Time,
  expired: z.boolean(),
  answer: z.string().optional(),
  answeredAt: Time.optional(),
  observation: DigestSchema.optional(),
  review: z.string().optional(),
  reviewedBy: z.string().optional(),
});
export type Task = z.infer<typeof Task>;

export const listTasks = operation({
  id: 'tasks.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/tasks',
  tag: 'Decisions',
  summary: 'Questions to people outside, newest first',
  access: 'evidence.read',
  params: SystemParams,
  query: Paging,
  response: pageOf(Task),
});

export const askTask = operation({
  id: 'tasks.ask',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/tasks',
  tag: 'Decisions',
  summary:
    'Ask somebody a question; their link goes to them by e-mail, or where it can not is in the answer, once',
  access: 'request.make',
  params: SystemParams,
  body: z.strictObject({
    person: Email,
    title: Title,
    question: Reason,
    duty: z.string().max(40).optional(),
    expiresAt: Time,
  }),
  response: z.strictObject({
    id: Id,
    /** Opens the question and nothing else. Said this once, and only where it could not be sent by e-mail. */
    link: z.string().optional(),
    /** True: it went out by e-mail, and nobody else is shown it. */
    sent: z.boolean(),
  }),
  status: 201,
  confidential: true,
  act: 'task.asked',
});

export const reviewTask = operation({
  id: 'tasks.review',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/systems/{system}/tasks/{task}/review',
  tag: 'Decisions',
  summary: 'Accept an answer, or return it to be answered again',
  access: 'decision.make',
  params: SystemParams.extend({ task: Id }),
  body: z.strictObject({
    role: DeciderRole,
    decision: z.enum(['accepted', 'returned']),
    note: Reason,
  }),
  response: Task,
  problems: ['CONFLICT'],
});

export const revokeTask = operation({
  id: 'tasks.revoke',
  method: 'DELETE',
  path: '/api/v1/organisations/{organisation}/systems/{system}/tasks/{task}',
  tag: 'Decisions',
  summary: 'Make the link of a question useless',
  access: 'request.make',
  params: SystemParams.extend({ task: Id }),
  problems: ['CONFLICT'],
  act: 'task.revoked',
});

/** 32 random bytes, base64url. In the body, so that no log has it. */
const Token = z.string().min(1).max(100);

/** What somebody with a link gets to see. */
const OpenTask = z.strictObject({
  organisation: z.string(),
  title: z.string(),
  question: z.string(),
  person: z.string(),
  askedBy: z.string(),
  expiresAt: Time,
  status: z.enum(['open', 'answered', 'accepted', 'returned']),
  answer: z.string().optional(),
  /** What the reviewer wrote. */
  review: z.string().optional(),
});

export const getTask = operation({
  id: 'tasks.get',
  method: 'POST',
  path: '/api/v1/tasks',
  tag: 'Decisions',
  summary: 'The question that a link is for',
  access: 'public',
  body: z.strictObject({ token: Token }),
  response: OpenTask,
  problems: ['GONE'],
  limits: { bodyBytes: 4 << 10, perMinute: 60 },
});

export const answerTask = operation({
  id: 'tasks.answer',
  method: 'POST',
  path: '/api/v1/tasks/answer',
  tag: 'Decisions',
  summary: 'Answer the question that a link is for',
  access: 'public',
  body: z.strictObject({ token: Token, answer: z.string().trim().pipe(Prose.max(100_000)) }),
  response: OpenTask,
  problems: ['GONE', 'CONFLICT'],
  limits: { bodyBytes: 256 << 10, perMinute: 30 },
});
