/** Whether a ledger holds an observation as it is shown: content, place, root and signature, each checked in the browser. */
import type { getObservation, ResultOf } from '@custos/contract';
import { bytesOf, checkInclusion, digestOf, ProofError, requireCrypto } from './merkle.ts';
import { checkSignature, readCheckpoint } from './note.ts';

export interface Verified {
  /** `unknown`: the browser has no Ed25519. */
  readonly signature: 'good' | 'unknown';
  readonly index: number;
  readonly size: number;
}

/**
 * @param publicKey of the ledger; best noted down from elsewhere
 * @throws ProofError with what does not hold; UncheckedError where nothing can be checked
 */
export async function verifyObservation(
  { id, content, envelope, proof }: ResultOf<typeof getObservation>,
  publicKey: string,
): Promise<Verified> {
  requireCrypto();
  const payload = bytesOf(envelope.payload);
  // The payload is in canonical form, so its digest is the id.
  if ((await digestOf(payload)) !== id) throw new ProofError('The envelope holds another observation.');
  const signed: unknown = JSON.parse(new TextDecoder().decode(payload));
  const said = Object(Object(signed).predicate).content;
  if (JSON.stringify(sorted(said)) !== JSON.stringify(sorted(content)))
    throw new ProofError('What is shown is not what was signed.');
  if (Object(JSON.parse(proof.leaf)).id !== id) throw new ProofError('The leaf names another observation.');
  await checkInclusion(proof);
  const checkpoint = readCheckpoint(proof.checkpoint);
  if (checkpoint.size !== proof.size || checkpoint.root !== proof.root)
    throw new ProofError('The proof is for another state of the ledger than the checkpoint.');
  return {
    signature: await checkSignature(proof.checkpoint, publicKey),
    index: proof.index,
    size: proof.size,
  };
}

/** The same value with its keys in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
