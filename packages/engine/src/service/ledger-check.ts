/**
 * The service verifies its own ledgers. A check goes on where the last one ended: the checkpoint must be signed, continue the
 * tree that was verified before, and be the tree of the entries that are there. Once a week all entries are read again,
 * since what was verified before could be altered after. Checkpoints of the systems' ledgers are kept in the
 * organisation's, so that a ledger that is gone, or shorter, is missed.
 */
import { CustosError, DAY, type Digest } from '@custos/core';
import {
  type Control,
  findAnchor,
  findLedgerCheck,
  putAnchor,
  putLedgerCheck,
  type ServiceLedger,
  type StoredEntry,
  unanchored,
} from '@custos/store';
import { CompactTree, digestOf, leafHash, ledgerLeaf, openCheckpoint, readEnvelope } from '@custos/trust';
import type { ServiceContext } from './context.ts';

const READ_AGAIN = 7 * DAY;
/** Systems in one act. */
const ANCHORS = 500;
export const ANCHORED = 'checkpoint.anchored';

export interface CheckOptions {
  readonly signal: AbortSignal;
  /** Called in the transaction that keeps the outcome. @throws CustosError when somebody else has the task by now */
  hold(control: Control): Promise<void>;
}

interface Known {
  readonly size: number;
  readonly root: string;
}

/**
 * Verifies a ledger and keeps how far it is verified.
 * @param of system absent: the organisation's own ledger
 * @returns entries that were read
 * @throws CustosError LEDGER_UNSOUND saying what is wrong
 */
export async function verifyLedger(
  context: ServiceContext,
  { organisation, system }: { organisation: string; system?: string | undefined },
  { signal, hold }: CheckOptions,
): Promise<number> {
  const { database } = context;
  const key = system ?? '';
  const { check, anchor } = await database.within(organisation, async (control) => ({
    check: await findLedgerCheck(control, key),
    anchor: system === undefined ? undefined : await findAnchor(control, system),
  }));
  const ledger = await database.ledger(organisation, system);
  const { size, root } = await signedCheckpoint(context, ledger);
  const whole =
    check === undefined || check.failure !== null || Date.now() - check.read_at.getTime() > READ_AGAIN;
  const known: Known[] = [check, anchor].filter(
    (one): one is NonNullable<typeof one> => one !== undefined && one.size > 0,
  );
  for (const before of known)
    if (before.size > size)
      throw unsound(ledger, `it has ${size} entries, and had ${before.size} before: entries are gone`);
  const tree = new CompactTree(
    undefined,
    whole ? undefined : { size: check.size, peaks: hashesOf(check.peaks) },
  );
  const begun = tree.size;
  compare(ledger, tree, known);
  for await (const entry of ledger.query({ since: tree.size, limit: size - tree.size })) {
    if (entry.index % 256 === 0) signal.throwIfAborted();
    if (entry.index !== tree.size) throw unsound(ledger, `entry ${tree.size} is missing`);
    tree.append(leafHash(leafOf(ledger, entry)));
    compare(ledger, tree, known);
  }
  if (tree.size !== size) throw unsound(ledger, `entries from ${tree.size} on are missing`);
  if (digestOf(tree.root()) !== root)
    throw unsound(ledger, `its ${size} entries are not those of its signed checkpoint: one was altered`);
  const verified = { organisation, system: key, size, root, peaks: tree.peaks, whole };
  await database.within(organisation, async (control) => {
    await hold(control);
    await putLedgerCheck(control, verified);
  });
  return size - begun;
}

/** The checkpoint, as the signed note says it. */
async function signedCheckpoint(
  context: ServiceContext,
  ledger: ServiceLedger,
): Promise<{ size: number; root: Digest }> {
  const { size, root, note } = await ledger.ledger.checkpoint();
  let opened: ReturnType<typeof openCheckpoint>;
  try {
    opened = openCheckpoint(note, context.keyring);
  } catch (cause) {
    throw unsound(ledger, 'its checkpoint is not signed by a key of this service', cause);
  }
  if (opened.origin !== ledger.origin) throw unsound(ledger, `its checkpoint is that of ${opened.origin}`);
  if (opened.size !== size || (root !== null && opened.root !== root))
    throw unsound(ledger, 'its signed checkpoint says something else than the tree beside it');
  return { size, root: opened.root };
}

/** Where the tree is as large as one that was verified or anchored, it must be that one. */
function compare(ledger: ServiceLedger, tree: CompactTree, known: readonly Known[]): void {
  for (const before of known)
    if (before.size === tree.size && before.root !== digestOf(tree.root()))
      throw unsound(ledger, `its first ${before.size} entries are not those that were verified before`);
}

function leafOf(ledger: ServiceLedger, entry: StoredEntry): string {
  if (entry.kind === 'act') return ledgerLeaf({ kind: 'act', at: entry.at, act: entry.act });
  let id: Digest;
  try {
    id = readEnvelope(entry.envelope).id;
  } catch (cause) {
    throw unsound(ledger, `entry ${entry.index} can't be read`, cause);
  }
  if (id !== entry.id)
    throw unsound(ledger, `entry ${entry.index} holds another observation than its name says`);
  return ledgerLeaf({ kind: 'observation', at: entry.at, id });
}

function hashesOf(peaks: Uint8Array): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < peaks.length; at += 32) hashes.push(Buffer.from(peaks.subarray(at, at + 32)));
  return hashes;
}

function unsound(ledger: ServiceLedger, what: string, cause?: unknown): CustosError {
  return new CustosError('LEDGER_UNSOUND', `The ledger ${ledger.organisation} does not verify: ${what}.`, {
    cause,
  });
}

/** Records the checkpoints of systems whose ledger grew in the organisation's ledger, each once. */
export async function anchorCheckpoints(
  context: ServiceContext,
  organisation: string,
  { signal, hold }: CheckOptions,
): Promise<void> {
  const { database } = context;
  const own = await database.ledger(organisation);
  for (;;) {
    signal.throwIfAborted();
    const heads = await database.within(organisation, (control) => unanchored(control, ANCHORS));
    if (heads.length === 0) return;
    const systems = heads.map(({ system, size, root }) => ({ system, size, root }));
    const act = { type: ANCHORED, actor: 'custos', detail: { systems } };
    await own.recordWith([{ kind: 'act', act }], async (control) => {
      await hold(control);
      for (const anchor of systems)
        if (!(await putAnchor(control, { organisation, ...anchor })))
          throw new CustosError('CONFLICT', `${anchor.system} was anchored in the meantime.`);
    });
    if (heads.length < ANCHORS) return;
  }
}
