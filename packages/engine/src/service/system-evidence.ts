/**
 * The evidence about one system: what its own ledger holds, and what the organisation's ledger holds for all systems
 * (people, training, policies, tolerance). Opened evidence is kept while its ledger does not grow.
 */
import type { Evidence } from '@custos/core';
import type { ServiceLedger } from '@custos/store';
import { type LoadedEvidence, loadEvidence } from '../observations/ledger-evidence.ts';
import type { ServiceContext, SystemRef } from './context.ts';

export interface SystemEvidence {
  readonly evidence: readonly Evidence[];
  /** Entries in the system's ledger, and in the organisation's, when it was read. */
  readonly systemLedger: number;
  readonly organisationLedger: number;
  readonly damaged: LoadedEvidence['damaged'];
}

interface Opened {
  readonly size: number;
  readonly loaded: Promise<LoadedEvidence>;
}

/** Ledgers whose evidence is kept open. */
const KEPT = 200;

export class EvidenceCache {
  readonly #opened = new Map<string, Opened>();

  async load(
    context: ServiceContext,
    ledger: ServiceLedger,
  ): Promise<{ size: number; loaded: LoadedEvidence }> {
    const { size } = await ledger.ledger.checkpoint();
    const known = this.#opened.get(ledger.organisation);
    this.#opened.delete(ledger.organisation);
    const opened =
      known?.size === size ? known : { size, loaded: loadEvidence(ledger, context.keyring, undefined, size) };
    this.#opened.set(ledger.organisation, opened);
    if (this.#opened.size > KEPT) this.#opened.delete(this.#opened.keys().next().value ?? '');
    try {
      return { size, loaded: await opened.loaded };
    } catch (error) {
      this.#opened.delete(ledger.organisation);
      throw error;
    }
  }
}

export async function systemEvidence(
  context: ServiceContext,
  cache: EvidenceCache,
  ref: SystemRef,
): Promise<SystemEvidence> {
  const { database } = context;
  const own = await cache.load(context, await database.ledger(ref.organisation, ref.system));
  const shared = await cache.load(context, await database.ledger(ref.organisation));
  return joined(own, shared);
}

/** The evidence as it stood when the ledgers had these sizes. */
export async function pastEvidence(
  context: ServiceContext,
  ref: SystemRef,
  sizes: { systemLedger: number; organisationLedger: number },
): Promise<SystemEvidence> {
  const { database, keyring } = context;
  const read = async (ledger: ServiceLedger, size: number) => ({
    size,
    loaded: await loadEvidence(ledger, keyring, undefined, size),
  });
  return joined(
    await read(await database.ledger(ref.organisation, ref.system), sizes.systemLedger),
    await read(await database.ledger(ref.organisation), sizes.organisationLedger),
  );
}

function joined(
  own: { size: number; loaded: LoadedEvidence },
  shared: { size: number; loaded: LoadedEvidence },
): SystemEvidence {
  return {
    evidence: [...own.loaded.evidence, ...shared.loaded.evidence],
    systemLedger: own.size,
    organisationLedger: shared.size,
    damaged: [...own.loaded.damaged, ...shared.loaded.damaged],
  };
}
