/** Bundles and models made to deceive. A correct signature over a wrong statement has to be refused as much as a forged one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  bundleOf,
  edit,
  KEY,
  resourcesOf,
  rootOf,
  sha256,
  signedBytes,
  statementOf,
  TRUST,
} from './bundle.fixture.ts';
import { newKey, privatePem, publicPem } from './certificate.fixture.ts';
import { signModel } from './sign-model.ts';
import { verifyModelBundle } from './verify-model.ts';

const FILES = { 'a.bin': 'A', 'b/c.bin': 'C', 'b.bin': 'B' };
const SORTED = { 'a.bin': 'A', 'b.bin': 'B', 'b/c.bin': 'C' };
const base = mkdtempSync(join(tmpdir(), 'custos-hostile-'));
const model = join(base, 'm');
mkdirSync(join(model, 'b'), { recursive: true });
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(model, name), text);
writeFileSync(join(base, 'secret'), 'S');
afterAll(() => rmSync(base, { recursive: true }));

async function check(bytes: Buffer): Promise<string[]> {
  const result = await verifyModelBundle(model, bytes, { trust: TRUST });
  expect(result.valid).toBe(result.problems.length === 0);
  return result.problems.map(({ code, where }) => `${code} ${where}`);
}

const good = () => statementOf(resourcesOf(SORTED));
const bundle = () => bundleOf(Buffer.from(JSON.stringify(good())));
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
it('the bundle that all others are made from is good', async () => {
  expect(await check(bytes(bundle()))).toEqual([]);
});

describe('fields of the bundle', () => {
  const M = 'verificationMaterial';
  const E = 'dsseEnvelope';
  const long = 'https://x.test/'.repeat(20);
  it.each<[string, unknown, string]>([
    ['mediaType', undefined, 'FIELD_MISSING mediaType'],
    ['mediaType', 'application/json', 'FIELD_INVALID mediaType'],
    ['mediaType', 'application/vnd.dev.sigstore.bundle.v9+json', 'FIELD_INVALID mediaType'],
    ['extra', 1, 'FIELD_UNKNOWN extra'],
    ['messageSignature', {}, 'FIELD_UNKNOWN messageSignature'],
    [M, undefined, `FIELD_MISSING ${M}`],
    [M, {}, `FIELD_MISSING ${M}.publicKey`],
    [`${M}.publicKey`, {}, `FIELD_MISSING ${M}.publicKey.hint`],
    [`${M}.publicKey`, { hint: 'ab' }, `UNKNOWN_KEY ${M}.publicKey.hint`],
    [`${M}.publicKey`, { hint: 7 }, `FIELD_INVALID ${M}.publicKey.hint`],
    [
      `${M}.publicKey`,
      { rawBytes: Buffer.from(publicPem(newKey())).toString('base64') },
      `UNKNOWN_KEY ${M}.publicKey.rawBytes`,
    ],
    [`${M}.certificate`, { rawBytes: 'AAAA' }, `FIELD_UNKNOWN ${M}.certificate`],
    [
      M,
      { x509CertificateChain: { certificates: [] } },
      `FIELD_INVALID ${M}.x509CertificateChain.certificates`,
    ],
    [M, { x509CertificateChain: { certificates: [{ rawBytes: 'AAAA' }] } }, `METHOD_MISMATCH ${M}`],
    [M, { certificate: { rawBytes: 'AAAA' } }, `FIELD_MISSING ${M}.tlogEntries`],
    [E, undefined, `FIELD_MISSING ${E}`],
    [`${E}.payload`, undefined, `FIELD_MISSING ${E}.payload`],
    [`${E}.payload`, 'not base64!', `FIELD_INVALID ${E}.payload`],
    [`${E}.payloadType`, 'text/plain', `FIELD_INVALID ${E}.payloadType`],
    [`${E}.payloadType`, long, `FIELD_INVALID ${E}.payloadType`],
    [`${E}.signatures`, [], `FIELD_INVALID ${E}.signatures`],
    [`${E}.signatures`, [{ sig: 'AAAA' }, { sig: 'AAAA' }], `FIELD_INVALID ${E}.signatures`],
    [`${E}.signatures.0.sig`, undefined, `FIELD_MISSING ${E}.signatures[0].sig`],
    [`${E}.signatures.0.sig`, 'AAAA', `SIGNATURE_INVALID ${E}.signatures[0].sig`],
    [`${E}.signatures.0.cert`, 'x', `FIELD_UNKNOWN ${E}.signatures[0].cert`],
    [`${E}.extra`, 'x', `FIELD_UNKNOWN ${E}.extra`],
  ])('%s = %j', async (path, to, expected) => {
    expect(await check(bytes(edit(bundle(), path, to)))).toEqual([expected]);
  });

  it('base64 with unused bits set is an alteration', async () => {
    const { sig } = bundle().dsseEnvelope.signatures[0] ?? { sig: '' };
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const padded =
      [sig, `${Buffer.alloc(70, 7).toString('base64')}`].find((text) => text.endsWith('=')) ?? '';
    const at = padded.replace(/=+$/, '').length - 1;
    const other = `${padded.slice(0, at)}${alphabet[alphabet.indexOf(padded[at] ?? 'A') ^ 1]}${padded.slice(at + 1)}`;
    expect(Buffer.from(other, 'base64')).toEqual(Buffer.from(padded, 'base64'));
    expect(await check(bytes(edit(bundle(), 'dsseEnvelope.signatures.0.sig', other)))).toEqual([
      'FIELD_INVALID dsseEnvelope.signatures[0].sig',
    ]);
  });

  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'BUNDLE_UNREADABLE The bundle'],
    ['no JSON', Buffer.from('{'), 'BUNDLE_UNREADABLE The bundle'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'BUNDLE_UNREADABLE The bundle'],
    ['a list', Buffer.from('[]'), 'FIELD_INVALID '],
    ['deep nesting', Buffer.from(`${'['.repeat(5000)}${']'.repeat(5000)}`), 'BUNDLE_UNREADABLE The bundle'],
    [
      'a member twice',
      Buffer.from(JSON.stringify(bundle()).replace('{"mediaType"', '{"mediaType":"x","mediaType"')),
      'BUNDLE_UNREADABLE mediaType',
    ],
    [
      'a member twice, once escaped',
      Buffer.from(JSON.stringify(bundle()).replace('{"mediaType"', '{"media\\u0054ype":"x","mediaType"')),
      'BUNDLE_UNREADABLE mediaType',
    ],
    ['more than a bundle may have', Buffer.alloc(64 * 1024 * 1024 + 1, 0x20), 'BUNDLE_UNREADABLE '],
  ])('%s', async (_, input, expected) => {
    expect(await check(input)).toEqual([expected]);
  });
});

describe('what a trusted key signed, and still must not count', () => {
  const S = 'predicate.serialization';
  it.each<[string, unknown, string]>([
    ['_type', 'https://in-toto.io/Statement/v0.1', 'FIELD_INVALID _type'],
    ['predicateType', 'https://slsa.dev/provenance/v1', 'FIELD_INVALID predicateType'],
    ['predicateType', undefined, 'FIELD_MISSING predicateType'],
    ['extra', 1, 'FIELD_UNKNOWN extra'],
    ['subject', undefined, 'FIELD_MISSING subject'],
    ['subject', [], 'FIELD_INVALID subject'],
    ['subject.0.name', '', 'FIELD_INVALID subject[0].name'],
    ['subject.0.digest', {}, 'FIELD_MISSING subject[0].digest.sha256'],
    ['subject.0.digest.sha256', 'ab'.repeat(32), 'ROOT_DIGEST subject[0].digest.sha256'],
    ['predicate', undefined, 'FIELD_MISSING predicate'],
    ['predicate.extra', 1, 'FIELD_UNKNOWN predicate.extra'],
    ['predicate.resources', [], 'FIELD_INVALID predicate.resources'],
    ['predicate.resources.1.digest', 'AB'.repeat(32), 'FIELD_INVALID predicate.resources[1].digest'],
    ['predicate.resources.1.digest', 'ab', 'FIELD_INVALID predicate.resources[1].digest'],
    ['predicate.resources.1.algorithm', 'blake2b', 'FIELD_INVALID predicate.resources[1].algorithm'],
    ['predicate.resources.1.algorithm', 'md5', 'FIELD_INVALID predicate.resources[1].algorithm'],
    ['predicate.resources.1.name', undefined, 'FIELD_MISSING predicate.resources[1].name'],
    [S, undefined, `FIELD_MISSING ${S}`],
    [`${S}.method`, 'lines', `FIELD_INVALID ${S}.method`],
    [`${S}.method`, 'shards', `FIELD_MISSING ${S}.shard_size`],
    [`${S}.shard_size`, 10, `FIELD_UNKNOWN ${S}.shard_size`],
    [`${S}.hash_type`, 'sha1', `FIELD_INVALID ${S}.hash_type`],
    [`${S}.hash_type`, 'blake3', 'FIELD_INVALID predicate.resources[0].algorithm'],
    [`${S}.allow_symlinks`, undefined, `FIELD_MISSING ${S}.allow_symlinks`],
    [`${S}.allow_symlinks`, 'false', `FIELD_INVALID ${S}.allow_symlinks`],
    [`${S}.extra`, 1, `FIELD_UNKNOWN ${S}.extra`],
  ])('%s = %j', async (path, to, expected) => {
    expect(await check(signedBytes(edit(good(), path, to)))).toEqual([expected]);
  });

  it.each<[string, string]>([
    ['../secret', 'RESOURCE_NAME'],
    ['b/../../secret', 'RESOURCE_NAME'],
    ['/etc/passwd', 'RESOURCE_NAME'],
    ['C:\\x', 'RESOURCE_NAME'],
    ['./a.bin', 'RESOURCE_NAME'],
    ['b//c.bin', 'RESOURCE_NAME'],
    ['b/', 'RESOURCE_NAME'],
    ['a.bin\0', 'RESOURCE_NAME'],
    ['\ud800', 'RESOURCE_NAME'],
  ])('the resource name %j', async (name, code) => {
    const resources = [{ name, digest: sha256('S'), algorithm: 'sha256' }];
    expect(await check(signedBytes(statementOf(resources)))).toEqual([`${code} predicate.resources[0].name`]);
  });

  it('a resource twice, with the right and a wrong digest', async () => {
    const [first, ...rest] = resourcesOf(SORTED);
    const resources = [first ?? { digest: '' }, { ...first, digest: sha256('X') }, ...rest];
    expect(await check(signedBytes(statementOf(resources)))).toEqual([
      'RESOURCE_DUPLICATE predicate.resources[1].name',
    ]);
  });

  it('resources in another order, although the root digest fits', async () => {
    const resources = resourcesOf({ 'b.bin': 'B', 'a.bin': 'A', 'b/c.bin': 'C' });
    expect(await check(signedBytes(statementOf(resources)))).toEqual([
      'RESOURCES_REORDERED predicate.resources[1]',
    ]);
  });

  it('the order of the reference implementation (part by part) is as good as that of the specification', async () => {
    const byParts = resourcesOf({ 'a.bin': 'A', 'b/c.bin': 'C', 'b.bin': 'B' });
    expect(await check(signedBytes(statementOf(byParts)))).toEqual([]);
  });

  it.each([
    'a.bin:0:2',
    'a.bin:0:0',
    'a.bin:2:1',
    'a.bin',
    'a.bin:00:1',
    'a.bin:-1:1',
    'a.bin:0:99999999999999999999',
  ])('the shard %s of a file with one byte', async (name) => {
    const resources = [{ name, digest: sha256('A'), algorithm: 'sha256' }];
    const found = await check(signedBytes(statementOf(resources, { method: 'shards', shard_size: 1 })));
    expect(found[0]).toMatch(/^RESOURCE_NAME/);
  });

  it('shards with a gap, or short of the end', async () => {
    writeFileSync(join(model, 'a.bin'), 'AAAA');
    try {
      const part = (range: string) => ({ name: `a.bin:${range}`, digest: sha256('A'), algorithm: 'sha256' });
      const shards = (...ranges: string[]) =>
        signedBytes(
          statementOf(ranges.map(part), { method: 'shards', shard_size: 1, ignore_paths: ['b', 'b.bin'] }),
        );
      expect(await check(shards('0:1', '1:2', '2:3', '3:4'))).toEqual([]);
      expect(await check(shards('0:1', '1:2', '3:4'))).toEqual(['FILE_CHANGED a.bin']);
      expect(await check(shards('0:1', '1:2', '2:3'))).toEqual(['FILE_CHANGED a.bin']);
    } finally {
      writeFileSync(join(model, 'a.bin'), 'A');
    }
  });

  it('shards whose algorithm names their size, as the reference implementation writes it, and no other size', async () => {
    const shards = (algorithm: string) =>
      signedBytes(
        statementOf(
          ['a.bin:0:1', 'b.bin:0:1', 'b/c.bin:0:1'].map((name) => ({
            name,
            digest: sha256(name === 'b/c.bin:0:1' ? 'C' : name.slice(0, 1).toUpperCase()),
            algorithm,
          })),
          { method: 'shards', shard_size: 8 },
        ),
      );
    expect(await check(shards('sha256-sharded-8'))).toEqual([]);
    expect(await check(shards('sha256-sharded-9'))).toEqual([
      'FIELD_INVALID predicate.resources[0].algorithm',
    ]);
  });

  it.each(['.', '', '/', '..', './', '*', '../m', 'b/..', 'b/../a.bin', '/etc', './extra.bin'])(
    'ignoring %j excludes no file',
    async (path) => {
      writeFileSync(join(model, 'extra.bin'), 'x');
      try {
        const signed = signedBytes(statementOf(resourcesOf(SORTED), { ignore_paths: [path] }));
        expect(await check(signed)).toEqual(['FILE_EXTRA extra.bin']);
      } finally {
        rmSync(join(model, 'extra.bin'));
      }
    },
  );

  it('a payload that names a member twice', async () => {
    const text = JSON.stringify(good()).replace('"predicate":', '"predicate":{},"predicate":');
    expect(await check(signedBytes(text))).toEqual(['BUNDLE_UNREADABLE predicate']);
    expect(await check(signedBytes('not json'))).toEqual(['BUNDLE_UNREADABLE The signed statement']);
  });
});

it('the signature of one payload does not carry over to another', async () => {
  const [one, two] = [
    bundle(),
    bundleOf(Buffer.from(JSON.stringify(statementOf(resourcesOf({ 'a.bin': 'X' }))))),
  ];
  const mixed = { ...one, dsseEnvelope: { ...one.dsseEnvelope, payload: two.dsseEnvelope.payload } };
  expect(await check(bytes(mixed))).toEqual(['SIGNATURE_INVALID dsseEnvelope.signatures[0].sig']);
});

it('large files are hashed in threads, and a file that is written to meanwhile is not called good', async () => {
  const folder = join(base, 'large');
  mkdirSync(folder);
  for (const name of ['x', 'y', 'z']) writeFileSync(join(folder, name), Buffer.alloc(40_000_000, name));
  const signer = { kind: 'key' as const, key: privatePem(KEY) };
  const { bundle: signed, manifest } = await signModel(folder, { signer, shardSize: 15_000_000, threads: 2 });
  expect(manifest.resources).toHaveLength(9);
  expect(manifest.rootDigest).toBe(rootOf(manifest.resources));
  const verified = await verifyModelBundle(folder, signed, { trust: TRUST, threads: 2 });
  expect(verified).toMatchObject({ valid: true, files: 3, bytes: 120_000_000 });
  const running = signModel(folder, { signer, threads: 1 });
  const writing = setInterval(() => writeFileSync(join(folder, 'x'), Buffer.of(0x79), { flag: 'r+' }), 1);
  await expect(running.finally(() => clearInterval(writing))).rejects.toThrow(/changed while it was hashed/);
});
