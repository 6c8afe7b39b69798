/** Forms of earlier releases (specification v1.0, section 11), made here as the specification and the reference implementation describe them. */
import { createHash, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { PAYLOAD_TYPE } from '../envelope.ts';
import { bundleOf, KEY, resourcesOf, statementOf, TRUST } from './bundle.fixture.ts';
import { CODE_SIGNING, makeCertificate, newKey, publicPem } from './certificate.fixture.ts';
import { legacyEncoding } from './legacy.ts';
import { verifyModelBundle } from './verify-model.ts';

const model = mkdtempSync(join(tmpdir(), 'custos-history-'));
const FILES = { 'signme-1': 'one', 'signme-2': 'two' };
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(model, name), text);
afterAll(() => rmSync(model, { recursive: true }));

const verify = (bundle: object, trust: Parameters<typeof verifyModelBundle>[2]['trust'] = TRUST) =>
  verifyModelBundle(model, Buffer.from(JSON.stringify(bundle)), { trust });

it('releases 0.3.1 to 1.0: rawBytes instead of hint, keyid null, no ignore_paths', async () => {
  const bundle = bundleOf(Buffer.from(JSON.stringify(statementOf(resourcesOf(FILES)), undefined, 2)));
  const rawBytes = Buffer.from(publicPem(KEY)).toString('base64');
  const [signature] = bundle.dsseEnvelope.signatures;
  if (signature) signature.keyid = null;
  for (const publicKey of [
    { rawBytes, keyDetails: 'PKIX_ECDSA_P256_SHA_256' },
    {
      rawBytes: KEY.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      keyDetails: 'PKIX_ECDSA_P521_SHA_512',
    },
  ]) {
    const result = await verify({ ...bundle, verificationMaterial: { publicKey } });
    expect(result.problems).toEqual([]);
    expect(result.warnings.map(({ code }) => code)).toEqual(['DEPRECATED_FORM']);
  }
});

it('bundles of the media types 0.1 and 0.2', async () => {
  const bundle = bundleOf(Buffer.from(JSON.stringify(statementOf(resourcesOf(FILES)))));
  for (const version of ['0.1', '0.2', '0.3'])
    expect(
      (await verify({ ...bundle, mediaType: `application/vnd.dev.sigstore.bundle+json;version=${version}` }))
        .valid,
    ).toBe(true);
});

function digests01(): Buffer {
  const subject = Object.entries(FILES).map(([name, text]) => ({
    name,
    digest: { sha256: createHash('sha256').update(text).digest('hex') },
  }));
  const predicateType = 'https://model_signing/Digests/v0.1';
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject,
    predicateType,
    predicate: { unused: 'it\'s "unused", über' },
  };
  return Buffer.from(`${JSON.stringify(statement, undefined, 2)}\n`);
}

it('release 0.2: files as subjects, signed over the encoding of its time with SHA-256 for every curve', async () => {
  const payload = digests01();
  for (const curve of ['P-256', 'P-384']) {
    const [rootKey, key] = [newKey(), newKey(curve)];
    const certificates = makeCertificate({ subject: 'root', key: rootKey, ca: true, keyUsage: [5] });
    const leaf = makeCertificate({
      subject: 'signer',
      issuer: 'root',
      key,
      signer: rootKey,
      keyUsage: [0],
      extendedKeyUsage: [CODE_SIGNING],
    });
    const rawBytes = leaf.replace(/-----[A-Z ]+-----|\n/g, '');
    const old = sign('sha256', legacyEncoding(payload), key.privateKey);
    const bundle = {
      ...bundleOf(payload, old),
      verificationMaterial: { x509CertificateChain: { certificates: [{ rawBytes }] }, tlogEntries: [] },
    };
    const result = await verify(bundle, { kind: 'certificate', certificates });
    expect(result.problems).toEqual([]);
    expect(result.warnings[0]?.message).toMatch(/deprecated form/);
  }
  writeFileSync(join(model, 'signme-3'), '');
  const extra = await verify(bundleOf(payload));
  expect(extra.problems.map(({ code, where }) => `${code} ${where}`)).toEqual(['FILE_EXTRA signme-3']);
  rmSync(join(model, 'signme-3'));
});

it('the old encoding counts for the old form only', async () => {
  const payload = Buffer.from(JSON.stringify(statementOf(resourcesOf(FILES))));
  const result = await verify(bundleOf(payload, sign('sha256', legacyEncoding(payload), KEY.privateKey)));
  expect(result.problems.map(({ code }) => code)).toEqual(['SIGNATURE_INVALID']);
});

it("the old encoding is Python's way to show bytes", () => {
  const shown = (text: string) =>
    legacyEncoding(Buffer.from(text)).toString().slice(`DSSEV1 28 ${PAYLOAD_TYPE} `.length);
  expect(shown('{"a":\n"ü\\"}')).toBe(
    String.raw`14 b'{"a":\n"\xc3\xbc\\"}'`.replace('14', String(Buffer.byteLength('{"a":\n"ü\\"}'))),
  );
  expect(shown("it's")).toBe(`4 b"it's"`);
  expect(shown(`'"`)).toBe(String.raw`2 b'\'"'`);
});
