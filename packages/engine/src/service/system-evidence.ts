/**
 * The evidence about one system: what its own ledger holds, and what the organisation's ledger holds for all systems
 * (people, training, policies, tolerance). Opened evidence is kept, and grows with its ledger.
 */
import type { Evidence } from '@custos/core';
import type { ServiceLedger } from '@custos/store';
import { growEvidence, type LoadedEvidence, loadEvidence } from '../observations/ledger-evidence.ts';
import { ProducerRegister } from '../observations/producers.ts';
import type { ServiceContext, SystemRef } from './context.ts';
import { evidenceThatCounts, sharedEvidence } from './evidence-kinds.ts';

export interface SystemEvidence {
  readonly evidence: readonly Evidence[];
  /** That of the organisation among it. */
  readonly shared: readonly Evidence[];
  /** Entries in the system's ledger, and in the organisation's, when it was read. */
  readonly systemLedger: number;
  readonly organisationLedger: number;
  /** Entries of each ledger up to and with the last that bears on the evidence; acts of other kinds do not. */
  readonly systemRelevant: number;
  readonly organisationRelevant: number;
  readonly damaged: LoadedEvidence['damaged'];
}

interface Kept<T> {
  readonly size: number;
  readonly value: Promise<T>;
}

/** Ledgers whose evidence is kept open. */
const KEPT = 200;

/** What was read from ledgers, the last used of them; each reads on from where it was when its ledger grew. */
class LedgerCache<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #read: (ledger: ServiceLedger, size: number, before?: { size: number; value: T }) => Promise<T>;

  constructor(
    read: (ledger: ServiceLedger, size: number, before?: { size: number; value: T }) => Promise<T>,
  ) {
    this.#read = read;
  }

  async get(ledger: ServiceLedger): Promise<{ size: number; value: T }> {
    const { size } = await ledger.ledger.checkpoint();
    const name = ledger.organisation;
    const known = this.#kept.get(name);
    this.#kept.delete(name);
    const kept = known?.size === size ? known : { size, value: this.#readOn(ledger, size, known) };
    this.#kept.set(name, kept);
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value ?? '');
    try {
      return { size, value: await kept.value };
    } catch (error) {
      if (this.#kept.get(name) === kept) this.#kept.delete(name);
      throw error;
    }
  }

  async #readOn(ledger: ServiceLedger, size: number, known: Kept<T> | undefined): Promise<T> {
    // Another instance may have seen the ledger longer than this one; nothing is read backwards.
    if (known === undefined || known.size > size) return this.#read(ledger, size);
    const value = await known.value.catch(() => undefined);
    return this.#read(ledger, size, value === undefined ? undefined : { size: known.size, value });
  }
}

export class EvidenceCache {
  readonly #evidence: LedgerCache<LoadedEvidence>;
  readonly #producers: LedgerCache<ProducerRegister>;

  constructor(context: ServiceContext) {
    this.#evidence = new LedgerCache(async (ledger, size, before) => {
      const grown =
        before &&
        (await growEvidence(ledger, context.keyring, before.value, { from: before.size, to: size }));
      return grown ?? loadEvidence(ledger, context.keyring, undefined, size);
    });
    this.#producers = new LedgerCache(async (ledger, size, before) => {
      const register = before?.value ?? new ProducerRegister();
      for await (const entry of ledger.query({ kind: 'act', since: before?.size ?? 0 }))
        if (entry.index < size) register.read(entry);
      return register;
    });
  }

  async load(ledger: ServiceLedger): Promise<{ size: number; loaded: LoadedEvidence }> {
    const { size, value } = await this.#evidence.get(ledger);
    return { size, loaded: value };
  }

  /** The tools with keys of their own in a ledger, without reading its observations. */
  async producers(ledger: ServiceLedger): Promise<ProducerRegister> {
    return (await this.#producers.get(ledger)).value;
  }
}

export async function systemEvidence(
  context: ServiceContext,
  cache: EvidenceCache,
  ref: SystemRef,
): Promise<SystemEvidence> {
  const { database } = context;
  const own = await cache.load(await database.ledger(ref.organisation, ref.system));
  const shared = await cache.load(await database.ledger(ref.organisation));
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
    evidence: evidenceThatCounts([own.loaded.evidence, shared.loaded.evidence]),
    shared: sharedEvidence(shared.loaded.evidence),
    systemLedger: own.size,
    organisationLedger: shared.size,
    systemRelevant: own.loaded.relevant,
    organisationRelevant: shared.loaded.relevant,
    damaged: [...own.loaded.damaged, ...shared.loaded.damaged],
  };
}
