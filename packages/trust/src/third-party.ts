/** Attestations of others: kept byte for byte inside an observation of ours, which says only that we received them. */
import { type Authenticity, type Content, CustosError } from '@custos/core';
import { z } from 'zod';
import { decodePayload, PAYLOAD_TYPE, pae, parseJsonBytes } from './envelope.ts';
import type { Keyring } from './keyring.ts';

const ForeignEnvelope = z.looseObject({
  payloadType: z.string(),
  payload: z.string(),
  /** DSSE: an absent key id and an empty one are the same. */
  signatures: z.array(z.looseObject({ keyid: z.string().default(''), sig: z.string() })).min(1),
});

/** The types of in-toto Statements v0.1 and v1. */
const ForeignStatement = z.looseObject({
  _type: z.string().startsWith('https://in-toto.io/Statement/'),
  predicateType: z.string().min(1),
  subject: z
    .array(z.looseObject({ name: z.string().default(''), digest: z.record(z.string(), z.string()) }))
    .min(1),
});

export interface WrappedAttestation {
  /** Content of a `third-party-attestation` observation. Payload and signatures are as they came. */
  content: Content<'third-party-attestation'>;
  /** Subjects of the attestation, with the digests that it names. */
  subjects: { name: string; digest: Record<string, string> }[];
  /** Whether a key of the given keyring signed it; without a keyring it says that this was not checked. */
  authenticity: Authenticity;
}

/**
 * Wraps a DSSE envelope with an in-toto statement by somebody else, which need not be in RFC 8785 form nor have Custos' body.
 * @param keyring keys of those whose attestations are to be checked, in Custos' key ids
 * @throws CustosError ENVELOPE_INVALID for what is no DSSE envelope around an in-toto statement
 */
export function wrapThirdParty(envelope: unknown, keyring?: Keyring): WrappedAttestation {
  const read = ForeignEnvelope.safeParse(envelope);
  if (!read.success)
    throw new CustosError('ENVELOPE_INVALID', `This is no DSSE envelope: ${z.prettifyError(read.error)}`);
  const { payloadType, payload } = read.data;
  if (payloadType !== PAYLOAD_TYPE) {
    throw new CustosError(
      'ENVELOPE_INVALID',
      `The payload type is "${payloadType}", not ${PAYLOAD_TYPE}; only in-toto attestations can be recorded.`,
    );
  }
  const bytes = decodePayload(payload);
  const statement = ForeignStatement.safeParse(parseJsonBytes(bytes));
  if (!statement.success) {
    throw new CustosError(
      'ENVELOPE_INVALID',
      `The payload is no in-toto statement: ${z.prettifyError(statement.error)}`,
    );
  }
  const signatures = read.data.signatures.map(({ keyid, sig }) => ({ keyid, sig }));
  return {
    content: { envelope: { payloadType, payload, signatures }, predicateType: statement.data.predicateType },
    subjects: statement.data.subject.map(({ name, digest }) => ({ name, digest })),
    authenticity: checkForeign(pae(payloadType, bytes), signatures, keyring),
  };
}

/** Others' key ids mean what they like, so every key is tried on every signature. */
function checkForeign(
  bytes: Uint8Array,
  signatures: readonly { sig: string }[],
  keyring?: Keyring,
): Authenticity {
  if (keyring === undefined)
    return { verified: false, why: 'Its signature was not checked: no keys of the signer were given.' };
  for (const { sig } of signatures) {
    const key = keyring.keys().find((each) => each.verify(bytes, Buffer.from(sig, 'base64')));
    if (key !== undefined) return { verified: true, keyId: key.keyId };
  }
  return { verified: false, why: 'No key of the keyring signed it.' };
}
