/** The running service: database, identities, assessments and the API over them, from one configuration. */
import { randomBytes } from 'node:crypto';
import { type Clock, CustosError, systemClock } from '@custos/core';
import { type LoadedSpecification, type ServiceContext, SystemAssessor } from '@custos/engine';
import { openService, type ServiceOptions } from '@custos/store';
import type { Keyring, Signer } from '@custos/trust';
import { type ServerType, serve } from '@hono/node-server';
import { type Logger, pino } from 'pino';
import { createApp } from './http/app.ts';
import { openLimits, type RequestLimits } from './http/rate-limit.ts';
import { type Auth, createAuth } from './identity/auth.ts';
import { SetUpLink } from './identity/set-up.ts';

export interface StartOptions {
  readonly store: { kind: 'pglite'; dir: string } | { kind: 'postgres'; url: string; schema?: string };
  readonly signer: Signer;
  readonly keyring: Keyring;
  readonly specification: LoadedSpecification;
  /** Signs cookies. */
  readonly secret: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where people reach the service; default `http://<host>:<port>`. */
  readonly baseUrl?: string | undefined;
  /** Where instances count requests together; absent: each counts for itself. */
  readonly redisUrl?: string | undefined;
  readonly version: string;
  readonly examples: { readonly dir: string; readonly names: readonly string[] };
  readonly workers?: { readonly scan?: URL; readonly inspect?: URL };
  /** Folder of the built console. */
  readonly console?: string;
  readonly clock?: Clock;
  readonly log?: Logger;
}

export interface Service {
  readonly context: ServiceContext;
  readonly assessor: SystemAssessor;
  readonly auth: Auth;
  readonly setUp: SetUpLink;
  readonly limits: RequestLimits;
  readonly baseUrl: string;
  readonly version: string;
  readonly examples: StartOptions['examples'];
  readonly workers: StartOptions['workers'];
  readonly console: string | undefined;
  readonly log: Logger;
}

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
  const storeOptions: ServiceOptions = { ...options.store, signer: options.signer, clock };
  const database = await openService(storeOptions);
  const context: ServiceContext = {
    database,
    signer: options.signer,
    keyring: options.keyring,
    clock,
    specification: options.specification.specification,
    specificationDigest: options.specification.digest,
  };
  const baseUrl = options.baseUrl ?? `http://${options.host}:${options.port}`;
  return {
    context,
    assessor: new SystemAssessor(context),
    auth: createAuth({ database, secret: options.secret, baseUrl }),
    setUp: new SetUpLink(randomBytes(24).toString('base64url')),
    limits: await openLimits(options.redisUrl),
    baseUrl,
    version: options.version,
    examples: options.examples,
    workers: options.workers,
    console: options.console,
    log: options.log ?? pino({ level: 'info' }),
  };
}

/** @throws CustosError as `openServiceContext`; LISTEN when the address can't be had */
export async function startService(options: StartOptions): Promise<RunningService> {
  const service = await openServiceContext(options);
  const { database } = service.context;
  try {
    const server = await listen(createApp(service).fetch, options.host, options.port);
    const fresh = (await database.organisations()).length === 0;
    return {
      service,
      url: service.baseUrl,
      setUpUrl: fresh ? `${service.baseUrl}/set-up#${service.setUp.token}` : undefined,
      stop: async () => {
        await new Promise<void>((resolve) => server.close(() => resolve()));
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function listen(
  fetch: Parameters<typeof serve>[0]['fetch'],
  hostname: string,
  port: number,
): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname, port }, () => resolve(server));
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
