/** Bundles and models made to deceive. A correct signature over a wrong statement has to be refused as much as a forged one. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

  it.each<[string, string[], string]>([
    ['all of them', ['0:2', '2:4'], ''],
    ['a gap', ['0:2', '4:5'], 'SHARD_MISSING predicate.resources[1].name'],
    ['no beginning', ['2:4'], 'SHARD_MISSING predicate.resources[0].name'],
    ['a short one in the middle', ['0:1', '2:4'], 'SHARD_MISSING predicate.resources[1].name'],
    ['an overlap', ['0:1', '0:2', '2:4'], 'SHARD_OVERLAP predicate.resources[1].name'],
    ['one that is twice there', ['0:2', '0:2', '2:4'], 'RESOURCE_DUPLICATE predicate.resources[1].name'],
    ['another order', ['2:4', '0:2'], 'RESOURCES_REORDERED predicate.resources[1]'],
    ['one beyond the end of the file', ['0:2', '2:4', '4:5'], 'SHARD_MISSING a.bin'],
    ['one less than the file has', ['0:2'], 'SHARD_EXTRA a.bin'],
    ['a last one that is too short', ['0:2', '2:3'], 'SHARD_EXTRA a.bin'],
  ])('shards with %s', async (_, ranges, expected) => {
    writeFileSync(join(model, 'a.bin'), 'AAAA');
    try {
      const parts = ranges.map((range) => {
        const [start = 0, end = 0] = range.split(':').map(Number);
        return { name: `a.bin:${range}`, digest: sha256('A'.repeat(end - start)), algorithm: 'sha256' };
      });
      const layout = { method: 'shards', shard_size: 2, ignore_paths: ['b', 'b.bin'] };
      expect(await check(signedBytes(statementOf(parts, layout)))).toEqual(expected === '' ? [] : [expected]);
    } finally {
      writeFileSync(join(model, 'a.bin'), 'A');
    }
  });

  it('shards under the name of another file', async () => {
    const shard = { name: 'z.bin:0:1', digest: sha256('A'), algorithm: 'sha256' };
    const layout = { method: 'shards', shard_size: 2, ignore_paths: ['b', 'b.bin'] };
    expect(await check(signedBytes(statementOf([shard], layout)))).toEqual([
      'FILE_EXTRA a.bin',
      'FILE_MISSING z.bin',
    ]);
  });

  it('the name "." of a model that is one file, beside other names', async () => {
    const resources = ['.', 'a.bin'].map((name) => ({ name, digest: sha256('A'), algorithm: 'sha256' }));
    const signed = signedBytes(statementOf(resources));
    const found = await verifyModelBundle(join(model, 'a.bin'), signed, { trust: TRUST });
    expect(found.problems.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'RESOURCE_NAME predicate.resources[0].name',
    ]);
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

it('a file that is exchanged between the reading of two of its shards is not called good', async () => {
  const folder = join(base, 'exchanged');
  mkdirSync(folder);
  const [file, other] = [join(folder, 'x'), join(base, 'other')];
  writeFileSync(file, Buffer.alloc(1_200_000, 'x'));
  writeFileSync(other, Buffer.concat([Buffer.alloc(600_000, 'x'), Buffer.alloc(600_000, 'y')]));
  const signer = { kind: 'key' as const, key: privatePem(KEY) };
  const { bundle: signed } = await signModel(folder, { signer, shardSize: 600_000 });
  const found = await verifyModelBundle(folder, signed, {
    trust: TRUST,
    threads: 1,
    // The last shard is read first.
    onProgress: () => existsSync(other) && renameSync(other, file),
  });
  expect(found.problems.map(({ code, where }) => `${code} ${where}`)).toEqual(['FILE_UNSTABLE x']);
});

describe('the file tree', () => {
  it('links that double at each step, and lead to no file, end', async () => {
    const folder = join(base, 'doubling');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.bin'), 'A');
    for (let i = 0; i < 40; i++) {
      mkdirSync(join(base, `step${i}`));
      for (const name of ['l', 'r']) symlinkSync(join(base, `step${i + 1}`), join(base, `step${i}`, name));
    }
    mkdirSync(join(base, 'step40'));
    symlinkSync(join(base, 'step0'), join(folder, 'more'));
    const signed = signedBytes(statementOf(resourcesOf({ 'a.bin': 'A' }), { allow_symlinks: true }));
    await expect(verifyModelBundle(folder, signed, { trust: TRUST })).rejects.toThrow(
      /into folders more than 10000 times/,
    );
  }, 60_000);

  it.skipIf(process.platform !== 'linux')('names that only look the same are different files', async () => {
    const folder = join(base, 'unicode');
    mkdirSync(folder);
    writeFileSync(join(folder, 'e\u0301.bin'), 'A');
    const signed = signedBytes(statementOf(resourcesOf({ '\u00e9.bin': 'A' })));
    const found = await verifyModelBundle(folder, signed, { trust: TRUST });
    expect(found.problems.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'FILE_EXTRA e\u0301.bin',
      'FILE_MISSING \u00e9.bin',
    ]);
  });

  it('a backslash is a part of a name and no way into a folder', async () => {
    const signed = signedBytes(statementOf(resourcesOf({ 'a.bin': 'A', 'b.bin': 'B', 'b\\c.bin': 'C' })));
    expect(await check(signed)).toEqual(['FILE_EXTRA b/c.bin', 'FILE_MISSING b\\c.bin']);
  });

  it('what the signature does not name is listed, although it does no harm', async () => {
    for (const [name, text] of [
      ['extra.py', 'x'],
      ['skip/x.py', 'x'],
    ] as const) {
      mkdirSync(join(model, 'skip'), { recursive: true });
      writeFileSync(join(model, name), text);
    }
    try {
      const signed = signedBytes(statementOf(resourcesOf(SORTED), { ignore_paths: ['skip'] }));
      const found = await verifyModelBundle(model, signed, { trust: TRUST, ignoreUnsigned: true });
      expect(found).toMatchObject({ valid: true, unsigned: ['extra.py', 'skip/'] });
      const some = signedBytes(statementOf(resourcesOf({ 'b/c.bin': 'C' }), { ignore_paths: ['skip', 'b'] }));
      writeFileSync(join(model, 'b/d.py'), '');
      expect((await verifyModelBundle(model, some, { trust: TRUST, ignoreUnsigned: true })).unsigned).toEqual(
        ['a.bin', 'b.bin', 'b/d.py', 'extra.py', 'skip/'],
      );
    } finally {
      for (const name of ['extra.py', 'skip', 'b/d.py'])
        rmSync(join(model, name), { recursive: true, force: true });
    }
  });
});

describe('the SHA-256 of each file', () => {
  it.each<['sha256' | 'blake2b' | 'blake3', number | undefined]>([
    ['sha256', undefined],
    ['sha256', 2],
    ['blake2b', undefined],
    ['blake3', 3],
  ])('comes from the reading that was verified (%s, shards of %s)', async (hashType, shardSize) => {
    const folder = join(base, `digests-${hashType}-${shardSize}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'x'), 'weights');
    const signer = { kind: 'key' as const, key: privatePem(KEY) };
    const { bundle: signed } = await signModel(folder, {
      signer,
      hashType,
      ...(shardSize === undefined ? {} : { shardSize }),
    });
    const found = await verifyModelBundle(folder, signed, { trust: TRUST, fileDigests: true });
    expect([found.problems, [...found.digests]]).toEqual([[], [['x', sha256('weights')]]]);
    writeFileSync(join(folder, 'x'), 'Weights');
    const changed = await verifyModelBundle(folder, signed, { trust: TRUST, fileDigests: true });
    expect([changed.valid, [...changed.digests]]).toEqual([false, [['x', sha256('Weights')]]]);
    expect(changed.problems).toHaveLength(1);
  });
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
