/** `custos keys add-producer`, `remove-producer` and `producers`: keys with which tools sign what they measured. */
import { rmSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { CustosError } from '@custos/core';
import { checkProducerName, PRODUCER_ADDED, PRODUCER_REMOVED, readProducers } from '@custos/engine';
import { createKey, writePrivateKey } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit, say } from '../output.ts';
import { withWorkspace } from '../recording.ts';
import { requireLedger, type StoreKind, type Workspace } from '../workspace.ts';
import { oneOf } from './assess.ts';

interface Flags {
  store: StoreKind;
}

export function addProducerKeys(keys: Command, environment: Environment): void {
  const command = (name: string, description: string) =>
    keys
      .command(`${name} [dir]`)
      .description(description)
      .option(
        '--store <kind>',
        'files, embedded or postgres',
        oneOf(['files', 'embedded', 'postgres']),
        'files',
      );
  const open = async (
    dir: string | undefined,
    { store }: Flags,
    work: (workspace: Workspace, root: string) => Promise<void>,
  ) => {
    const root = resolve(dir ?? '.');
    requireLedger(root, store);
    await withWorkspace({ dir: root, store }, environment, (workspace) => work(workspace, root));
  };
  command('add-producer <name>', 'give a tool a key; from then on its name counts only with its signature')
    .requiredOption('--out <file>', 'where to write the private key (mode 0600); it is kept nowhere else')
    .action((name: string, dir: string | undefined, flags: Flags & { out: string }) =>
      open(dir, flags, (workspace, root) =>
        addProducer(workspace, { name, out: flags.out, root, user: environment.user }),
      ),
    );
  command('remove-producer <name>', "end a tool's key; what it signed before stays valid").action(
    (name: string, dir: string | undefined, flags: Flags) =>
      open(dir, flags, (workspace) => removeProducer(workspace, name, environment.user)),
  );
  command('producers', 'the tools that have a key').action((dir: string | undefined, flags: Flags) =>
    open(dir, flags, listProducers),
  );
}

async function addProducer(
  { store }: Workspace,
  { name, out, root, user }: { name: string; out: string; root: string; user: string },
): Promise<void> {
  checkProducerName(name);
  const way = relative(root, resolve(out));
  if (!way.startsWith('..') && !isAbsolute(way))
    throw new CustosError(
      'KEY_PLACE',
      `${out} lies inside ${root}: whoever has the code would have the key. Give a file elsewhere, and move the key to the secret store of the pipeline.`,
    );
  const { signer, privateKeyPem } = createKey(name);
  writePrivateKey(out, privateKeyPem);
  try {
    const detail = { name, publicKey: signer.publicKey };
    await store.record([{ kind: 'act', act: { type: PRODUCER_ADDED, actor: user, detail } }]);
  } catch (error) {
    rmSync(out);
    throw error;
  }
  await emit(`${signer.publicKey}\n`, undefined);
  say(
    `${name} signs with the key in ${out}: \`custos observe FILE --producer-key ${out}\`. What names ${name} without its signature no longer counts.`,
  );
}

async function removeProducer({ store }: Workspace, name: string, user: string): Promise<void> {
  const known = (await readProducers(store)).current().find((change) => change.name === name);
  if (known?.publicKey === undefined)
    throw new CustosError(
      'PRODUCER_NAME',
      `${name} has no key here; \`custos keys producers\` lists who has one.`,
    );
  await store.record([{ kind: 'act', act: { type: PRODUCER_REMOVED, actor: user, detail: { name } } }]);
  say(
    `The key of ${name} ended. What it signed before stays valid; in its name nothing new counts until it has a key again.`,
  );
}

async function listProducers({ store }: Workspace): Promise<void> {
  const changes = (await readProducers(store)).current();
  for (const { name, publicKey, at, by } of changes)
    await emit(`${name}\t${publicKey ?? 'removed'}\t${at}\t${by}\n`, undefined);
  if (changes.length === 0)
    say('No tool has a key here; `custos keys add-producer NAME --out FILE` gives one.');
}
