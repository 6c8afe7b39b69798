/**
 * Tools that have a key of their own. A statement that names such a tool counts only when the tool signed it; the key speaks
 * for nobody else. Who has a key follows from the acts of the ledger, so it can't be changed without a trace.
 */
import { type Authenticity, CustosError, type Digest, type Instant, isOwnProducer } from '@custos/core';
import type { EvidenceStore, StoredEntry } from '@custos/store';
import { type Act, type Keyring, type OpenedEnvelope, openEnvelope, parseVerifier } from '@custos/trust';
import { z } from 'zod';

export const PRODUCER_ADDED = 'producer.added';
export const PRODUCER_REMOVED = 'producer.removed';

const Added = z.strictObject({ name: z.string(), publicKey: z.string() });
const Removed = z.strictObject({ name: z.string() });

/** A change of one producer's key. */
export interface ProducerChange {
  readonly name: string;
  /** Ledger index: it holds for what is recorded after it. */
  readonly index: number;
  readonly at: Instant;
  readonly by: string;
  /** Undefined from the removal on. */
  readonly publicKey: string | undefined;
  readonly keyId: Digest | undefined;
}

export class ProducerRegister {
  readonly #changes = new Map<string, ProducerChange[]>();
  readonly #owners = new Map<string, string>();

  /** Takes note of an entry if it is about producers. Entries come in order of index. */
  read(entry: StoredEntry): void {
    if (entry.kind !== 'act') return;
    const change = changeOf(entry.act);
    if (change === undefined) return;
    const { name, publicKey, keyId } = change;
    const list = this.#changes.get(name) ?? [];
    list.push({ name, publicKey, keyId, index: entry.index, at: entry.at, by: entry.act.actor });
    this.#changes.set(name, list);
    if (keyId !== undefined) this.#owners.set(keyId, name);
  }

  /** The change in force for what stands at an index; undefined while the producer never had a key. */
  at(name: string, index: number): ProducerChange | undefined {
    return this.#changes.get(name)?.findLast((change) => change.index < index);
  }

  /** The producer whose key it is or was. */
  ownerOf(keyId: string): string | undefined {
    return this.#owners.get(keyId);
  }

  /** The latest change of each producer, by name. */
  current(): ProducerChange[] {
    return [...this.#changes.values()]
      .flatMap((list) => list.slice(-1))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function changeOf(act: Act): { name: string; publicKey?: string; keyId?: Digest } | undefined {
  if (act.type === PRODUCER_REMOVED) return Removed.safeParse(act.detail).data;
  if (act.type !== PRODUCER_ADDED) return undefined;
  const added = Added.safeParse(act.detail).data;
  if (added === undefined) return undefined;
  try {
    return { ...added, keyId: parseVerifier(added.publicKey).keyId };
  } catch {
    // A key that nobody can use: the name is protected all the same.
    return { name: added.name };
  }
}

/** Reads the acts of a ledger. */
export async function readProducers(store: EvidenceStore): Promise<ProducerRegister> {
  const register = new ProducerRegister();
  for await (const entry of store.query({ kind: 'act' })) register.read(entry);
  return register;
}

/** True for an act that gives or takes a producer's key. */
export function changesProducers(entry: StoredEntry): boolean {
  return entry.kind === 'act' && changeOf(entry.act) !== undefined;
}

/**
 * Opens an observation as it stands in the ledger.
 * @param index where it stands; infinity for what is not recorded yet
 * @throws CustosError as `openEnvelope`
 */
export function openObservation(
  envelope: Parameters<typeof openEnvelope>[0],
  keyring: Keyring,
  register: ProducerRegister,
  index: number,
): OpenedEnvelope {
  const opened = openEnvelope(envelope, keyring);
  const name = opened.statement.predicate.producer.name;
  const signers = signersOf(envelope);
  const stranger = signers
    .filter((keyId) => keyring.find(keyId) === undefined)
    .map((keyId) => register.ownerOf(keyId))
    .find((owner) => owner !== undefined && owner !== name);
  if (stranger !== undefined)
    return refused(
      opened,
      `The key of producer ${stranger} signed it, but it names ${name}: a producer's key speaks for that producer only`,
    );
  const change = register.at(name, index);
  if (change === undefined) return opened;
  const { keyId, publicKey } = change;
  if (keyId === undefined || publicKey === undefined || keyring.find(keyId) !== undefined)
    return refused(
      opened,
      `Producer ${name} has had no key since ledger entry ${change.index} (by ${change.by})`,
    );
  if (!signers.includes(keyId))
    return refused(
      opened,
      `It names ${name} as its producer, but the key of ${name} (ledger entry ${change.index}) did not sign it`,
    );
  const { authenticity } = openEnvelope(envelope, keyring.with([publicKey]));
  return {
    ...opened,
    authenticity: authenticity.verified ? { ...authenticity, keyId, producer: name } : authenticity,
  };
}

/** What may be said of a statement that this process made and did not record. */
export function unrecordedAuthenticity(producer: string, register: ProducerRegister): Authenticity {
  const change = register.at(producer, Number.POSITIVE_INFINITY);
  return change === undefined
    ? { verified: true, keyId: 'this-process' }
    : {
        verified: false,
        why: `It names ${producer} as its producer, but the key of ${producer} did not sign it`,
      };
}

function refused(opened: OpenedEnvelope, why: string): OpenedEnvelope {
  return { ...opened, authenticity: { verified: false, why } };
}

const Signed = z.object({ signatures: z.array(z.object({ keyid: z.string() })) });

function signersOf(envelope: unknown): string[] {
  return Signed.parse(envelope).signatures.map((signature) => signature.keyid);
}

/** @throws CustosError PRODUCER_NAME for the names of Custos itself, and what can't stand in a key */
export function checkProducerName(name: string): void {
  if (isOwnProducer(name))
    throw new CustosError(
      'PRODUCER_NAME',
      `"${name}" is a name of Custos itself; choose the name of the tool.`,
    );
  if (!/^[^\s+\p{C}]+$/u.test(name))
    throw new CustosError(
      'PRODUCER_NAME',
      `"${name}" is no producer name: use no spaces, control characters or +.`,
    );
}
