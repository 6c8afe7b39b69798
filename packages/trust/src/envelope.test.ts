import { describe, expect, it } from 'vitest';
import { canonicalize } from './canonical.ts';
import { observationId, openEnvelope, PAYLOAD_TYPE, pae, signStatement } from './envelope.ts';
import { Keyring } from './keyring.ts';
import { createKey } from './signer.ts';
import { AT, statement } from './statement.fixture.ts';

const { signer } = createKey();
const keyring = new Keyring([signer.publicKey]);
const withPayload = (payload: string) => ({
  payloadType: PAYLOAD_TYPE,
  payload: Buffer.from(payload).toString('base64'),
  signatures: [],
});
const code = (name: string) => expect.objectContaining({ code: name });

describe('envelopes', () => {
  it('encode as the DSSE protocol document shows', () => {
    const encoded = pae('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('open to what was signed', async () => {
    const opened = openEnvelope(await signStatement(statement(), signer), keyring);
    expect(opened).toEqual({
      statement: statement(),
      id: observationId(statement()),
      authenticity: { verified: true, keyId: signer.keyId },
    });
  });

  it('say why a signature does not hold', async () => {
    const envelope = await signStatement(statement(), signer);
    const why = (changed: unknown, ring = keyring) => openEnvelope(changed, ring).authenticity;
    expect(why(envelope, new Keyring())).toMatchObject({
      verified: false,
      why: expect.stringContaining('No key'),
    });
    expect(why({ ...envelope, signatures: [] })).toMatchObject({
      verified: false,
      why: expect.stringContaining('no signature'),
    });
    const other = Buffer.from(canonicalize(statement(1))).toString('base64');
    expect(why({ ...envelope, payload: other })).toMatchObject({
      verified: false,
      why: expect.stringContaining('does not fit'),
    });
  });

  it('let a bad signature of a trusted key spoil a good one', async () => {
    const second = createKey().signer;
    const both = await signStatement(statement(), signer, second);
    const [first, last] = both.signatures;
    const mixed = { ...both, signatures: [first, { keyid: second.keyId, sig: first?.sig ?? '' }] };
    expect(last?.keyid).toBe(second.keyId);
    expect(openEnvelope(both, new Keyring([second.publicKey])).authenticity.verified).toBe(true);
    expect(openEnvelope(mixed, keyring.with([second.publicKey])).authenticity.verified).toBe(false);
  });

  it('take a rotated key for what was observed before its end only', async () => {
    const ring = new Keyring([{ publicKey: signer.publicKey, validUntil: AT }]);
    const open = async (at: string) =>
      openEnvelope(await signStatement(statement(0, at), signer), ring).authenticity;
    expect((await open(AT)).verified).toBe(true);
    expect(await open('2026-01-01T00:00:00.001Z')).toMatchObject({
      verified: false,
      why: expect.stringContaining('rotated'),
    });
  });

  it('are refused when their form is wrong', async () => {
    const good = await signStatement(statement(), signer);
    const text = canonicalize(statement());
    expect(() => openEnvelope({}, keyring)).toThrow(code('ENVELOPE_INVALID'));
    expect(() => openEnvelope({ ...good, payloadType: 'text/plain' }, keyring)).toThrow(
      code('ENVELOPE_INVALID'),
    );
    expect(() => openEnvelope({ ...good, payload: `${good.payload}!` }, keyring)).toThrow(
      code('ENVELOPE_INVALID'),
    );
    expect(() => openEnvelope(withPayload('{'), keyring)).toThrow(code('ENVELOPE_INVALID'));
    expect(() => openEnvelope(withPayload('{"_type":"x"}'), keyring)).toThrow(code('STATEMENT_INVALID'));
    expect(() => openEnvelope(withPayload(text.replace('"model-0"', ' "model-0"')), keyring)).toThrow(
      code('ENVELOPE_NOT_CANONICAL'),
    );
    expect(() =>
      openEnvelope(withPayload(text.replace('{"_type"', '{"_type":"x","_type"')), keyring),
    ).toThrow(code('ENVELOPE_NOT_CANONICAL'));
  });
});
