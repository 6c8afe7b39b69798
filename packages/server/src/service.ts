/** The running service: database, identities, assessments and the API over them, from one configuration. */
import { type Clock, CustosError, type Envelope, systemClock } from '@custos/core';
import {
  type LoadedSpecification,
  loadTrainingModules,
  type ServiceContext,
  SystemAssessor,
  type TrainingModule,
} from '@custos/engine';
import { openService, type ServiceDatabase, type ServiceOptions } from '@custos/store';
import type { Keyring, Signer } from '@custos/trust';
import { type ServerType, serve } from '@hono/node-server';
import type { Logger } from 'pino';
import { EventHub } from './events/hub.ts';
import { createApp } from './http/app.ts';
import { openLimits, type RequestLimits } from './http/rate-limit.ts';
import { type Auth, createAuth } from './identity/auth.ts';
import type { Range } from './identity/client-address.ts';
import { newSetUpLink } from './identity/set-up.ts';
import { backupJob, snapshotJob } from './jobs/backup.ts';
import { JOBS } from './jobs/index.ts';
import type { Job } from './jobs/job.ts';
import { JobRunner, type JobRunnerOptions } from './jobs/runner.ts';
import { createLog } from './observability/log.ts';
import { Metrics } from './observability/metrics.ts';
import { traced } from './observability/tracing.ts';
import { PeopleLinks } from './people/links.ts';
import { Mailer, type MailOptions } from './people/mailer.ts';
import { Outbox } from './people/outbox.ts';
import { Seal } from './webhooks/seal.ts';
import { WebhookSender } from './webhooks/sender.ts';

export interface StartOptions {
  readonly store: { kind: 'pglite'; dir: string } | { kind: 'postgres'; url: string; schema?: string };
  readonly signer: Signer;
  readonly keyring: Keyring;
  /** Statements by which the signing key was handed over to its successors. */
  readonly handovers?: readonly Envelope[] | undefined;
  readonly specification: LoadedSpecification;
  /** Signs cookies. */
  readonly secret: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where people reach the service; default `http://<host>:<port>`. */
  readonly baseUrl?: string | undefined;
  /** Proxies in front of the service, whose `X-Forwarded-For` counts. */
  readonly trustedProxies?: readonly Range[];
  /** Where instances count requests together; absent: each counts for itself. */
  readonly redisUrl?: string | undefined;
  readonly version: string;
  readonly examples: { readonly dir: string; readonly names: readonly string[] };
  readonly workers?: { readonly scan?: URL; readonly inspect?: URL };
  /** Folder of the training modules that come with Custos. */
  readonly training: string;
  /** Absent: the service sends no e-mail. */
  readonly mail?: MailOptions | undefined;
  /** Folder of the built console. */
  readonly console?: string;
  /** File of the stand-alone verifier of evidence packs. */
  readonly verifier?: string;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** False: this instance runs no jobs and sends no webhooks; another one has to. */
  readonly jobs?: boolean;
  /** Of the jobs, other than by default. */
  readonly jobOptions?: Partial<JobRunnerOptions>;
  readonly backup?: { readonly dir: string; readonly hours: number } | undefined;
  /** Webhooks may go to internal addresses and by http, for labs. */
  readonly webhooksPrivate?: boolean;
  /** Identity providers may have internal addresses. */
  readonly ssoPrivate?: boolean;
  /** Bearer token of /metrics; absent: for calls from this machine only. */
  readonly metricsToken?: string | undefined;
}

export interface Service {
  readonly context: ServiceContext;
  readonly assessor: SystemAssessor;
  readonly auth: Auth;
  /** Signs cookies, and encrypts what has to be read again. */
  readonly secret: string;
  readonly trustedProxies: readonly Range[];
  /** Identity providers may have internal addresses. */
  readonly ssoPrivate: boolean;
  readonly limits: RequestLimits;
  readonly baseUrl: string;
  readonly version: string;
  readonly examples: StartOptions['examples'];
  readonly workers: StartOptions['workers'];
  readonly console: string | undefined;
  readonly verifier: string | undefined;
  readonly log: Logger;
  readonly events: EventHub;
  /** Modules that come with Custos. */
  readonly training: readonly TrainingModule[];
  /** Addresses for people that are secrets. */
  readonly links: PeopleLinks;
  readonly outbox: Outbox;
  readonly seal: Seal;
  readonly webhooks: WebhookSender;
  readonly jobs: JobRunner;
  readonly metrics: Metrics;
  readonly metricsToken: string | undefined;
  /** `closing`: no new work is begun. */
  readonly lifecycle: { closing: boolean };
}

/** What jobs work with. */
export type JobService = Omit<Service, 'jobs'>;

export interface RunningService {
  readonly service: Service;
  /** Address that it listens on. */
  readonly url: string;
  /** Link for the first administrator; undefined once there is an organisation. */
  readonly setUpUrl: string | undefined;
  /** Answers what is under way, then ends. */
  stop(): Promise<void>;
}

/** Opens everything but the door. @throws CustosError STORE_* when the database does not open */
export async function openServiceContext(options: StartOptions): Promise<Service> {
  const clock = options.clock ?? systemClock;
  const training = await loadTrainingModules(options.training);
  const storeOptions: ServiceOptions = { ...options.store, signer: options.signer, clock };
  const database = traced(await openService(storeOptions));
  const context: ServiceContext = {
    database,
    signer: options.signer,
    keyring: options.keyring,
    handovers: options.handovers,
    clock,
    specification: options.specification.specification,
    specificationDigest: options.specification.digest,
  };
  const baseUrl = options.baseUrl ?? `http://${options.host}:${options.port}`;
  const log = options.log ?? createLog({ level: 'info', readable: false });
  const seal = new Seal(options.secret);
  const metrics = new Metrics();
  const links = new PeopleLinks(options.secret);
  const parts: JobService = {
    context,
    assessor: new SystemAssessor(context),
    auth: createAuth({ database, clock, log, secret: options.secret, baseUrl }),
    secret: options.secret,
    trustedProxies: options.trustedProxies ?? [],
    ssoPrivate: options.ssoPrivate ?? false,
    limits: await openLimits(options.redisUrl),
    baseUrl,
    version: options.version,
    examples: options.examples,
    workers: options.workers,
    console: options.console,
    verifier: options.verifier,
    log,
    events: new EventHub({ database, log }),
    seal,
    webhooks: new WebhookSender({
      database,
      seal,
      log,
      allowPrivate: options.webhooksPrivate ?? false,
      attempted: (outcome) => metrics.webhookAttempted(outcome),
    }),
    training,
    links,
    outbox: new Outbox({
      context,
      links,
      seal,
      mailer: options.mail && new Mailer(options.mail),
      baseUrl,
      log,
      allowPrivate: options.webhooksPrivate ?? false,
    }),
    metrics,
    metricsToken: options.metricsToken,
    lifecycle: { closing: false },
  };
  const { backup } = options;
  const jobs = [...JOBS, ...(backup ? backupJobs(backup, database.kind) : [])];
  const service = { ...parts, jobs: new JobRunner(parts, { jobs, ...options.jobOptions }) };
  metrics.watch(service);
  return service;
}

function backupJobs(
  { dir, hours }: NonNullable<StartOptions['backup']>,
  kind: ServiceDatabase['kind'],
): Job[] {
  return [backupJob(dir, hours), ...(kind === 'pglite' ? [snapshotJob(dir, hours)] : [])];
}

/** @throws CustosError as `openServiceContext`; LISTEN when the address can't be had */
export async function startService(options: StartOptions): Promise<RunningService> {
  const service = await openServiceContext(options);
  const { database } = service.context;
  try {
    const server = await listen(createApp(service).fetch, options.host, options.port);
    if (options.jobs !== false) service.jobs.start();
    const setUpToken = await newSetUpLink(service.context);
    return {
      service,
      url: service.baseUrl,
      setUpUrl: setUpToken === undefined ? undefined : `${service.baseUrl}/set-up#${setUpToken}`,
      stop: () => stop(service, server),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Milliseconds that requests under way get. */
const GRACE = 10_000;

/** Takes nothing new, answers what is under way, ends streams and jobs, and closes the database last. */
async function stop(
  { context, events, jobs, lifecycle, log, outbox }: Service,
  server: ServerType,
): Promise<void> {
  lifecycle.closing = true;
  const answered = new Promise<void>((resolve) => server.close(() => resolve()));
  events.close();
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const late = setTimeout(() => {
    log.warn(`requests were still under way after ${GRACE / 1000} s; they are cut off`);
    if ('closeAllConnections' in server) server.closeAllConnections();
  }, GRACE);
  await Promise.all([answered, jobs.stop(), outbox.stop()]);
  clearTimeout(late);
  await context.database.close();
}

/** How long a client may take to say what it wants, in milliseconds; and how much of it may be headers, in bytes. */
const PATIENCE = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 2000,
  maxHeaderSize: 16 << 10,
};

function listen(
  fetch: Parameters<typeof serve>[0]['fetch'],
  hostname: string,
  port: number,
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname, port, serverOptions: PATIENCE }, () => resolve(server));
    server.once('error', (cause) =>
      reject(
        new CustosError(
          'LISTEN',
          `${hostname}:${port} can't be used: ${cause.message}. Set CUSTOS_PORT to another port.`,
          {
            cause,
          },
        ),
      ),
    );
  });
}
