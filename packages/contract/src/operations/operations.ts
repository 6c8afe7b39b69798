/** Running the service: what changed as it happens, webhooks, and how the jobs and the ledgers stand. */
import { z } from 'zod';
import { operation } from '../operation.ts';
import type { Permission } from '../permissions.ts';
import { OrganisationParams, Paging, pageOf, Slug, Time } from '../shared.ts';

/** Kinds of events, and the permission with which one sees them, on the system that they concern. */
export const EVENT_KINDS = {
  'assessment.changed': 'system.read',
  'expiry.near': 'system.read',
  'job.alarm': 'ledger.read',
  'job.recovered': 'ledger.read',
  'observation.recorded': 'evidence.read',
  'request.changed': 'system.read',
  'request.due': 'system.read',
  'system.changed': 'system.read',
} as const satisfies Record<string, Permission>;
export type EventKind = keyof typeof EVENT_KINDS;
export const EventKind = z.enum(Object.keys(EVENT_KINDS) as [EventKind, ...EventKind[]]);

/** What `data:` of an event holds. */
export const EventMessage = z.strictObject({
  kind: z.string(),
  system: Slug.optional(),
  at: Time,
  /** Ids and numbers; what they name is read by its own operation. */
  detail: z.record(z.string(), z.unknown()),
});
export type EventMessage = z.infer<typeof EventMessage>;

export const streamEvents = operation({
  id: 'events.stream',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/events',
  tag: 'Service',
  summary:
    'What changes, as server-sent events; goes on after Last-Event-ID; `event: reset` means: read everything again',
  access: 'organisation.read',
  params: OrganisationParams,
  response: z.string(),
  mediaType: 'text/event-stream',
  stream: true,
});

const WebhookBody = z.strictObject({
  /** https only. Internal addresses are refused when something is sent. */
  url: z.url({ protocol: /^https?$/ }).max(2000),
  description: z.string().trim().max(200).default(''),
  /** Empty: all. */
  kinds: z.array(EventKind).max(20).default([]),
});

export const Webhook = z.strictObject({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  kinds: z.array(EventKind),
  active: z.boolean(),
  createdBy: z.string(),
  createdAt: Time,
  /** For If-Match. */
  version: z.int(),
});
export type Webhook = z.infer<typeof Webhook>;

const WebhookParams = OrganisationParams.extend({ webhook: z.string().regex(/^[\w-]{1,64}$/) });

export const listWebhooks = operation({
  id: 'webhooks.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/webhooks',
  tag: 'Service',
  summary: 'Endpoints that are told of events',
  access: 'settings.manage',
  params: OrganisationParams,
  response: z.strictObject({ items: z.array(Webhook) }),
});

export const createWebhook = operation({
  id: 'webhooks.create',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/webhooks',
  tag: 'Service',
  summary: 'Have an endpoint told of events; the answer holds the signing secret, once',
  access: 'settings.manage',
  params: OrganisationParams,
  body: WebhookBody,
  response: z.strictObject({
    ...Webhook.shape,
    /** `whsec_…`, as Standard Webhooks writes it. */
    secret: z.string(),
  }),
  status: 201,
  confidential: true,
  problems: ['CONFLICT'],
  act: 'webhook.created',
});

export const updateWebhook = operation({
  id: 'webhooks.update',
  method: 'PUT',
  path: '/api/v1/organisations/{organisation}/webhooks/{webhook}',
  tag: 'Service',
  summary: 'Change a webhook, or switch it off and on',
  access: 'settings.manage',
  params: WebhookParams,
  body: WebhookBody.extend({ active: z.boolean() }),
  response: Webhook,
  versioned: true,
  act: 'webhook.changed',
});

export const deleteWebhook = operation({
  id: 'webhooks.delete',
  method: 'DELETE',
  path: '/api/v1/organisations/{organisation}/webhooks/{webhook}',
  tag: 'Service',
  summary: 'Remove a webhook with the list of what was sent to it',
  access: 'settings.manage',
  params: WebhookParams,
  act: 'webhook.removed',
});

export const Delivery = z.strictObject({
  /** Also the `webhook-id` that the receiver sees. */
  id: z.string(),
  kind: z.string(),
  state: z.enum(['pending', 'delivered', 'dead']),
  attempts: z.int(),
  /** HTTP status of the last answer. */
  status: z.int().optional(),
  error: z.string().optional(),
  createdAt: Time,
  /** When it is tried next, while it is pending. */
  dueAt: Time.optional(),
  finishedAt: Time.optional(),
});

export const listDeliveries = operation({
  id: 'webhooks.deliveries',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/webhooks/{webhook}/deliveries',
  tag: 'Service',
  summary: 'What was sent to a webhook, newest first',
  access: 'settings.manage',
  params: WebhookParams,
  query: Paging,
  response: pageOf(Delivery),
});

export const redeliver = operation({
  id: 'webhooks.redeliver',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/webhooks/{webhook}/deliveries/{delivery}/redeliver',
  tag: 'Service',
  summary: 'Send a delivery that has ended once more, under the same id',
  access: 'settings.manage',
  params: WebhookParams.extend({ delivery: z.string().regex(/^[\w-]{1,64}$/) }),
  problems: ['CONFLICT'],
});

export const testWebhook = operation({
  id: 'webhooks.test',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/webhooks/{webhook}/test',
  tag: 'Service',
  summary: 'Send `webhook.test` to an endpoint',
  access: 'settings.manage',
  params: WebhookParams,
  response: z.strictObject({ delivery: z.string() }),
  status: 202,
  limits: { perMinute: 10 },
});

export const JobState = z.strictObject({
  name: z.string(),
  summary: z.string(),
  /** `service`: one for all organisations. */
  scope: z.enum(['organisation', 'service']),
  /** `overdue`: no success for twice its interval, so it stopped running or only fails. */
  state: z.enum(['well', 'running', 'failing', 'overdue', 'waiting']),
  everySeconds: z.int(),
  dueAt: Time,
  startedAt: Time.optional(),
  succeededAt: Time.optional(),
  failedAt: Time.optional(),
  /** Runs in a row that failed. */
  failures: z.int(),
  error: z.string().optional(),
});

export const getServiceStatus = operation({
  id: 'service.status',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/service',
  tag: 'Service',
  summary: 'How the jobs stand, and how far each ledger was verified',
  access: 'ledger.read',
  params: OrganisationParams,
  response: z.strictObject({
    version: z.string(),
    store: z.enum(['pglite', 'postgres']),
    /** False: this instance runs no jobs; another one has to. */
    runsJobs: z.boolean(),
    jobs: z.array(JobState),
    ledgers: z.strictObject({
      verified: z.int(),
      /** Systems whose ledger was never verified. */
      unverified: z.int(),
      oldestCheck: Time.optional(),
      failures: z.array(
        z.strictObject({
          /** Absent: the organisation's own ledger. */
          system: Slug.optional(),
          size: z.int(),
          checkedAt: Time,
          failure: z.string(),
        }),
      ),
    }),
  }),
});

export const runJob = operation({
  id: 'service.run-job',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/service/jobs/{job}/run',
  tag: 'Service',
  summary: 'Have a job of the organisation run now',
  access: 'organisation.manage',
  params: OrganisationParams.extend({ job: z.string().regex(/^[a-z.-]{1,64}$/) }),
  act: 'job.requested',
  limits: { perMinute: 10 },
});
