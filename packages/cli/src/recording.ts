/** Recording from the command line: who may speak, about which version of the system, and the ledger's answer. */
import { resolve } from 'node:path';
import { type Actor, CustosError, type Role, type Statement } from '@custos/core';
import {
  loadEvidence,
  newestScan,
  openObservation,
  readDeclaration,
  readProducers,
  requireDirectory,
} from '@custos/engine';
import { loadSigner, signStatement } from '@custos/trust';
import type { Environment } from './environment.ts';
import { emit, say } from './output.ts';
import { openWorkspace, type StoreKind, type Workspace } from './workspace.ts';

/** Nobody speaks in a role that custos.yaml does not give them. */
export async function requireRole(dir: string, actor: Actor): Promise<void> {
  await requireDirectory(resolve(dir));
  const declared = await readDeclaration(resolve(dir));
  const holders: Partial<Record<Role, string[]>> = declared?.system.roles ?? {};
  if (holders[actor.role]?.includes(actor.id)) return;
  throw new CustosError(
    'ROLE',
    `${actor.id} is not named as ${actor.role} in custos.yaml (roles.${actor.role}). Add them there, or let somebody speak who is.`,
  );
}

export async function withWorkspace<T>(
  flags: { dir: string; store: StoreKind },
  environment: Environment,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const workspace = await openWorkspace(flags.dir, flags.store, environment);
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}

/** The system at the fingerprint that was scanned last. */
export async function selfSubject(workspace: Workspace, dir: string): Promise<Statement['subject']> {
  const { evidence } = await loadEvidence(workspace.store, workspace.keyring);
  const newest = newestScan(evidence);
  if (!newest)
    throw new CustosError(
      'NO_SCAN',
      `Nothing was scanned yet. Run \`custos assess ${dir}\` first, or name the subject in the file.`,
    );
  return newest.subject;
}

/**
 * Signs with the local key and, where one is given, with the producer's own before it; says on standard output what was recorded.
 * @param producerKey file of the private key of the tool that the statements name
 * @throws CustosError PRODUCER_KEY when a tool that has a key is named without its signature, or the key is another's
 */
export async function recordAll(
  workspace: Workspace,
  statements: readonly Statement[],
  producerKey?: string,
): Promise<void> {
  await sayRecorded(await record(workspace, statements, producerKey));
}

/** What the ledger answered, on standard output. */
export async function sayRecorded(recorded: Awaited<ReturnType<typeof record>>): Promise<void> {
  for (const entry of recorded)
    await emit(`${entry.index} ${entry.id ?? ''}${entry.existing ? ' (already recorded)' : ''}\n`, undefined);
  say(`Recorded ${recorded.filter((entry) => !entry.existing).length} of ${recorded.length}.`);
}

/** As `recordAll`, without a word. */
export async function record(workspace: Workspace, statements: readonly Statement[], producerKey?: string) {
  const { store, signer, keyring } = workspace;
  const register = await readProducers(store);
  const producer = producerKey === undefined ? undefined : loadSigner(producerKey, 'producer');
  const entries = await Promise.all(
    statements.map(async (statement) => {
      const envelope = await (producer
        ? signStatement(statement, producer, signer)
        : signStatement(statement, signer));
      const { id, authenticity } = openObservation(envelope, keyring, register, Number.POSITIVE_INFINITY);
      if (!authenticity.verified) throw refusal(authenticity.why);
      const { name } = statement.predicate.producer;
      if (producer && authenticity.producer === undefined) throw refusal(`${name} has no registered key`);
      return { kind: 'observation' as const, id, envelope };
    }),
  );
  return store.record(entries);
}

function refusal(why: string): CustosError {
  return new CustosError(
    'PRODUCER_KEY',
    `${why}. Nothing was recorded. Give the key of that tool with --producer-key; \`custos keys producers\` lists who has one.`,
  );
}
