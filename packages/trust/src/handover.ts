/**
 * Hand-over from one signing key to the next: a statement signed by both. Whoever trusts either key can follow the chain to
 * the other, so one public key written down years ago still opens today's ledger.
 */
import {
  CustosError,
  type Envelope,
  hexOf,
  type Instant,
  PREDICATE_PREFIX,
  STATEMENT_TYPE,
} from '@custos/core';
import { z } from 'zod';
import { openEnvelope, signStatement } from './envelope.ts';
import { Keyring } from './keyring.ts';
import { parseVerifier, type Signer } from './signer.ts';

export const HANDOVER_PREDICATE = `${PREDICATE_PREFIX}key-handover:v1`;
const PRODUCER = { name: 'custos-trust', version: '0.1.0' };

const Handover = z.strictObject({ from: z.string(), to: z.string() });

export function signHandover(from: Signer, to: Signer, at: Instant): Promise<Envelope> {
  const statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: 'signing-key', digest: { sha256: hexOf(to.keyId) } }],
    predicateType: HANDOVER_PREDICATE,
    predicate: {
      producer: PRODUCER,
      observedAt: at,
      validFrom: at,
      content: { from: from.publicKey, to: to.publicKey },
    },
  } as const;
  return signStatement({ ...statement, subject: [...statement.subject] }, from, to);
}

/**
 * The trusted keys and every key that hand-overs lead to from them, in either direction. The time of each hand-over ends its
 * old key. Statements that both keys did not sign lead nowhere.
 * @throws CustosError KEY_FORK when one key is handed over to two, or again after its end; ENVELOPE_INVALID, STATEMENT_INVALID
 */
export function followHandovers(trusted: Keyring, handovers: readonly Envelope[]): Keyring {
  let keyring = trusted;
  let pending = handovers.map(readHandover).filter((handover) => handover !== undefined);
  const successors = new Map<string, string>();
  for (const { from, to } of pending) {
    if ((successors.get(from) ?? to) !== to) throw forked(from);
    successors.set(from, to);
  }
  for (;;) {
    const rest = pending.filter((handover) => {
      if (!isKnown(keyring, handover.from) && !isKnown(keyring, handover.to)) return true;
      keyring = follow(keyring, handover);
      return false;
    });
    if (rest.length === pending.length) return keyring;
    pending = rest;
  }
}

interface Step {
  from: string;
  to: string;
  at: Instant;
}

/** Undefined for what is no hand-over signed by both of its keys. */
function readHandover(envelope: Envelope): Step | undefined {
  const { statement } = openEnvelope(envelope, new Keyring());
  const content = Handover.safeParse(statement.predicate.content);
  if (statement.predicateType !== HANDOVER_PREDICATE || !content.success) return undefined;
  const { from, to } = content.data;
  const signedByBoth = [from, to].every(
    (key) => openEnvelope(envelope, new Keyring([key])).authenticity.verified,
  );
  return signedByBoth ? { from, to, at: statement.predicate.observedAt } : undefined;
}

function isKnown(keyring: Keyring, publicKey: string): boolean {
  return keyring.find(parseVerifier(publicKey).keyId)?.publicKey === publicKey;
}

function follow(keyring: Keyring, { from, to, at }: Step): Keyring {
  const old = entryOf(keyring, from);
  if (old.validUntil !== undefined && old.validUntil !== at) throw forked(from);
  return keyring.with([
    { ...old, validUntil: at },
    { ...entryOf(keyring, to), validFrom: at },
  ]);
}

function forked(key: string): CustosError {
  return new CustosError(
    'KEY_FORK',
    `Key ${key} is handed over more than once: one of the hand-overs is not its owner's. Trust its successor directly.`,
  );
}

function entryOf(keyring: Keyring, publicKey: string): ReturnType<Keyring['entries']>[number] {
  return keyring.entries().find((entry) => entry.publicKey === publicKey) ?? { publicKey };
}
