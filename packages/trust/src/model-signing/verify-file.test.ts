/** What `cosign sign-blob` and attestation tools make, over one file. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { PAYLOAD_TYPE, pae } from '../envelope.ts';
import { bundleOf, KEY, resourcesOf, signedBytes, statementOf, TRUST } from './bundle.fixture.ts';
import { makeCertificate, newKey, publicPem } from './certificate.fixture.ts';
import { signatureForm, type VerifyFileOptions, verifyFile, verifySignature } from './verify-file.ts';

const base = mkdtempSync(join(tmpdir(), 'custos-blob-'));
const file = join(base, 'model.gguf');
const TYPE = 'https://slsa.dev/provenance/v1';
afterAll(() => rmSync(base, { recursive: true }));
beforeEach(() => writeFileSync(file, 'weights'));

const content = Buffer.from('weights');
const digest = createHash('sha256').update(content).digest();
const raw = sign('sha256', content, KEY.privateKey).toString('base64');
const blobBundle = (more: object = {}, material: object = { publicKey: { hint: 'any' } }) => ({
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  verificationMaterial: material,
  messageSignature: {
    messageDigest: { algorithm: 'SHA2_256', digest: digest.toString('base64') },
    signature: raw,
    ...more,
  },
});
const statement = (sha256: string) =>
  Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v0.1',
      predicateType: TYPE,
      subject: [{ name: 'x', digest: { sha256 } }],
      predicate: {},
    }),
  );
const envelope = (payload: Buffer, key = KEY) => ({
  payloadType: PAYLOAD_TYPE,
  payload: payload.toString('base64'),
  signatures: [
    { keyid: 'theirs', sig: sign('sha256', pae(PAYLOAD_TYPE, payload), key.privateKey).toString('base64') },
  ],
});
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

async function check(signature: unknown, more: Partial<VerifyFileOptions> = {}): Promise<string[]> {
  const result = await verifyFile(file, bytes(signature), { trust: TRUST, ...more });
  expect(result.valid).toBe(result.problems.length === 0);
  return result.problems.map(({ code }) => code);
}

describe('a signature over a file', () => {
  it('raw, in a bundle, of other digests, and by Ed25519', async () => {
    expect(await check(`${raw}\n`)).toEqual([]);
    expect(await check(blobBundle())).toEqual([]);
    const messageDigest = {
      algorithm: 'SHA2_512',
      digest: createHash('sha512').update(content).digest('base64'),
    };
    expect(await check(blobBundle({ messageDigest }))).toEqual([]);
    const pair = generateKeyPairSync('ed25519');
    const trust = { kind: 'key' as const, key: publicPem(pair) };
    expect(await check(sign(null, content, pair.privateKey).toString('base64'), { trust })).toEqual([]);
  });

  it('says whether the file, the key or the bundle is wrong', async () => {
    expect(await check(raw, { trust: { kind: 'key', key: publicPem(newKey()) } })).toEqual([
      'SIGNATURE_INVALID',
    ]);
    expect(await check(blobBundle({ signature: 'AAAA' }))).toEqual(['SIGNATURE_INVALID']);
    expect(await check(blobBundle({ messageDigest: { algorithm: 'MD5', digest: 'AAAA' } }))).toEqual([
      'FIELD_INVALID',
    ]);
    expect(await check({ ...blobBundle(), dsseEnvelope: bundleOf(statement('00')).dsseEnvelope })).toEqual([
      'FIELD_UNKNOWN',
    ]);
    const rawBytes = makeCertificate({ subject: 's', key: KEY, keyUsage: [0] }).replace(
      /-----[A-Z ]+-----|\n/g,
      '',
    );
    expect(await check(blobBundle({}, { x509CertificateChain: { certificates: [{ rawBytes }] } }))).toEqual([
      'METHOD_MISMATCH',
    ]);
    expect(
      await check(raw, { trust: { kind: 'sigstore', trustedRoot: '{}', identity: 'a', issuer: 'b' } }),
    ).toEqual(['METHOD_MISMATCH']);
    writeFileSync(file, 'other');
    expect(await check(blobBundle())).toEqual(['FILE_CHANGED']);
    expect(await check(raw)).toEqual(['SIGNATURE_INVALID']);
  });

  it('by a certificate under a trusted root', async () => {
    const [root, leaf] = [newKey(), newKey()];
    const certificates = makeCertificate({ subject: 'root', key: root, ca: true, keyUsage: [5] });
    const rawBytes = makeCertificate({
      subject: 's',
      issuer: 'root',
      key: leaf,
      signer: root,
      keyUsage: [0],
    }).replace(/-----[A-Z ]+-----|\n/g, '');
    const signature = sign('sha256', content, leaf.privateKey).toString('base64');
    const signed = blobBundle({ signature }, { x509CertificateChain: { certificates: [{ rawBytes }] } });
    expect(await check(signed, { trust: { kind: 'certificate', certificates } })).toEqual([]);
  });
});

describe('an attestation about a file', () => {
  it('counts for the type that was asked for, bare and in a bundle', async () => {
    const payload = statement(digest.toString('hex'));
    for (const signed of [envelope(payload), bundleOf(payload)]) {
      expect(signatureForm(bytes(signed))).toBe('attestation');
      expect(await check(signed, { attestationType: TYPE })).toEqual([]);
      expect(await check(signed)).toEqual(['FIELD_INVALID']);
      expect(await check(signed, { attestationType: `${TYPE}x` })).toEqual(['FIELD_INVALID']);
    }
  });

  it('is given away as it came, and only when it holds', async () => {
    const payload = statement(digest.toString('hex'));
    const verified = async (signed: object, attestationType = TYPE) =>
      verifyFile(file, bytes(signed), { trust: TRUST, attestationType });
    const bare = envelope(payload);
    expect((await verified(bare)).attestation).toEqual({ envelope: bare, predicateType: TYPE });
    const bundle = bundleOf(payload);
    expect((await verified(bundle)).attestation).toEqual({
      envelope: bundle.dsseEnvelope,
      predicateType: TYPE,
    });
    expect((await verified(bare, 'https://x.test')).attestation).toBeUndefined();
    expect((await verified(envelope(payload, newKey()))).attestation).toBeUndefined();
    const two = { ...bare, signatures: [{ keyid: null, sig: 'AAAA' }, ...bare.signatures] };
    expect((await verified(two)).valid).toBe(true);
    expect((await verified({ ...two, signatures: two.signatures.slice(0, 1) })).valid).toBe(false);
  });

  it('who asks for one is not served with another signature', async () => {
    const signature = join(base, 'asked.sig');
    const asked = { trust: TRUST, attestationType: TYPE };
    const model = signedBytes(statementOf(resourcesOf({ 'model.gguf': 'weights' })));
    for (const other of [raw, bytes(blobBundle()), model]) {
      writeFileSync(signature, other);
      expect(await verifySignature(file, signature, asked)).toMatchObject({
        valid: false,
        form: 'attestation',
        problems: [{ code: 'FIELD_INVALID', where: 'predicateType' }],
      });
    }
    expect((await verifySignature(file, signature, { trust: TRUST })).valid).toBe(true);
    await expect(verifySignature(base, signature, asked)).rejects.toThrow(/about a file/);
  });

  it('by somebody else, about something else, or altered, does not', async () => {
    const more = { attestationType: TYPE };
    expect(await check(envelope(statement('00'.repeat(32))), more)).toEqual(['FILE_CHANGED']);
    const good = envelope(statement(digest.toString('hex')));
    expect(await check(envelope(statement(digest.toString('hex')), newKey()), more)).toEqual([
      'SIGNATURE_INVALID',
    ]);
    expect(await check({ ...good, payload: statement('11'.repeat(32)).toString('base64') }, more)).toEqual([
      'SIGNATURE_INVALID',
    ]);
  });
});

it('the kind of a signature is told from its outside', async () => {
  expect(signatureForm(signedBytes(statementOf(resourcesOf({ a: 'A' }))))).toBe('model');
  expect(signatureForm(Buffer.from('{'))).toBe('model');
  expect(signatureForm(bytes(blobBundle()))).toBe('blob');
  const signature = join(base, 'model.gguf.sig');
  writeFileSync(signature, raw);
  symlinkSync(file, join(base, 'link'));
  expect((await verifySignature(join(base, 'link'), signature, { trust: TRUST })).valid).toBe(true);
  expect((await verifySignature(base, signature, { trust: TRUST })).problems.map(({ code }) => code)).toEqual(
    ['BUNDLE_UNREADABLE'],
  );
  await expect(verifyFile(base, bytes(raw), { trust: TRUST })).rejects.toThrow(/over one file/);
});

it('no altered byte of a bundle counts for another signature', async () => {
  const whole = bytes(blobBundle());
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, to) => {
      const mutated = Buffer.from(whole);
      mutated[at] = to;
      const { valid, problems } = await verifyFile(file, mutated, { trust: TRUST });
      if (valid) expect(mutated.toString()).toContain(raw);
      else expect(problems[0]?.message).toBeTruthy();
    }),
    { seed: 7, numRuns: 300 },
  );
});
