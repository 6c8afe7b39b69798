/**
 * Hand-over from one signing key to the next: a statement signed by both. Whoever trusts either key can follow the chain to
 * the other, so one public key written down years ago still opens today's ledger.
 */
import { type Envelope, hexOf, type Instant, PREDICATE_PREFIX, STATEMENT_TYPE } from '@custos/core';
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
 */
export function followHandovers(trusted: Keyring, handovers: readonly Envelope[]): Keyring {
  let keyring = trusted;
  let pending = [...handovers];
  for (;;) {
    const rest = pending.filter((handover) => {
      const step = readHandover(handover, keyring);
      if (step !== undefined) keyring = step;
      return step === undefined;
    });
    if (rest.length === pending.length) return keyring;
    pending = rest;
  }
}

function readHandover(envelope: Envelope, keyring: Keyring): Keyring | undefined {
  const { statement } = openEnvelope(envelope, keyring);
  const content = Handover.safeParse(statement.predicate.content);
  if (statement.predicateType !== HANDOVER_PREDICATE || !content.success) return undefined;
  const { from, to } = content.data;
  const known = [from, to].some((key) => keyring.find(parseVerifier(key).keyId)?.publicKey === key);
  const signedByBoth = [from, to].every(
    (key) => openEnvelope(envelope, new Keyring([key])).authenticity.verified,
  );
  if (!known || !signedByBoth) return undefined;
  return keyring.with([
    { ...entryOf(keyring, from), validUntil: statement.predicate.observedAt },
    { ...entryOf(keyring, to), validFrom: statement.predicate.observedAt },
  ]);
}

function entryOf(keyring: Keyring, publicKey: string): ReturnType<Keyring['entries']>[number] {
  return keyring.entries().find((entry) => entry.publicKey === publicKey) ?? { publicKey };
}
