/** `custos ledger`: show, prove and verify. Verification needs an export and a public key, no store and no network. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { CustosError, EXIT } from '@custos/core';
import { Keyring, verifyExport } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit, say } from '../output.ts';
import { openWorkspace, requireLedger, type StoreKind, type Workspace } from '../workspace.ts';
import { oneOf } from './assess.ts';

interface StoreFlags {
  store: StoreKind;
}

/** What opening or reading a store throws when the ledger is not as it was signed: a finding, not a failure of the command. */
const NOT_AS_SIGNED: ReadonlySet<string> = new Set(['STORE_TAMPERED', 'STORE_DAMAGED']);

const KINDS: readonly StoreKind[] = ['files', 'embedded', 'postgres'];

export function addLedger(program: Command, environment: Environment): void {
  const ledger = program.command('ledger').description('checkpoints, proofs and verification');
  const withStore = (command: Command) =>
    command.option('--store <kind>', KINDS.join(', '), oneOf(KINDS), 'files');
  withStore(ledger.command('show [dir]').description('the signed checkpoint')).action(
    async (dir: string | undefined, flags: StoreFlags) => {
      await using(dir, flags, environment, async ({ store }) =>
        emit((await store.ledger.checkpoint()).note, undefined),
      );
    },
  );
  withStore(ledger.command('proof <index> [dir]').description('proof that an entry is in the ledger')).action(
    async (index: string, dir: string | undefined, flags: StoreFlags) => {
      const number = Number(index);
      if (!Number.isSafeInteger(number) || number < 0)
        throw new CustosError(
          'USAGE',
          `"${index}" is no ledger index; indexes are whole numbers from 0. \`custos ledger show\` says how many there are.`,
        );
      await using(dir, flags, environment, async ({ store }) => {
        const { size, root, leafHash, proof } = await store.ledger.inclusion(number);
        const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
        await emit(
          `${JSON.stringify({ index: number, size, root, leafHash: hex(leafHash), proof: proof.map(hex) }, undefined, 2)}\n`,
          undefined,
        );
      });
    },
  );
  withStore(
    ledger
      .command('verify [target]')
      .description('verify an export file offline, or the ledger of a directory')
      .option('--key <verifier-key...>', 'public key that must have signed; a key or a file with keys')
      .option('--no-signatures', 'check the ledger but not the signature of every observation')
      .addHelpText(
        'after',
        '\nExit codes: 0 verifies; 1 does not; 2 wrong usage, or there is nothing that can be read.',
      ),
  ).action(
    async (target: string | undefined, flags: StoreFlags & { key?: string[]; signatures: boolean }) => {
      process.exitCode = await verify(target ?? '.', flags, environment);
    },
  );
}

async function verify(
  target: string,
  flags: StoreFlags & { key?: string[]; signatures: boolean },
  environment: Environment,
): Promise<number> {
  const found = await stat(target).catch(() => undefined);
  if (!found)
    throw new CustosError('INPUT_PATH', `${target} does not exist. Give an export file or a directory.`);
  const keys = await readKeys(flags.key);
  if (found.isFile()) {
    if (!keys)
      throw new CustosError(
        'USAGE',
        'Give the public key that you trust with --key; a key taken from the export itself proves nothing.',
      );
    return report(await verifyExport(target, keys, { signatures: flags.signatures }), 'line');
  }
  let result = 0;
  try {
    await using(target, flags, environment, async ({ store, keyring }) => {
      const trusted = keys ? new Keyring(keys) : keyring;
      result = report(await verifyExport(store.export(), trusted, { signatures: flags.signatures }), 'entry');
    });
  } catch (error) {
    if (!(error instanceof CustosError && NOT_AS_SIGNED.has(error.code))) throw error;
    say(error.message);
    say(`The ledger of ${target} does NOT verify. What comes after this place was not looked at.`);
    return EXIT.fails;
  }
  return result;
}

/** @param places lines of a file, or entries of a store, which has no such lines */
function report(outcome: Awaited<ReturnType<typeof verifyExport>>, places: 'line' | 'entry'): number {
  for (const { line, from, code, message } of outcome.problems) {
    const where = [
      ...(places === 'line' ? [`line ${line}`] : []),
      ...(from === undefined ? [] : [`entry ${from}`]),
    ];
    say([where.join(', '), code, message].filter((part) => part !== '').join(': '));
  }
  say(
    outcome.ok
      ? `The ledger verifies: ${outcome.size} entries${outcome.root ? `, root ${outcome.root}` : ''}.`
      : `The ledger does NOT verify: ${outcome.problemCount} problem(s).`,
  );
  const { signatures } = outcome;
  say(
    signatures.checked
      ? `Signatures of observations: ${signatures.verified} verified, ${signatures.failed} failed.`
      : 'The signatures of observations were not checked.',
  );
  return outcome.ok ? EXIT.conforms : EXIT.fails;
}

async function readKeys(given: string[] | undefined): Promise<string[] | undefined> {
  if (!given) return undefined;
  const keys: string[] = [];
  for (const item of given) {
    const text = existsSync(item) ? await keyFile(item) : item;
    for (const line of text.split('\n').map((part) => part.trim()))
      if (line !== '' && !line.startsWith('#')) keys.push(line);
  }
  return new Keyring(keys).keys().map((key) => key.publicKey);
}

async function keyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CustosError(
      'KEY_INVALID',
      `--key ${path} can't be read. Give a file of public keys, one a line, or the key itself.`,
      { cause },
    );
  }
}

async function using(
  dir: string | undefined,
  flags: StoreFlags,
  environment: Environment,
  work: (workspace: Workspace) => Promise<void>,
): Promise<void> {
  requireLedger(dir ?? '.', flags.store);
  const workspace = await openWorkspace(dir ?? '.', flags.store, environment);
  try {
    await work(workspace);
  } finally {
    await workspace.close();
  }
}
