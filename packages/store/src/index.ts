/** The one door of @custos/store: where evidence is kept. */
export type {
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
export { type CopyReport, copyEntries, EVIDENCE_RECEIVED } from './copy.ts';
export { openStore, type StoreOptions } from './open.ts';
