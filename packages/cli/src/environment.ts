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
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .default('default'),
  CUSTOS_HOST: z.string().min(1).default('127.0.0.1'),
  CUSTOS_PORT: z.coerce.number().int().min(1).max(65_535).default(7223),
  CUSTOS_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  CUSTOS_REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  CUSTOS_SECRET: z.string().min(32).optional(),
  CUSTOS_TRUSTED_PROXY: z.string().max(2000).optional(),
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
  /** Where instances of the service count requests together. */
  readonly redisUrl: string | undefined;
  /** Signs sessions; the same on all instances that share a database. */
  readonly secret: string | undefined;
  /** Addresses and ranges of proxies in front of the service, with commas between. */
  readonly trustedProxy: string | undefined;
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
    redisUrl: env.CUSTOS_REDIS_URL,
    secret: env.CUSTOS_SECRET,
    trustedProxy: env.CUSTOS_TRUSTED_PROXY,
    user: userInfo().username,
    colour: env.NO_COLOR ? false : env.FORCE_COLOR && env.FORCE_COLOR !== '0' ? true : undefined,
  });
}
