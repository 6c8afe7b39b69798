/** Opening what a verb works on: keys, keyring and the evidence store. */

import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CustosError, systemClock } from '@custos/core';
import { requireDirectory } from '@custos/engine';
import { type EvidenceStore, openStore, type Recovery } from '@custos/store';
import { type Keyring, loadKeyring, loadOrCreateSigner, type Signer } from '@custos/trust';
import type { Environment } from './environment.ts';
import { say, unwritable } from './output.ts';

export const STORE_KINDS = ['files', 'embedded', 'postgres'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

export interface Workspace {
  readonly store: EvidenceStore;
  readonly signer: Signer;
  readonly keyring: Keyring;
  close(): Promise<void>;
}

const TRUSTED = 'trusted-keys.txt';

export function filesDir(dir: string): string {
  return join(resolve(dir), '.custos');
}

export function keyDir(environment: Environment): string {
  return join(environment.dataDir, 'keys');
}

/** True when the directory keeps evidence beside its code. */
export function hasFiles(dir: string): boolean {
  return existsSync(filesDir(dir));
}

/** Reading verbs create nothing. @throws CustosError NO_LEDGER where a directory keeps no evidence */
export function requireLedger(dir: string, kind: StoreKind): void {
  if (kind !== 'files' || keepsEvidence(filesDir(dir))) return;
  throw new CustosError(
    'NO_LEDGER',
    `${dir} keeps no evidence (there is no ledger in ${join(dir, '.custos')}). Run \`custos assess\` with a custos.yaml first, or name another --store.`,
  );
}

/** `.custos/` alone is no ledger: `keys trust` makes it, too. True where it can't be looked into; opening then says why. */
function keepsEvidence(files: string): boolean {
  try {
    return (
      statSync(join(files, 'checkpoint'), { throwIfNoEntry: false }) !== undefined ||
      readdirSync(join(files, 'entries')).length > 0
    );
  } catch (error) {
    return !(error instanceof Error && 'code' in error && /^(ENOENT|ENOTDIR)$/.test(String(error.code)));
  }
}

/**
 * Keys whose signatures count: one's own, and those in `.custos/trusted-keys.txt`, which is reviewed like code.
 * One verifier key a line; `#` begins a comment.
 */
async function openKeyring(dir: string, environment: Environment): Promise<Keyring> {
  const own = loadKeyring(keyDir(environment));
  let text = '';
  try {
    text = await readFile(join(filesDir(dir), TRUSTED), 'utf8');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'))
      throw new CustosError(
        'KEY_INVALID',
        `${join(filesDir(dir), TRUSTED)} can't be read; check its permissions.`,
        { cause },
      );
  }
  const known = new Set(own.keys().map((key) => key.publicKey));
  const lines = text.split('\n').map((line) => line.trim());
  return own.with(lines.filter((line) => line !== '' && !line.startsWith('#') && !known.has(line)));
}

/** Trusts a public key in a repository. @throws CustosError INPUT_PATH where there is no such directory */
export async function trustKey(dir: string, publicKey: string, comment: string): Promise<void> {
  await requireDirectory(dir);
  const path = join(filesDir(dir), TRUSTED);
  try {
    await mkdir(filesDir(dir), { recursive: true });
    const before = existsSync(path) ? await readFile(path, 'utf8') : '';
    if (before.split('\n').includes(publicKey)) return;
    await appendFile(path, `# ${comment}\n${publicKey}\n`);
  } catch (cause) {
    throw unwritable(path, cause, 'Check what is there and its permissions.');
  }
}

/**
 * Makes the data folder, one level at a time: Node's recursive mkdir never returns where a file system refuses new
 * folders with ENOENT, as /proc does.
 * @throws CustosError ENVIRONMENT
 */
export function prepareDataDir(dir: string): void {
  if (existsSync(dir)) return;
  if (dirname(dir) !== dir) prepareDataDir(dirname(dir));
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (cause) {
    if (existsSync(dir)) return;
    throw new CustosError(
      'ENVIRONMENT',
      `The data folder ${dir} can't be made. Set CUSTOS_DATA_DIR to a folder that you may write.`,
      { cause },
    );
  }
}

/** Opens a store for one directory (files) or for the organisation (embedded, postgres). */
export async function openWorkspace(
  dir: string,
  kind: StoreKind,
  environment: Environment,
): Promise<Workspace> {
  if (kind === 'files') await requireDirectory(resolve(dir));
  const signer = await loadOrCreateSigner(keyDir(environment), { name: 'custos.local' });
  const keyring = await openKeyring(dir, environment);
  const fresh = kind === 'files' && !hasFiles(dir);
  const context = { signer, clock: systemClock, organisation: environment.organisation };
  const store = await openStore({ ...location(dir, kind, environment), ...context });
  if (store.recovery) say(recovered(store.recovery));
  if (fresh) await trustKey(dir, signer.publicKey, `first recorded here by ${environment.user}`);
  return { store, signer, keyring, close: () => store.close() };
}

function recovered({ entries, bytes, keptIn }: Recovery): string {
  return `${entries} ${entries === 1 ? 'entry' : 'entries'} (${bytes} bytes) that no checkpoint covers were set aside in ${keptIn}: an interrupted write left them, or somebody added them by hand. They count for nothing; what the checkpoint covers is all there.`;
}

function location(
  dir: string,
  kind: StoreKind,
  environment: Environment,
): { kind: 'files'; dir: string } | { kind: 'pglite'; dir: string } | { kind: 'postgres'; url: string } {
  if (kind === 'files') return { kind: 'files', dir: filesDir(dir) };
  if (kind === 'embedded') return { kind: 'pglite', dir: join(environment.dataDir, 'embedded') };
  if (!environment.databaseUrl)
    throw new CustosError(
      'ENVIRONMENT',
      'CUSTOS_DATABASE_URL is not set; set it to postgres://… to use PostgreSQL.',
    );
  return { kind: 'postgres', url: environment.databaseUrl };
}

/** The store that push, pull, backup and restore mean: PostgreSQL when it is configured, else the embedded one. */
export function serviceStore(environment: Environment): StoreKind {
  return environment.databaseUrl ? 'postgres' : 'embedded';
}
