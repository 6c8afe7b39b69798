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
export * from './control/index.ts';
export { type CopyReport, copyEntries, EVIDENCE_RECEIVED } from './copy.ts';
export { openStore, type StoreOptions } from './open.ts';
export {
  type Control,
  openService,
  type ServiceDatabase,
  type ServiceLedger,
  type ServiceOptions,
} from './service.ts';
export type { Tables } from './sql/tables.ts';
export { isUnavailable } from './sql/unavailable.ts';
