/**
 * The service's database: one ledger per organisation and one per system, and beside them the control plane. A change of
 * the control plane and the entry that witnesses it are one transaction.
 */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { EvidenceStore, NewEntry, RecordedEntry, StoreContext } from './contract.ts';
import { emitRecorded } from './control/events.ts';
import { withIdentities } from './control/identities.ts';
import { migrate } from './sql/migrate.ts';
import { within } from './sql/scope.ts';
import { SqlBackend } from './sql/sql-backend.ts';
import type { Tables } from './sql/tables.ts';
import { LedgerStore } from './store.ts';

/** A transaction within one organisation. */
export type Control = Transaction<Tables>;

/** A ledger whose entries can witness changes of the control plane. */
export interface ServiceLedger extends EvidenceStore {
  /**
   * Records the entries and makes a change that they witness, both or neither. What `work` throws is thrown here.
   * @throws CustosError as `record`
   */
  recordWith<T>(
    entries: readonly NewEntry[],
    work: (control: Control, recorded: readonly RecordedEntry[]) => Promise<T>,
  ): Promise<T>;
}

export interface ServiceDatabase {
  readonly kind: 'pglite' | 'postgres';
  readonly schema: string;
  /** For libraries that bring tables of their own; every other access goes through the functions below. */
  readonly db: Kysely<Tables>;
  /** The ledger of an organisation, or of one of its systems. */
  ledger(organisation: string, system?: string): Promise<ServiceLedger>;
  /** Reads, or changes what needs no witness, within one organisation. */
  within<T>(organisation: string, work: (control: Control) => Promise<T>): Promise<T>;
  /** Reads a person's memberships in all organisations, and nothing else. */
  asPerson<T>(person: string, work: (control: Control) => Promise<T>): Promise<T>;
  /** Finds what a secret opens, by its SHA-256, and nothing else. */
  bySecret<T>(token: string, work: (control: Control) => Promise<T>): Promise<T>;
  /** Reads or changes accounts and sessions, which belong to no organisation. */
  identities<T>(work: (control: Control) => Promise<T>): Promise<T>;
  /** Names of all organisations, for jobs. */
  organisations(): Promise<string[]>;
  /** What is due in all organisations: their names, jobs, deliveries and old events; nothing else is seen. */
  acrossOrganisations<T>(work: (control: Control) => Promise<T>): Promise<T>;
  /** Copies an embedded database as of one moment into a folder that opens like its own; absent for PostgreSQL, which has tools for that. */
  readonly snapshot?: (to: string) => Promise<void>;
  close(): Promise<void>;
}

export type ServiceOptions = (
  | { readonly kind: 'pglite' /** Made when missing. */; readonly dir: string }
  | {
      readonly kind: 'postgres';
      readonly url: string /** At most; default 10. */;
      readonly connections?: number;
    }
) &
  Pick<StoreContext, 'signer' | 'clock'> & {
    /** Default `custos`. */
    readonly schema?: string;
  };

/** @throws CustosError as `openStore` for the same kind */
export async function openService(options: ServiceOptions): Promise<ServiceDatabase> {
  const schema = options.schema ?? 'custos';
  const { db, close, snapshot } = await connect(options);
  try {
    await migrate(db, schema);
    return new SqlService(db, {
      kind: options.kind,
      schema,
      signer: options.signer,
      clock: options.clock,
      close,
      ...(snapshot ? { snapshot } : {}),
    });
  } catch (error) {
    await close();
    throw error;
  }
}

async function connect(
  options: ServiceOptions,
): Promise<Pick<ServiceDatabase, 'snapshot'> & { db: Kysely<Tables>; close: () => Promise<void> }> {
  if (options.kind === 'pglite')
    return (await import('./pglite/pglite-store.ts')).openPgliteDatabase(options.dir);
  const { connectPostgres } = await import('./postgres/postgres-store.ts');
  const db = await connectPostgres(options.url, options.connections ?? 10);
  return { db, close: () => db.destroy() };
}

class SqlService implements ServiceDatabase {
  readonly kind: ServiceDatabase['kind'];
  readonly schema: string;
  readonly db: Kysely<Tables>;
  readonly snapshot?: (to: string) => Promise<void>;
  readonly #context: Pick<StoreContext, 'signer' | 'clock'>;
  readonly #close: () => Promise<void>;
  readonly #ledgers = new Map<string, Promise<LedgerStore>>();

  constructor(
    db: Kysely<Tables>,
    options: Pick<StoreContext, 'signer' | 'clock'> &
      Pick<ServiceDatabase, 'kind' | 'schema' | 'close' | 'snapshot'>,
  ) {
    this.kind = options.kind;
    this.schema = options.schema;
    this.db = db;
    this.#context = { signer: options.signer, clock: options.clock };
    this.#close = options.close;
    if (options.snapshot) this.snapshot = options.snapshot;
  }

  ledger(organisation: string, system?: string): Promise<ServiceLedger> {
    const name = system === undefined ? organisation : `${organisation}/${system}`;
    const known = this.#ledgers.get(name);
    if (known) return known;
    const opening = this.#open(name);
    this.#ledgers.set(name, opening);
    opening.catch(() => this.#ledgers.delete(name));
    return opening;
  }

  async #open(name: string): Promise<LedgerStore> {
    const context = { ...this.#context, organisation: name };
    // Ledgers share the connections, which the service closes.
    const backend = await SqlBackend.open(
      this.db,
      {
        kind: this.kind,
        schema: this.schema,
        organisation: name,
        close: async () => undefined,
        appended: emitRecorded,
      },
      context,
    );
    return new LedgerStore(backend, context);
  }

  within<T>(organisation: string, work: (control: Control) => Promise<T>): Promise<T> {
    return within(this.db, { schema: this.schema, organisation }, work);
  }

  asPerson<T>(person: string, work: (control: Control) => Promise<T>): Promise<T> {
    return this.within('', async (control) => {
      await sql`select set_config('custos.person', ${person}, true)`.execute(control);
      return work(control);
    });
  }

  bySecret<T>(token: string, work: (control: Control) => Promise<T>): Promise<T> {
    return this.within('', async (control) => {
      await sql`select set_config('custos.token', ${token}, true)`.execute(control);
      return work(control);
    });
  }

  identities<T>(work: (control: Control) => Promise<T>): Promise<T> {
    return this.within('', (control) => withIdentities(control, work));
  }

  acrossOrganisations<T>(work: (control: Control) => Promise<T>): Promise<T> {
    return this.within('', async (control) => {
      await sql`select set_config('custos.jobs', 'on', true)`.execute(control);
      return work(control);
    });
  }

  organisations(): Promise<string[]> {
    return this.acrossOrganisations(async (control) => {
      const rows = await control
        .selectFrom('organisations')
        .select('organisation')
        .orderBy('organisation')
        .execute();
      return rows.map((row) => row.organisation);
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#ledgers.values()].map(async (ledger) => (await ledger).close()));
    await this.#close();
  }
}
