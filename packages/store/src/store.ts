/**
 * The evidence store over any backend: checks entries, gathers them into shared transactions, appends their leaves to the
 * Merkle tree, signs the checkpoint, and has all of it written at once.
 */
import { CustosError, type Digest, type Instant } from '@custos/core';
import {
  CompactTree,
  canonicalize,
  consistencyProof,
  digestOf,
  EMPTY_ROOT,
  exportEntry,
  exportHeader,
  exportTrailer,
  inclusionProof,
  leafHash,
  type PublicKeys,
  sha256,
  signCheckpoint,
} from '@custos/trust';
import type { Transaction } from 'kysely';
import type { Backend, Head, Node, Row, WriteTransaction } from './backend.ts';
import type {
  Act,
  Checkpoint,
  EvidenceStore,
  Filter,
  Json,
  Ledger,
  NewEntry,
  RecordedEntry,
  Recovery,
  StoreContext,
  StoredEntry,
  StoredState,
} from './contract.ts';
import { GroupCommit } from './group-commit.ts';
import { leafOf, type Prepared, prepareAll } from './prepare.ts';
import type { Tables } from './sql/tables.ts';

/** Entries in one transaction: enough to make an fsync cheap, few enough to stay under 100 MB. */
const MAX_BATCH = 10_000;

interface Request {
  readonly entries: readonly Prepared[];
  /** The last entry of the request is the act that witnesses this. */
  readonly state?: { key: string; value: Json };
  /** Take these over instead, with index and time. */
  readonly adopt?: {
    entries: readonly StoredEntry[];
    prepared: readonly Prepared[];
    states: readonly StoredState[];
  };
  /** What changes with the entries, in their transaction and after they are written. */
  readonly change?: Change;
}

type Change = (trx: Transaction<Tables>, recorded: readonly RecordedEntry[]) => Promise<void>;

export function originOf(context: StoreContext): string {
  return context.origin ?? `custos.local/${context.organisation}`;
}

/** The signed checkpoint of a ledger without entries, with which every store begins. */
export async function emptyHead(context: StoreContext): Promise<Head> {
  const checkpoint = { origin: originOf(context), size: 0, root: digestOf(EMPTY_ROOT) };
  return { size: 0, peaks: [], root: null, note: await signCheckpoint(checkpoint, context.signer) };
}

export class LedgerStore implements EvidenceStore {
  readonly kind: EvidenceStore['kind'];
  readonly organisation: string;
  readonly origin: string;
  readonly recovery: Recovery | undefined;
  readonly ledger: Ledger;
  readonly #backend: Backend;
  readonly #context: StoreContext;
  readonly #commits: GroupCommit<Request, RecordedEntry[]>;
  /** Settles when all entries that were handed over so far are checked. */
  #preparing: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(backend: Backend, context: StoreContext) {
    this.kind = backend.kind;
    this.organisation = context.organisation;
    this.origin = originOf(context);
    this.recovery = backend.recovery;
    this.#backend = backend;
    this.#context = context;
    this.#commits = new GroupCommit((requests) => this.#commit(requests), MAX_BATCH);
    this.ledger = {
      checkpoint: () => this.#checkpoint(),
      inclusion: (index) => this.#inclusion(index),
      consistency: (first, second) => this.#consistency(first, second),
      leaves: (from, to) => this.#leaves(from, to),
    };
  }

  async record(entries: readonly NewEntry[]): Promise<RecordedEntry[]> {
    this.#refuseClosed();
    if (entries.length === 0) return [];
    const prepared = await this.#prepare(entries);
    return this.#commits.submit({ entries: prepared }, prepared.length);
  }

  /**
   * Records the entries and makes a change that they witness, both or neither. What `work` throws is thrown here.
   * @throws CustosError as `record`, and STORE_WRITE where the store is no database
   */
  async recordWith<T>(
    entries: readonly NewEntry[],
    work: (trx: Transaction<Tables>, recorded: readonly RecordedEntry[]) => Promise<T>,
  ): Promise<T> {
    this.#refuseClosed();
    const prepared = await this.#prepare(entries);
    const done: { result?: T } = {};
    const change: Change = async (trx, recorded) => {
      done.result = await work(trx, recorded);
    };
    await this.#commits.submit({ entries: prepared, change }, prepared.length + 1);
    return done.result as T;
  }

  async *query(filter: Filter = {}): AsyncIterable<StoredEntry> {
    this.#refuseClosed();
    yield* this.#backend.entries(filter);
  }

  async state<T = Json>(key: string): Promise<T | undefined> {
    this.#refuseClosed();
    const found = await this.#backend.state(key);
    if (found === undefined) return undefined;
    await this.#checkWitness(key, found.value, found.index);
    return found.value as T;
  }

  async setState(key: string, value: Json, act: Act): Promise<RecordedEntry> {
    this.#refuseClosed();
    const digest = sha256(canonicalize(value));
    const witness: Act = { ...act, detail: { state: key, digest, detail: act.detail } };
    const prepared = await this.#prepare([{ kind: 'act', act: witness }]);
    const [recorded] = await this.#commits.submit({ entries: prepared, state: { key, value } }, 1);
    if (recorded === undefined) throw new CustosError('STORE_WRITE', `The state "${key}" was not recorded.`);
    return recorded;
  }

  states(): AsyncIterable<StoredState> {
    this.#refuseClosed();
    return this.#backend.states();
  }

  async *export(keys?: PublicKeys): AsyncIterable<string> {
    this.#refuseClosed();
    const head = await this.#backend.head();
    yield exportHeader(
      this.origin,
      keys ?? { keys: [{ publicKey: this.#context.signer.publicKey }], handovers: [] },
    );
    for await (const entry of this.#backend.entries({ limit: head.size })) {
      yield entry.kind === 'observation'
        ? exportEntry(entry.index, { kind: 'observation', at: entry.at, id: entry.id }, entry.envelope)
        : exportEntry(entry.index, { kind: 'act', at: entry.at, act: entry.act });
    }
    yield exportTrailer(head.note, head.size);
  }

  async adopt(entries: readonly StoredEntry[], states: readonly StoredState[] = []): Promise<void> {
    this.#refuseClosed();
    const prepared = await this.#prepare(entries);
    await this.#commits.submit({ entries: [], adopt: { entries, prepared, states } }, entries.length);
  }

  close(): Promise<void> {
    this.#closing ??= this.#preparing.then(() => this.#commits.idle()).then(() => this.#backend.close());
    return this.#closing;
  }

  /** Checks entries, in the order of calls. */
  async #prepare(entries: readonly NewEntry[]): Promise<Prepared[]> {
    const before = this.#preparing;
    let finish = (): void => undefined;
    this.#preparing = new Promise((resolve) => {
      finish = resolve;
    });
    try {
      await before;
      return await prepareAll(entries);
    } finally {
      finish();
    }
  }

  #refuseClosed(): void {
    if (this.#closing === undefined) return;
    throw new CustosError('STORE_CLOSED', 'The store was closed; open it again before using it.');
  }

  #commit(requests: readonly Request[]): Promise<RecordedEntry[][]> {
    return this.#backend.transact((tx) => this.#append(tx, requests));
  }

  async #append(tx: WriteTransaction, requests: readonly Request[]): Promise<RecordedEntry[][]> {
    const known = await tx.known(observationIds(requests));
    const batch = new Batch(tx.head, known, this.#context.clock.now());
    const results = requests.map((request) => batch.add(request));
    if (batch.rows.length > 0 || batch.states.length > 0) {
      await tx.write({
        rows: batch.rows,
        nodes: batch.nodes,
        states: batch.states,
        head: await this.#sign(batch.tree, tx.head),
      });
    }
    for (const [i, { change }] of requests.entries()) {
      if (change === undefined) continue;
      if (tx.sql === undefined)
        throw new CustosError('STORE_WRITE', 'Only a database can change more than evidence in one step.');
      await change(tx.sql, results[i] ?? []);
    }
    return results;
  }

  async #sign(tree: CompactTree, before: Head): Promise<Head> {
    if (tree.size === before.size) return before;
    const root = digestOf(tree.root());
    const note = await signCheckpoint({ origin: this.origin, size: tree.size, root }, this.#context.signer);
    return { size: tree.size, peaks: tree.peaks, root, note };
  }

  async #checkpoint(): Promise<Checkpoint> {
    this.#refuseClosed();
    const { size, root, note } = await this.#backend.head();
    return { size, root, note };
  }

  async #inclusion(
    index: number,
  ): Promise<{ size: number; root: Digest; leafHash: Uint8Array; proof: Uint8Array[] }> {
    this.#refuseClosed();
    const { size, root } = await this.#backend.head();
    const proof = await inclusionProof(this.#backend, index, size);
    return { size, root: root ?? digestOf(EMPTY_ROOT), leafHash: await this.#backend.node(0, index), proof };
  }

  async #consistency(first: number, second: number): Promise<Uint8Array[]> {
    this.#refuseClosed();
    const { size } = await this.#backend.head();
    if (second > size) {
      throw new CustosError(
        'PROOF_RANGE',
        `A tree of ${second} leaves was asked for; the ledger has ${size}.`,
      );
    }
    return consistencyProof(this.#backend, first, second);
  }

  async *#leaves(from: number, to: number): AsyncIterable<string> {
    this.#refuseClosed();
    if (to <= from) return;
    for await (const entry of this.#backend.entries({ since: from, limit: to - from }))
      yield leafOf(entry, entry.at);
  }

  /** A projection is only as good as the act in the ledger that names its digest. */
  async #checkWitness(key: string, value: Json, index: number): Promise<void> {
    for await (const entry of this.#backend.entries({ since: index, limit: 1 })) {
      if (entry.index === index && witnessed(entry, key) === sha256(canonicalize(value))) return;
    }
    throw new CustosError(
      'STATE_UNWITNESSED',
      `The state "${key}" does not fit ledger entry ${index}, which should witness it: it was altered. Compute it again.`,
    );
  }
}

/** Digest of the value that the entry says the state got; undefined when it witnesses nothing of this state. */
export function witnessed(entry: StoredEntry, key: string): Json | undefined {
  const detail = entry.kind === 'act' ? entry.act.detail : null;
  return isRecord(detail) && detail.state === key ? detail.digest : undefined;
}

function isRecord(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function observationIds(requests: readonly Request[]): Digest[] {
  const ids = new Set<Digest>();
  for (const { entries, adopt } of requests) {
    for (const entry of adopt?.prepared ?? entries) if (entry.kind === 'observation') ids.add(entry.id);
  }
  return [...ids];
}

/** What one transaction will write, growing request by request. */
class Batch {
  readonly rows: Row[] = [];
  readonly nodes: Node[] = [];
  readonly states: StoredState[] = [];
  readonly tree: CompactTree;
  readonly #known: Map<Digest, { index: number; at: Instant }>;
  readonly #now: Instant;

  constructor(head: Head, known: Map<Digest, { index: number; at: Instant }>, now: Instant) {
    this.#known = known;
    this.#now = now;
    this.tree = new CompactTree((level, index, hash) => {
      if (level > 0) this.nodes.push({ level, index, hash });
    }, head);
  }

  add(request: Request): RecordedEntry[] {
    if (request.adopt !== undefined) return this.#adopt(request.adopt);
    const recorded = request.entries.map((entry) => this.#record(entry));
    const witness = recorded.at(-1);
    if (request.state !== undefined && witness !== undefined) {
      this.states.push({ ...request.state, index: witness.index });
    }
    return recorded;
  }

  #record(entry: Prepared): RecordedEntry {
    if (entry.kind === 'act') {
      return { kind: 'act', index: this.#append(entry, this.#now), at: this.#now, existing: false };
    }
    const known = this.#known.get(entry.id);
    if (known !== undefined) return { kind: 'observation', ...known, id: entry.id, existing: true };
    const index = this.#append(entry, this.#now);
    this.#known.set(entry.id, { index, at: this.#now });
    return { kind: 'observation', index, at: this.#now, id: entry.id, existing: false };
  }

  #append(entry: Prepared, at: Instant): number {
    const index = this.tree.size;
    const hash = leafHash(leafOf(entry, at));
    this.tree.append(hash);
    this.rows.push({ ...entry, index, at, leafHash: hash });
    return index;
  }

  #adopt({ entries, prepared, states }: NonNullable<Request['adopt']>): RecordedEntry[] {
    for (const [i, entry] of entries.entries()) {
      const ready = prepared[i];
      const twice = ready?.kind === 'observation' && this.#known.has(ready.id);
      if (ready === undefined || entry.index !== this.tree.size || twice) {
        throw new CustosError(
          'STORE_DIVERGED',
          `Entry ${entry.index} cannot follow the ${this.tree.size} entries that are here. Move it by merging instead.`,
        );
      }
      this.#append(ready, entry.at);
      if (ready.kind === 'observation') this.#known.set(ready.id, { index: entry.index, at: entry.at });
    }
    this.states.push(...states);
    return [];
  }
}
