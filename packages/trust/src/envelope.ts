/**
 * DSSE v1 envelopes (github.com/secure-systems-lab/dsse) around in-toto statements. The payload is always the RFC 8785 form,
 * so an observation's id is the SHA-256 of the payload bytes and two readers cannot see two different statements in it.
 */
import { isUtf8 } from 'node:buffer';
import { type Authenticity, CustosError, type Digest, Envelope, millis, Statement } from '@custos/core';
import { z } from 'zod';
import { canonicalize } from './canonical.ts';
import { sha256 } from './digest.ts';
import type { Keyring } from './keyring.ts';
import type { Signer } from './signer.ts';

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

export interface OpenedEnvelope {
  statement: Statement;
  /** SHA-256 of the canonical statement. */
  id: Digest;
  authenticity: Authenticity;
}

/** Name of an observation: SHA-256 of the RFC 8785 form of its statement. */
export function observationId(statement: Statement): Digest {
  return sha256(canonicalize(statement));
}

/** DSSE pre-authentication encoding: `DSSEv1 <len> <type> <len> <payload>`, lengths in bytes. */
export function pae(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/**
 * Signs a statement; with several signers the envelope carries a signature of each.
 * @throws CustosError STATEMENT_INVALID for what is no in-toto Statement v1 with Custos' predicate body; NOT_CANONICAL
 */
export async function signStatement(
  statement: Statement,
  ...signers: [Signer, ...Signer[]]
): Promise<Envelope> {
  const checked = Statement.safeParse(statement);
  if (!checked.success) throw invalid('The statement', checked.error);
  const payload = Buffer.from(canonicalize(statement));
  const bytes = pae(PAYLOAD_TYPE, payload);
  const signatures: Envelope['signatures'] = [];
  for (const signer of signers) {
    signatures.push({ keyid: signer.keyId, sig: Buffer.from(await signer.sign(bytes)).toString('base64') });
  }
  return { payloadType: PAYLOAD_TYPE, payload: payload.toString('base64'), signatures };
}

/** An envelope's content, with nothing said of its signatures. */
export interface ReadEnvelope {
  statement: Statement;
  /** SHA-256 of the canonical statement. */
  id: Digest;
  /** The statement in RFC 8785 form: what was signed. */
  payload: string;
}

/**
 * Reads an envelope without checking who signed it.
 * @throws CustosError ENVELOPE_INVALID (form, payload type, base64, UTF-8, JSON), STATEMENT_INVALID (schema),
 * ENVELOPE_NOT_CANONICAL (payload is not the RFC 8785 form)
 */
export function readEnvelope(envelope: unknown): ReadEnvelope {
  const { statement, id, payload } = read(envelope);
  return { statement, id, payload };
}

/**
 * Reads an envelope and settles its authenticity. A signature problem is a result (`verified: false` and why), a wrong
 * form is an error.
 * @throws CustosError as `readEnvelope`
 */
export function openEnvelope(envelope: unknown, keyring: Keyring): OpenedEnvelope {
  const { statement, id, bytes, signatures } = read(envelope);
  return {
    statement,
    id,
    authenticity: authenticate(pae(PAYLOAD_TYPE, bytes), signatures, statement, keyring),
  };
}

function read(envelope: unknown): ReadEnvelope & { bytes: Buffer; signatures: Envelope['signatures'] } {
  const parsed = Envelope.safeParse(envelope);
  if (!parsed.success)
    throw new CustosError('ENVELOPE_INVALID', `This is no DSSE envelope: ${z.prettifyError(parsed.error)}`);
  const { payloadType, signatures } = parsed.data;
  if (payloadType !== PAYLOAD_TYPE) {
    throw new CustosError('ENVELOPE_INVALID', `The payload type is "${payloadType}", not ${PAYLOAD_TYPE}.`);
  }
  const bytes = decodePayload(parsed.data.payload);
  const payload = textOf(bytes);
  return { statement: parseStatement(payload), id: sha256(bytes), payload, bytes, signatures };
}

function parseStatement(payload: string): Statement {
  const value = parseJson(payload);
  const statement = Statement.safeParse(value);
  if (!statement.success) throw invalid('The payload', statement.error);
  if (canonicalize(value) !== payload) {
    throw new CustosError(
      'ENVELOPE_NOT_CANONICAL',
      'The payload is not in RFC 8785 form, so it has no single id. Record a foreign statement as third-party-attestation.',
    );
  }
  return statement.data;
}

/** Bytes of standard base64. @throws CustosError ENVELOPE_INVALID */
export function decodePayload(payload: string): Buffer {
  const bytes = Buffer.from(payload, 'base64');
  if (bytes.toString('base64') === payload) return bytes;
  throw new CustosError('ENVELOPE_INVALID', 'The payload is no standard base64 with padding.');
}

/** @throws CustosError ENVELOPE_INVALID for bytes that are no UTF-8 JSON */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  return parseJson(textOf(bytes));
}

function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw notJson();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (cause) {
    throw notJson(cause);
  }
}

function notJson(cause?: unknown): CustosError {
  return new CustosError('ENVELOPE_INVALID', 'The payload is no JSON in UTF-8.', { cause });
}

function invalid(what: string, error: z.ZodError): CustosError {
  return new CustosError(
    'STATEMENT_INVALID',
    `${what} is no valid observation statement: ${z.prettifyError(error)}`,
  );
}

/**
 * One trusted key's good signature is enough (DSSE's threshold of 1); a bad signature of a trusted key spoils the
 * envelope, whatever else it carries.
 */
function authenticate(
  bytes: Uint8Array,
  signatures: Envelope['signatures'],
  statement: Statement,
  keyring: Keyring,
): Authenticity {
  if (signatures.length === 0) return { verified: false, why: 'It carries no signature.' };
  let keyId: string | undefined;
  for (const { keyid, sig } of signatures) {
    const key = keyring.find(keyid);
    if (key === undefined) continue;
    const signature = Buffer.from(sig, 'base64');
    // One signature has one spelling: base64 whose unused bits are set is an altered record.
    if (signature.toString('base64') !== sig || !key.verify(bytes, signature)) {
      return {
        verified: false,
        why: `The signature of key ${keyid} (${key.name}) does not fit the content.`,
      };
    }
    if (key.validUntil !== undefined && millis(statement.predicate.observedAt) > millis(key.validUntil)) {
      return {
        verified: false,
        why: `Key ${keyid} (${key.name}) was rotated out at ${key.validUntil}, before this was observed.`,
      };
    }
    keyId ??= keyid;
  }
  if (keyId !== undefined) return { verified: true, keyId };
  const names = signatures.map((signature) => signature.keyid || '(no key id)').join(', ');
  return { verified: false, why: `No key of the keyring signed it; it is signed by ${names}.` };
}
