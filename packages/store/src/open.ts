/** Opens the evidence store that a configuration names; database drivers are loaded only where they are used. */
import type { EvidenceStore } from './contract.ts';
import type { FilesOptions } from './files/files-store.ts';
import type { PgliteOptions } from './pglite/pglite-store.ts';
import type { PostgresOptions } from './postgres/postgres-store.ts';

export type StoreOptions =
  | ({ readonly kind: 'files' } & FilesOptions)
  | ({ readonly kind: 'pglite' } & PgliteOptions)
  | ({ readonly kind: 'postgres' } & PostgresOptions);

/**
 * @throws CustosError STORE_LOCKED, STORE_DAMAGED, STORE_TAMPERED, STORE_OTHER_OWNER (files), STORE_NOT_DURABLE (PGlite),
 * STORE_UNREACHABLE, STORE_ROLE_UNSAFE, MIGRATION_* (databases)
 * @example const store = await openStore({ kind: 'files', dir: '.custos', signer, clock: systemClock, organisation: 'acme' });
 */
export async function openStore(options: StoreOptions): Promise<EvidenceStore> {
  switch (options.kind) {
    case 'files':
      return (await import('./files/files-store.ts')).openFiles(options);
    case 'pglite':
      return (await import('./pglite/pglite-store.ts')).openPglite(options);
    case 'postgres':
      return (await import('./postgres/postgres-store.ts')).openPostgres(options);
  }
}
