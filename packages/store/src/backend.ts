/** What a place to keep evidence has to offer; `store.ts` builds the whole contract on it, once for all places. */
import type { Digest, Envelope, Instant } from '@custos/core';
import type { Transaction } from 'kysely';
import type { Act, Filter, Json, Recovery, StoredEntry, StoredState } from './contract.ts';
import type { Tables } from './sql/tables.ts';

/** State of the ledger: size, compact tree, and the signed checkpoint over both. */
export interface Head {
  readonly size: number;
  readonly peaks: readonly Uint8Array[];
  readonly root: Digest | null;
  readonly note: string;
}

/** One entry with the hash of its leaf, ready to be written. */
export type Row = {
  readonly index: number;
  readonly at: Instant;
  readonly leafHash: Uint8Array;
} & (
  | {
      readonly kind: 'observation';
      readonly id: Digest;
      readonly envelope: Envelope;
      readonly payload: string;
      readonly type: string;
      readonly subjects: readonly string[];
    }
  | { readonly kind: 'act'; readonly act: Act }
);

/** Hash of the `index`-th complete subtree of 2^level leaves. */
export interface Node {
  readonly level: number;
  readonly index: number;
  readonly hash: Uint8Array;
}

export interface Change {
  readonly rows: readonly Row[];
  /** Inner nodes that became complete, level 1 and up. */
  readonly nodes: readonly Node[];
  readonly states: readonly StoredState[];
  readonly head: Head;
}

/** An open write transaction that nobody else of this organisation has at the same time. */
export interface WriteTransaction {
  readonly head: Head;
  /** Where those of the observations stand that are recorded already. */
  known(ids: readonly Digest[]): Promise<Map<Digest, { index: number; at: Instant }>>;
  write(change: Change): Promise<void>;
  /** The same transaction, for what else is to change with it; databases only. */
  readonly sql?: Transaction<Tables>;
}

export interface Backend {
  readonly kind: 'files' | 'pglite' | 'postgres';
  readonly recovery: Recovery | undefined;
  head(): Promise<Head>;
  /** Runs `work` in one transaction; durable when it resolves, as before when it rejects. */
  transact<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<T>;
  entries(filter: Filter): AsyncIterable<StoredEntry>;
  state(key: string): Promise<{ value: Json; index: number } | undefined>;
  states(): AsyncIterable<StoredState>;
  node(level: number, index: number): Promise<Uint8Array> | Uint8Array;
  close(): Promise<void>;
}
