/** `custos up`: the service with its console, on the embedded store or PostgreSQL. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustosError } from '@custos/core';
import { loadKeyring, loadOrCreateSigner, loadPublicKeys } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit } from '../output.ts';
import { openSpecification, resource } from '../resources.ts';
import { inspectRuntime, scanRuntime } from '../scan-runtime.ts';
import { VERSION } from '../version.ts';
import { keyDir } from '../workspace.ts';

const EXAMPLES = ['support-chatbot', 'fraud-detection', 'open-weights-release'];

export function addUp(program: Command, environment: Environment): void {
  program
    .command('up')
    .description('run the service and its console (address: CUSTOS_HOST, CUSTOS_PORT, CUSTOS_BASE_URL)')
    .action(async () => {
      const { createLog, parseProxies, startService } = await import('@custos/server');
      const terminal = process.stdout.isTTY === true;
      const signer = await loadOrCreateSigner(keyDir(environment), { name: 'custos.local' });
      const { workerUrl: scan } = scanRuntime();
      const { workerUrl: inspect } = inspectRuntime();
      const running = await startService({
        store: environment.databaseUrl
          ? { kind: 'postgres', url: environment.databaseUrl }
          : { kind: 'pglite', dir: join(environment.dataDir, 'embedded') },
        signer,
        keyring: loadKeyring(keyDir(environment)),
        handovers: loadPublicKeys(keyDir(environment)).handovers,
        specification: await openSpecification(),
        secret: environment.secret ?? ownSecret(environment),
        host: environment.host,
        port: environment.port,
        baseUrl: environment.baseUrl,
        trustedProxies: parseProxies(environment.trustedProxy ?? ''),
        redisUrl: environment.redisUrl,
        version: VERSION,
        examples: { dir: resource('examples'), names: EXAMPLES },
        training: resource('content/training'),
        mail: environment.mail,
        console: resource('console'),
        verifier: resource('custos-verify.mjs'),
        log: createLog({
          level: environment.logLevel ?? (terminal ? 'warn' : 'info'),
          readable: terminal,
        }),
        jobs: environment.jobs,
        backup: environment.backup,
        webhooksPrivate: environment.webhookAllowPrivate,
        ssoPrivate: environment.ssoAllowPrivate,
        metricsToken: environment.metricsToken,
        workers: { ...(scan ? { scan } : {}), ...(inspect ? { inspect } : {}) },
      });
      await emit(`Custos runs at ${running.url}\n`, undefined);
      if (running.setUpUrl) await emit(`First administrator, once: ${running.setUpUrl}\n`, undefined);
      await new Promise<void>((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      // Who asks twice does not want to wait.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
      await running.stop();
    });
}

/** Signs cookies; made once and kept beside the signing key. Instances that share a database share CUSTOS_SECRET instead. */
function ownSecret(environment: Environment): string {
  const path = join(keyDir(environment), 'session-secret');
  if (!existsSync(path))
    writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length >= 32) return secret;
  throw new CustosError(
    'KEY_INVALID',
    `${path} is too short to sign sessions; remove it, and a new one is made.`,
  );
}
