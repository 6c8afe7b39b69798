/** `custos doctor`: what of this installation works, by trying it. */
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT } from '@custos/core';
import { loadOrCreateSigner } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit } from '../output.ts';
import { openSpecification } from '../resources.ts';
import { keyDir, openWorkspace } from '../workspace.ts';

type Probe = () => Promise<string>;

export function addDoctor(program: Command, environment: Environment): void {
  program
    .command('doctor')
    .description('check this installation by using it')
    .action(async () => {
      const probes: [string, Probe][] = [
        ['Node.js', async () => nodeVersion()],
        [
          'catalogue',
          async () => `${(await openSpecification()).specification.provisions.length} provisions`,
        ],
        ['data folder', () => dataFolder(environment)],
        ['signing key', async () => (await loadOrCreateSigner(keyDir(environment))).keyId],
        ['embedded store', () => openAndClose('embedded', environment)],
        ...(environment.databaseUrl
          ? ([['PostgreSQL', () => openAndClose('postgres', environment)]] as [string, Probe][])
          : []),
        ...(await serviceProbes(environment)),
      ];
      let broken = 0;
      for (const [name, probe] of probes) {
        try {
          await emit(`ok    ${name.padEnd(16)} ${await probe()}\n`, undefined);
        } catch (error) {
          broken += 1;
          await emit(
            `FAIL  ${name.padEnd(16)} ${error instanceof Error ? error.message : 'unknown reason'}\n`,
            undefined,
          );
        }
      }
      if (!environment.databaseUrl)
        await emit('–     PostgreSQL       not checked: CUSTOS_DATABASE_URL is not set\n', undefined);
      if (!environment.mail)
        await emit(
          '–     mail             not checked: CUSTOS_SMTP_URL is not set; nothing is mailed\n',
          undefined,
        );
      if (!environment.redisUrl)
        await emit('–     Redis            not checked: CUSTOS_REDIS_URL is not set\n', undefined);
      process.exitCode = broken === 0 ? EXIT.conforms : EXIT.fails;
    });
}

/** What `custos up` needs besides. */
async function serviceProbes(environment: Environment): Promise<[string, Probe][]> {
  const { probeMail, probePort, probeRedis } = await import('@custos/server');
  const { mail, redisUrl, host, port, backup } = environment;
  return [
    ['port', () => probePort(host, port)],
    ['session secret', async () => secretState(environment)],
    ...(mail ? ([['mail', () => probeMail(mail.url)]] as [string, Probe][]) : []),
    ...(redisUrl ? ([['Redis', () => probeRedis(redisUrl)]] as [string, Probe][]) : []),
    ...(backup ? ([['backup folder', () => writable(backup.dir)]] as [string, Probe][]) : []),
  ];
}

/** Instances that share a database have to share the secret, or nobody stays signed in. */
function secretState({ secret, databaseUrl }: Environment): string {
  if (secret !== undefined) return 'from CUSTOS_SECRET';
  return databaseUrl === undefined
    ? 'of its own, beside the signing key'
    : 'of its own, beside the signing key; set CUSTOS_SECRET when several instances share the database';
}

async function writable(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const probe = join(dir, `.probe-${process.pid}`);
  await writeFile(probe, 'x', { flush: true });
  await rm(probe);
  return `${dir} can be written`;
}

function nodeVersion(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new Error(`${process.version} is too old; 20.19 or newer is needed`);
  return process.version;
}

async function dataFolder(environment: Environment): Promise<string> {
  await writable(environment.dataDir);
  const { bavail, bsize } = await statfs(environment.dataDir);
  return `${environment.dataDir}, ${Math.floor((bavail * bsize) / 2 ** 30)} GiB free`;
}

async function openAndClose(kind: 'embedded' | 'postgres', environment: Environment): Promise<string> {
  const workspace = await openWorkspace('.', kind, environment);
  try {
    return `${(await workspace.store.ledger.checkpoint()).size} entries`;
  } finally {
    await workspace.close();
  }
}
