/** What is signed here verifies here, with every method, hash and layout; and every change of the model is named. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fixedClock } from '@custos/core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModelTrust } from './authenticate.ts';
import { CODE_SIGNING, makeCertificate, newKey, privatePem, publicPem } from './certificate.fixture.ts';
import { type ModelSigner, type SignModelOptions, signModel } from './sign-model.ts';
import { type VerifyModelOptions, verifyModel } from './verify-model.ts';

const base = mkdtempSync(join(tmpdir(), 'custos-model-'));
afterAll(() => rmSync(base, { recursive: true }));
const key = newKey();
const SIGNER: ModelSigner = { kind: 'key', key: privatePem(key) };
const TRUST: ModelTrust = { kind: 'key', key: publicPem(key) };
const clock = fixedClock('2026-11-21T12:00:00Z');

let model = '';
let signature = '';
let n = 0;
beforeEach(() => {
  model = join(base, `m${n++}`);
  signature = join(model, 'model.sig');
  put('config.json', '{"a":1}');
  put('weights/a.bin', 'A'.repeat(2500));
  put('weights.bin', 'W');
  put('empty.bin', '');
  put('.git/HEAD', 'ref');
  put('sub/.git/HEAD', 'not at the root, so it is signed');
});

function put(name: string, text: string): void {
  mkdirSync(dirname(join(model, name)), { recursive: true });
  writeFileSync(join(model, name), text);
}

async function sign(more: Partial<SignModelOptions> = {}) {
  const { bundle, manifest, warnings } = await signModel(model, {
    signer: SIGNER,
    signature,
    clock,
    ...more,
  });
  writeFileSync(signature, bundle);
  return { manifest, warnings };
}

const verify = (more: Partial<VerifyModelOptions> = {}) =>
  verifyModel(model, signature, { trust: TRUST, clock, ...more });

/** `CODE where` of each problem. */
async function problems(more: Partial<VerifyModelOptions> = {}): Promise<string[]> {
  const result = await verify(more);
  expect(result.valid).toBe(result.problems.length === 0);
  return result.problems.map(({ code, where }) => `${code} ${where}`);
}

describe('a manifest', () => {
  it('lists what the specification says, in its order, with its root digest', async () => {
    const { manifest } = await sign({ ignore: ['sub'] });
    expect(manifest.resources.map(({ name }) => name)).toEqual([
      'config.json',
      'empty.bin',
      'weights.bin',
      'weights/a.bin',
    ]);
    const digests = ['{"a":1}', '', 'W', 'A'.repeat(2500)].map((text) =>
      createHash('sha256').update(text).digest('hex'),
    );
    expect(manifest.resources.map(({ digest }) => digest)).toEqual(digests);
    expect(manifest.rootDigest).toBe(createHash('sha256').update(digests.join(''), 'hex').digest('hex'));
    expect(manifest.serialization).toEqual({
      method: 'files',
      hash_type: 'sha256',
      allow_symlinks: false,
      ignore_paths: ['.git', '.gitattributes', '.github', '.gitignore', 'model.sig', 'sub'],
    });
    expect(await problems()).toEqual([]);
  });

  it('has the digests that openssl computes', async () => {
    const hex = (algorithm: string) =>
      spawnSync('openssl', ['dgst', `-${algorithm}`, '-r', join(model, 'weights/a.bin')])
        .stdout.toString()
        .split(' ')[0];
    if (hex('sha256') === undefined) return;
    for (const [hashType, algorithm] of [
      ['sha256', 'sha256'],
      ['blake2b', 'blake2b512'],
    ] as const) {
      const { manifest } = await sign({ hashType });
      expect(manifest.resources.at(-1)?.digest).toBe(hex(algorithm));
    }
  });

  it('knows BLAKE3 as its authors publish it', async () => {
    put('only/empty', '');
    const { manifest } = await signModel(join(model, 'only'), { signer: SIGNER, hashType: 'blake3' });
    expect(manifest.resources[0]?.digest).toBe(
      'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
    );
  });

  it('cuts files into shards and leaves out empty ones', async () => {
    const { manifest } = await sign({ shardSize: 1000, ignore: ['sub', 'config.json'] });
    expect(manifest.resources.map(({ name }) => name)).toEqual([
      'weights.bin:0:1',
      'weights/a.bin:0:1000',
      'weights/a.bin:1000:2000',
      'weights/a.bin:2000:2500',
    ]);
    expect(await problems()).toEqual([]);
    appendFileSync(join(model, 'weights/a.bin'), 'more');
    put('weights.bin', 'X');
    expect(await problems()).toEqual(['SHARD_EXTRA weights/a.bin', 'FILE_CHANGED weights.bin']);
  });

  it('of one file is named after it', async () => {
    const file = join(model, 'weights.bin');
    const { bundle, manifest } = await signModel(file, { signer: SIGNER });
    expect([manifest.modelName, manifest.resources[0]?.name]).toEqual(['weights.bin', 'weights.bin']);
    writeFileSync(signature, bundle);
    expect((await verifyModel(file, signature, { trust: TRUST })).valid).toBe(true);
  });

  it('is the same each time it is made', async () => {
    const first = await sign();
    expect((await sign()).manifest).toEqual(first.manifest);
  });
});

describe('signing methods', () => {
  it.each(['P-256', 'P-384', 'P-521'])('key on %s', async (curve) => {
    const pair = newKey(curve);
    await sign({ signer: { kind: 'key', key: privatePem(pair) } });
    const result = await verify({ trust: { kind: 'key', key: publicPem(pair) } });
    expect(result).toMatchObject({ valid: true, method: 'key' });
    expect(result.signer).toContain(`${curve} key`);
    expect(await problems()).toEqual(['UNKNOWN_KEY verificationMaterial.publicKey.hint']);
  });

  it('Ed25519', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const pair = generateKeyPairSync('ed25519');
    await sign({ signer: { kind: 'key', key: privatePem(pair) } });
    expect(await problems({ trust: { kind: 'key', key: publicPem(pair) } })).toEqual([]);
  });

  it("refuses other keys, and keys in each other's place", async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    for (const pair of [generateKeyPairSync('rsa', { modulusLength: 2048 }), newKey('secp256k1')])
      await expect(sign({ signer: { kind: 'key', key: privatePem(pair) } })).rejects.toThrow(
        /P-256, P-384, P-521 or Ed25519/,
      );
    await sign();
    await expect(verify({ trust: { kind: 'key', key: privatePem(key) } })).rejects.toThrow(/private key/);
    await expect(verify({ trust: { kind: 'key', key: 'x' } })).rejects.toThrow(/no public key/);
  });

  it("a certificate under a root of one's own, checked for name and time", async () => {
    const [rootKey, leafKey] = [newKey('P-384'), newKey('P-384')];
    const certificates = makeCertificate({ subject: 'root', key: rootKey, ca: true, keyUsage: [5] });
    const fields = {
      subject: 'release',
      issuer: 'root',
      key: leafKey,
      signer: rootKey,
      keyUsage: [0],
      extendedKeyUsage: [CODE_SIGNING],
    };
    const certificate = makeCertificate({ ...fields, email: 'release@example.org' });
    const signer = { kind: 'certificate' as const, key: privatePem(leafKey), certificate };
    await sign({ signer });
    const trust = { kind: 'certificate' as const, certificates };
    expect(await verify({ trust })).toMatchObject({ valid: true, signer: 'CN=release' });
    expect(await problems({ trust: { ...trust, identity: 'release@example.org' } })).toEqual([]);
    expect(await problems({ trust: { ...trust, identity: 'else@example.org' } })).toEqual([
      'IDENTITY_MISMATCH release@example.org, release',
    ]);
    expect(await problems({ trust, clock: fixedClock('2050-01-01T00:00:00Z') })).toEqual([
      'CERTIFICATE_EXPIRED CN=release',
    ]);
    expect(await problems()).toEqual(['METHOD_MISMATCH verificationMaterial']);
    await expect(verify({ trust: { ...trust, certificates: 'none' } })).rejects.toThrow(
      expect.objectContaining({ code: 'TRUST_FILE' }),
    );
    await expect(sign({ signer: { ...signer, key: privatePem(key) } })).rejects.toThrow(/another key/);
    const old = makeCertificate({ ...fields, notAfter: new Date('2021-01-01') });
    await expect(sign({ signer: { ...signer, certificate: old } })).rejects.toThrow(/expired/);
  });
});

describe('a changed model', () => {
  beforeEach(() => sign());

  it('names every file that is missing, extra, changed or renamed', async () => {
    put('config.json', '{"a":2}');
    put('extra/new.bin', 'x');
    rmSync(join(model, 'empty.bin'));
    renameSync(join(model, 'weights/a.bin'), join(model, 'weights/A.bin'));
    expect(await problems()).toEqual([
      'FILE_MISSING empty.bin',
      'FILE_EXTRA extra/new.bin',
      'FILE_EXTRA weights/A.bin',
      'FILE_MISSING weights/a.bin',
      'FILE_CHANGED config.json',
    ]);
    expect(await problems({ ignoreUnsigned: true })).toEqual([
      'FILE_MISSING empty.bin',
      'FILE_MISSING weights/a.bin',
      'FILE_CHANGED config.json',
    ]);
  });

  it('takes no harm from what is ignored: git at the root, the signature, paths of the verifier', async () => {
    put('.git/config', 'x');
    put('.gitignore', 'x');
    expect(await problems()).toEqual([]);
    put('sub/.git/config', 'x');
    expect(await problems()).toEqual(['FILE_EXTRA sub/.git/config']);
    expect(await problems({ ignore: ['sub/.git'] })).toEqual([]);
    await expect(verify({ ignore: ['../x'] })).rejects.toThrow(/leads out/);
    await expect(verify({ ignore: ['*.bin'] })).rejects.toThrow(/only exact paths/);
  });

  it('a signed file is checked although the verifier ignores it', async () => {
    put('config.json', 'x');
    expect(await problems({ ignore: ['config.json'] })).toEqual(['FILE_CHANGED config.json']);
  });

  it('a link in the place of a file is not followed', async () => {
    renameSync(join(model, 'config.json'), join(base, 'outside.json'));
    symlinkSync(join(base, 'outside.json'), join(model, 'config.json'));
    expect(await problems()).toEqual(['SYMLINK config.json']);
    expect(await problems({ ignoreUnsigned: true })).toEqual(['SYMLINK config.json']);
  });

  it('an incremental check sees every change that moves times, and no cache is used unasked', async () => {
    const incremental = join(base, `cache${n}`, 'hashes.jsonl');
    const later = fixedClock(new Date(Date.now() + 60_000).toISOString());
    expect(await problems({ incremental, clock: later })).toEqual([]);
    expect(readFileSync(incremental, 'utf8')).toContain('config.json');
    const poisoned = readFileSync(incremental, 'utf8').replace(
      /"([0-9a-f]{64})"\]/g,
      (_, hex: string) => `"${hex.replace(/^./, (c) => (c === '0' ? '1' : '0'))}"]`,
    );
    writeFileSync(incremental, poisoned);
    expect((await problems({ incremental, clock: later })).length).toBeGreaterThan(0);
    expect(await problems()).toEqual([]);
    writeFileSync(incremental, 'rubbish');
    put('config.json', '{"a":3}');
    expect(await problems({ incremental, clock: later })).toEqual(['FILE_CHANGED config.json']);
  });

  it('does not keep a digest that could change within one tick of the clock', async () => {
    const incremental = join(base, `racy${n}`, 'hashes.jsonl');
    put('config.json', '{"a":1}');
    expect(await problems({ incremental, clock: fixedClock(new Date().toISOString()) })).toEqual([]);
    expect(readFileSync(incremental, 'utf8')).not.toContain('config.json');
  });
});

describe('what can not be signed', () => {
  it.each<[string, RegExp, () => void, Partial<SignModelOptions>?]>([
    [
      'a link',
      /a.link is a symbolic link.*--allow-symlinks/,
      () => symlinkSync('config.json', join(model, 'a.link')),
    ],
    [
      'a broken link that is followed',
      /leads nowhere/,
      () => symlinkSync('nothing', join(model, 'a.link')),
      { allowSymlinks: true },
    ],
    ['a pipe', /pipe/, () => spawnSync('mkfifo', [join(model, 'pipe')])],
    [
      'a link to a pipe',
      /pipe/,
      () => {
        spawnSync('mkfifo', [join(base, 'outer-pipe')]);
        symlinkSync(join(base, 'outer-pipe'), join(model, 'a.link'));
      },
      { allowSymlinks: true },
    ],
    [
      'nothing',
      /no file that could be signed/,
      () => {
        rmSync(model, { recursive: true });
        put('.gitignore', 'x');
      },
    ],
    [
      'a name that is no UTF-8',
      /no UTF-8/,
      () => writeFileSync(Buffer.concat([Buffer.from(`${model}/`), Buffer.of(0xff, 0x41)]), 'x'),
    ],
    ['a shard of no bytes', /above 0/, () => undefined, { shardSize: 0 }],
    ['a wild ignore path', /only exact paths/, () => undefined, { ignore: ['*.tmp'] }],
  ])('%s', async (_, message, prepare, more) => {
    prepare();
    await expect(sign(more)).rejects.toThrow(message);
  });

  it('a model that is not there', async () => {
    await expect(signModel(join(base, 'nowhere'), { signer: SIGNER })).rejects.toThrow(/does not exist/);
    await expect(verifyModel(model, join(base, 'no.sig'), { trust: TRUST })).rejects.toThrow(
      /--signature FILE/,
    );
    await expect(verifyModel(model, model, { trust: TRUST })).rejects.toThrow(/is no file/);
  });
});

describe('links that are followed', () => {
  it('are signed under their own names, with warnings for circles and for what lies outside', async () => {
    mkdirSync(join(base, 'blobs'), { recursive: true });
    writeFileSync(join(base, 'blobs/1'), 'blob');
    symlinkSync(join(base, 'blobs/1'), join(model, 'outer.bin'));
    symlinkSync('weights', join(model, 'again'));
    symlinkSync('..', join(model, 'weights/up'));
    const { manifest, warnings } = await sign({ allowSymlinks: true });
    expect(manifest.resources.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['outer.bin', 'again/a.bin', 'weights/a.bin']),
    );
    expect(warnings.map(({ code, where }) => `${code} ${where}`).sort()).toEqual([
      'SYMLINK_CYCLE again/up',
      'SYMLINK_CYCLE weights/up',
      'SYMLINK_OUTSIDE outer.bin',
    ]);
    expect(await problems()).toEqual([]);
    writeFileSync(join(base, 'blobs/1'), 'other');
    expect(await problems()).toEqual(['FILE_CHANGED outer.bin']);
  });
});
