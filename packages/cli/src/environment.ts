/** Configuration from the environment, parsed once; nothing else in Custos reads `process.env`. */
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { CustosError } from '@custos/core';
import { z } from 'zod';

const Schema = z.object({
  CUSTOS_DATA_DIR: z.string().min(1).optional(),
  CUSTOS_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  CUSTOS_ORGANISATION: z
    .string()
    // A ledger of the service, too: an organisation, or one of its systems.
    .regex(/^[a-z0-9][a-z0-9-]{0,62}(\/[a-z0-9][a-z0-9-]{0,62})?$/)
    .default('default'),
  CUSTOS_HOST: z.string().min(1).default('127.0.0.1'),
  CUSTOS_PORT: z.coerce.number().int().min(1).max(65_535).default(7223),
  CUSTOS_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  CUSTOS_SERVER: z.url({ protocol: /^https?$/ }).optional(),
  CUSTOS_API_KEY: z.string().min(20).optional(),
  CUSTOS_REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  CUSTOS_SECRET: z.string().min(32).optional(),
  CUSTOS_TRUSTED_PROXY: z.string().max(2000).optional(),
  CUSTOS_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  CUSTOS_MAIL_FROM: z.string().min(3).max(320).optional(),
  CUSTOS_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).optional(),
  CUSTOS_METRICS_TOKEN: z.string().min(16).optional(),
  CUSTOS_JOBS: z.enum(['on', 'off']).default('on'),
  CUSTOS_WEBHOOK_ALLOW_PRIVATE: z.enum(['0', '1']).default('0'),
  CUSTOS_SSO_ALLOW_PRIVATE: z.enum(['0', '1']).default('0'),
  CUSTOS_BACKUP_DIR: z.string().min(1).optional(),
  CUSTOS_BACKUP_HOURS: z.coerce.number().int().min(1).max(720).default(24),
  XDG_DATA_HOME: z.string().min(1).optional(),
  NO_COLOR: z.string().optional(),
  FORCE_COLOR: z.string().optional(),
});

/** True when unexpected errors should show where they came from; readable even when the rest is unusable. */
export function debugging(variables: NodeJS.ProcessEnv = process.env): boolean {
  return (variables.CUSTOS_DEBUG ?? '') !== '';
}

export interface Environment {
  /** Keys, caches and the embedded store. */
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly organisation: string;
  /** Address on which the service listens. */
  readonly host: string;
  readonly port: number;
  /** Where people reach the service, when it is another address. */
  readonly baseUrl: string | undefined;
  /** The service that verbs speak to, and the key for it where no login keeps one. */
  readonly server: string | undefined;
  readonly apiKey: string | undefined;
  /** Where instances of the service count requests together. */
  readonly redisUrl: string | undefined;
  /** Signs sessions; the same on all instances that share a database. */
  readonly secret: string | undefined;
  /** Addresses and ranges of proxies in front of the service, with commas between. */
  readonly trustedProxy: string | undefined;
  /** By which the service sends e-mail, and in whose name; undefined: it sends none. */
  readonly mail: { readonly url: string; readonly from: string } | undefined;
  /** How much the service says; undefined: `info`, and on a terminal `warn`. */
  readonly logLevel: z.infer<typeof Schema>['CUSTOS_LOG_LEVEL'];
  /** Bearer token of /metrics; undefined: for calls from this machine only. */
  readonly metricsToken: string | undefined;
  /** False: this instance runs no jobs. */
  readonly jobs: boolean;
  /** Webhooks may go to internal addresses and by http. */
  readonly webhookAllowPrivate: boolean;
  /** Identity providers may have internal addresses. */
  readonly ssoAllowPrivate: boolean;
  /** Where ledgers are mirrored to, and every how many hours. */
  readonly backup: { readonly dir: string; readonly hours: number } | undefined;
  readonly user: string;
  /** True, false, or undefined to decide by the terminal (no-color.org). */
  readonly colour: boolean | undefined;
}

/** @throws CustosError ENVIRONMENT naming the variable */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = Schema.safeParse(variables);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new CustosError(
      'ENVIRONMENT',
      `${String(issue?.path[0])} is set to something unusable: ${issue?.message}.`,
    );
  }
  const env = parsed.data;
  return Object.freeze({
    dataDir: env.CUSTOS_DATA_DIR ?? join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'custos'),
    databaseUrl: env.CUSTOS_DATABASE_URL,
    organisation: env.CUSTOS_ORGANISATION,
    host: env.CUSTOS_HOST,
    port: env.CUSTOS_PORT,
    baseUrl: env.CUSTOS_BASE_URL,
    server: env.CUSTOS_SERVER,
    apiKey: env.CUSTOS_API_KEY,
    redisUrl: env.CUSTOS_REDIS_URL,
    secret: env.CUSTOS_SECRET,
    trustedProxy: env.CUSTOS_TRUSTED_PROXY,
    mail: mailOf(env),
    logLevel: env.CUSTOS_LOG_LEVEL,
    metricsToken: env.CUSTOS_METRICS_TOKEN,
    jobs: env.CUSTOS_JOBS === 'on',
    webhookAllowPrivate: env.CUSTOS_WEBHOOK_ALLOW_PRIVATE === '1',
    ssoAllowPrivate: env.CUSTOS_SSO_ALLOW_PRIVATE === '1',
    backup: env.CUSTOS_BACKUP_DIR
      ? { dir: env.CUSTOS_BACKUP_DIR, hours: env.CUSTOS_BACKUP_HOURS }
      : undefined,
    user: userInfo().username,
    colour: env.NO_COLOR ? false : env.FORCE_COLOR && env.FORCE_COLOR !== '0' ? true : undefined,
  });
}

/** @throws CustosError ENVIRONMENT when one of the two is missing */
function mailOf({
  CUSTOS_SMTP_URL: url,
  CUSTOS_MAIL_FROM: from,
}: z.infer<typeof Schema>): Environment['mail'] {
  if (url === undefined && from === undefined) return undefined;
  if (url !== undefined && from !== undefined) return { url, from };
  throw new CustosError(
    'ENVIRONMENT',
    `${url === undefined ? 'CUSTOS_SMTP_URL' : 'CUSTOS_MAIL_FROM'} is missing; e-mail needs both CUSTOS_SMTP_URL and CUSTOS_MAIL_FROM.`,
  );
}
