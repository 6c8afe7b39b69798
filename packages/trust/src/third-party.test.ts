import { parseContent } from '@custos/core';
import { describe, expect, it } from 'vitest';
import { PAYLOAD_TYPE, pae } from './envelope.ts';
import { Keyring } from './keyring.ts';
import { createKey } from './signer.ts';
import { wrapThirdParty } from './third-party.ts';

const { signer } = createKey('builder.example');
const statement =
  '{ "_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://slsa.dev/provenance/v1",\n "subject": [{"name": "a", "digest": {"sha256": "00"}}], "predicate": {} }';

async function foreign(text: string, keyid?: string) {
  const bytes = Buffer.from(text);
  const sig = Buffer.from(await signer.sign(pae(PAYLOAD_TYPE, bytes))).toString('base64');
  const signature = keyid === undefined ? { sig } : { keyid, sig };
  return { payloadType: PAYLOAD_TYPE, payload: bytes.toString('base64'), signatures: [signature] };
}

describe('wrapThirdParty', () => {
  it('keeps payload and signature as they came, in a content that core accepts', async () => {
    const envelope = await foreign(statement, 'their-id');
    const { content, subjects } = wrapThirdParty(envelope);
    expect(content).toEqual({ envelope, predicateType: 'https://slsa.dev/provenance/v1' });
    expect(parseContent('third-party-attestation', content)).toEqual(content);
    expect(subjects).toEqual([{ name: 'a', digest: { sha256: '00' } }]);
  });

  it('says whether the signature was checked and held', async () => {
    const envelope = await foreign(statement);
    expect(wrapThirdParty(envelope).authenticity).toMatchObject({
      verified: false,
      why: expect.stringContaining('not checked'),
    });
    expect(wrapThirdParty(envelope, new Keyring([signer.publicKey])).authenticity).toEqual({
      verified: true,
      keyId: signer.keyId,
    });
    const stranger = new Keyring([createKey().signer.publicKey]);
    expect(wrapThirdParty(envelope, stranger).authenticity.verified).toBe(false);
  });

  it('refuses what is no attestation', async () => {
    const invalid = expect.objectContaining({ code: 'ENVELOPE_INVALID' });
    expect(() => wrapThirdParty({})).toThrow(invalid);
    for (const text of ['{', '{}', '[]']) expect(() => foreignThrow(text)).toThrow(invalid);
    const envelope = await foreign(statement);
    expect(() => wrapThirdParty({ ...envelope, signatures: [] })).toThrow(invalid);
    expect(() => wrapThirdParty({ ...envelope, payloadType: 'text/plain' })).toThrow(invalid);
  });
});

function foreignThrow(text: string): void {
  wrapThirdParty({
    payloadType: PAYLOAD_TYPE,
    payload: Buffer.from(text).toString('base64'),
    signatures: [{ sig: 'AA==' }],
  });
}
