/** `export`, `push`, `pull`, `backup`, `restore`: evidence moves as it stands; every ledger index and root stays. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CustosError, systemClock } from '@custos/core';
import { requireDirectory } from '@custos/engine';
import { copyEntries, openStore } from '@custos/store';
import { loadPublicKeys } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emitStream, say } from '../output.ts';
import { namesServer, withServer } from '../server-access.ts';
import { type PushFlags, pushLedger, sayPushed } from '../server-push.ts';
import {
  keyDir,
  openWorkspace,
  requireLedger,
  STORE_KINDS,
  type StoreKind,
  serviceStore,
  type Workspace,
} from '../workspace.ts';
import { oneOf } from './assess.ts';

export function addTransfer(program: Command, environment: Environment): void {
  program
    .command('export [dir]')
    .description('write the whole ledger as JSON Lines, to be verified offline')
    .option('--out <file>', 'default: standard output')
    .option('--store <kind>', STORE_KINDS.join(', '), oneOf(STORE_KINDS), 'files')
    .action(async (dir: string | undefined, flags: { out?: string; store: StoreKind }) => {
      requireLedger(dir ?? '.', flags.store);
      await withStore(dir ?? '.', flags.store, environment, async ({ store }) => {
        await emitStream(store.export(loadPublicKeys(keyDir(environment))), flags.out);
      });
    });
  withServer(
    program
      .command('push [dir]')
      .description(
        'move evidence from .custos/ to a running service (--server), or to the service store (CUSTOS_DATABASE_URL, else embedded)',
      ),
  )
    .option('--system <id>', 'the system there; default the one of custos.yaml')
    .option('--all', 'send again what was sent before')
    .action(async (dir: string | undefined, flags: PushFlags) => {
      requireLedger(dir ?? '.', 'files');
      if (namesServer(flags, environment)) return toServer(dir ?? '.', flags, environment);
      await merge(dir ?? '.', 'files', serviceStore(environment), environment);
    });
  program
    .command('pull [dir]')
    .description('move evidence from the service store to .custos/')
    .action(async (dir: string | undefined) =>
      merge(dir ?? '.', serviceStore(environment), 'files', environment),
    );
  program
    .command('backup <folder>')
    .description('mirror everything in the service store into a folder, in the files form')
    .option('--store <kind>', STORE_KINDS.join(', '), oneOf(STORE_KINDS))
    .action(async (folder: string, flags: { store?: StoreKind }) =>
      mirror(flags.store ?? serviceStore(environment), folder, 'backup', environment),
    );
  program
    .command('restore <folder>')
    .description('mirror a backup into an empty store, embedded or PostgreSQL')
    .option('--store <kind>', STORE_KINDS.join(', '), oneOf(STORE_KINDS))
    .action(async (folder: string, flags: { store?: StoreKind }) =>
      mirror(flags.store ?? serviceStore(environment), folder, 'restore', environment),
    );
}

/** @returns when all is sent; what the service refused is told, and ends with 1 */
async function toServer(dir: string, flags: PushFlags, environment: Environment): Promise<void> {
  await requireDirectory(resolve(dir));
  await withStore(dir, 'files', environment, async ({ store }) => {
    const report = await pushLedger(store, dir, flags, environment);
    sayPushed(report, `${report.system} at ${report.server}`);
  });
}

/** Observations that the target lacks are recorded at its end, with an act that holds the source's signed checkpoint. */
async function merge(dir: string, from: StoreKind, to: StoreKind, environment: Environment): Promise<void> {
  await requireDirectory(resolve(dir));
  await withStore(dir, from, environment, (source) =>
    withStore(dir, to, environment, async (target) => {
      const { copied, existing } = await copyEntries(source.store, target.store, {
        mode: 'merge',
        actor: environment.user,
      });
      say(`${copied} observations recorded in the ${to} store; ${existing} were there already.`);
    }),
  );
}

/** Every index, leaf and root is kept. */
async function mirror(
  kind: StoreKind,
  folder: string,
  direction: 'backup' | 'restore',
  environment: Environment,
): Promise<void> {
  if (direction === 'restore' && !existsSync(join(folder, 'checkpoint')))
    throw new CustosError(
      'INPUT_PATH',
      `${folder} is no backup: there is no checkpoint in it. Give the folder that \`custos backup\` wrote.`,
    );
  await withStore('.', kind, environment, async ({ store, signer }) => {
    const files = await openStore({
      kind: 'files',
      dir: folder,
      signer,
      clock: systemClock,
      organisation: store.organisation,
      origin: store.origin,
    });
    try {
      const { copied, existing } = await (direction === 'backup'
        ? copyEntries(store, files)
        : copyEntries(files, store));
      const { size, root } = await (direction === 'backup' ? files : store).ledger.checkpoint();
      say(
        `${direction === 'backup' ? 'Backed up' : 'Restored'} ${copied} entries (${existing} were there); the ledger has ${size}, root ${root ?? 'none'}.`,
      );
    } finally {
      await files.close();
    }
  });
}

async function withStore(
  dir: string,
  kind: StoreKind,
  environment: Environment,
  work: (workspace: Workspace) => Promise<void>,
): Promise<void> {
  const workspace = await openWorkspace(dir, kind, environment);
  try {
    await work(workspace);
  } finally {
    await workspace.close();
  }
}
