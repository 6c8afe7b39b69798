/**
 * The evidence-store contract. Whatever keeps evidence (files beside the code, PGlite, PostgreSQL) promises the same: an
 * entry and its ledger leaf become durable together or not at all, nothing is changed or removed afterwards, and every
 * state of the ledger can be proved to be a continuation of the ones before.
 */
import type { Clock, Digest, Envelope, Instant } from '@custos/core';
import type { Act, PublicKeys, Signer } from '@custos/trust';

export type { Act };
/** Plain JSON data. */
export type Json = Act['detail'];

export type NewEntry =
  | { readonly kind: 'observation'; readonly envelope: Envelope; readonly id: Digest }
  | { readonly kind: 'act'; readonly act: Act };

export interface RecordedEntry {
  readonly kind: NewEntry['kind'];
  /** Place in the ledger, from 0. */
  readonly index: number;
  readonly at: Instant;
  /** Observations only. */
  readonly id?: Digest;
  /** True when the observation was there already and nothing was written for it. */
  readonly existing: boolean;
}

export type StoredEntry =
  | {
      readonly kind: 'observation';
      readonly index: number;
      readonly at: Instant;
      readonly id: Digest;
      readonly envelope: Envelope;
    }
  | { readonly kind: 'act'; readonly index: number; readonly at: Instant; readonly act: Act };

export interface Filter {
  /** Predicate types; acts never match. */
  readonly types?: readonly string[];
  /** Only observations, or only acts. */
  readonly kind?: StoredEntry['kind'];
  /** Observations of these ids, found without reading others. */
  readonly ids?: readonly Digest[];
  /** SHA-256 of any subject of the observation; acts never match. */
  readonly subjectDigest?: Digest;
  /** First ledger index to return, inclusive. */
  readonly since?: number;
  readonly limit?: number;
}

export interface Checkpoint {
  readonly size: number;
  /** Null while the ledger is empty. */
  readonly root: Digest | null;
  /** Signed note (C2SP tlog-checkpoint). */
  readonly note: string;
}

export interface Ledger {
  checkpoint(): Promise<Checkpoint>;
  /** Audit path of the leaf at `index` in the present tree. @throws CustosError PROOF_RANGE */
  inclusion(
    index: number,
  ): Promise<{ size: number; root: Digest; leafHash: Uint8Array; proof: Uint8Array[] }>;
  /** Proof that the tree of `first` leaves begins the tree of `second` leaves. @throws CustosError PROOF_RANGE */
  consistency(first: number, second: number): Promise<Uint8Array[]>;
  /** Leaf bytes (canonical JSON) of the entries `from` ≤ index < `to`. */
  leaves(from: number, to: number): AsyncIterable<string>;
}

/** A projection that can be computed again from entries, kept because computing it takes time. */
export interface StoredState {
  readonly key: string;
  readonly value: Json;
  /** Ledger index of the act that witnesses the change. */
  readonly index: number;
}

/** What opening had to mend after an interrupted write. Nothing in it had been acknowledged. */
export interface Recovery {
  /** Complete entries that no checkpoint covered. */
  readonly entries: number;
  readonly bytes: number;
  /** Where the bytes were set aside. */
  readonly keptIn: string;
}

export interface EvidenceStore {
  readonly kind: 'files' | 'pglite' | 'postgres';
  readonly organisation: string;
  readonly origin: string;
  readonly recovery: Recovery | undefined;
  /**
   * Records all entries or none, in order; resolves once they are durable. Calls that wait at the same time share one
   * transaction; one that fails does not take others with it.
   * @throws CustosError WRONG_ID, ENVELOPE_INVALID, STATEMENT_INVALID, NOT_CANONICAL, STORE_FULL, STORE_WRITE, STORE_CLOSED
   */
  record(entries: readonly NewEntry[]): Promise<RecordedEntry[]>;
  /** Entries in ledger order. */
  query(filter?: Filter): AsyncIterable<StoredEntry>;
  /** Value of a projection; `T` is the caller's claim and is best parsed. */
  state<T = Json>(key: string): Promise<T | undefined>;
  /** Sets a projection. The act is recorded in the same transaction with the key and the SHA-256 of the value. */
  setState(key: string, value: Json, act: Act): Promise<RecordedEntry>;
  states(): AsyncIterable<StoredState>;
  readonly ledger: Ledger;
  /** JSONL that `verifyExport` of @custos/trust reads. @param keys `loadPublicKeys`; default the signer's own key */
  export(keys?: PublicKeys): AsyncIterable<string>;
  /**
   * Takes entries over as they stand, with index and time, so that the ledger keeps its leaves and roots.
   * @throws CustosError STORE_DIVERGED when the first index is not this store's size
   */
  adopt(entries: readonly StoredEntry[], states?: readonly StoredState[]): Promise<void>;
  close(): Promise<void>;
}

export interface StoreContext {
  readonly signer: Signer;
  readonly clock: Clock;
  /** Tenant; no entry of another is ever seen. */
  readonly organisation: string;
  /** Name of the log in checkpoints; default `custos.local/<organisation>`. */
  readonly origin?: string;
}
