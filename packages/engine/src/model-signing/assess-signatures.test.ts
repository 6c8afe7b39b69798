/** Signatures beside models, verified while a repository is assessed, for the signers that custos.yaml names. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Asset, digestFromHex, parseContent } from '@custos/core';
import { type SignModelOptions, sha256, signModel, verifyModel } from '@custos/trust';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseCustosYaml, type TrustedSigner } from '../declaration/custos-yaml.ts';
import { signaturesOf } from './assess-signatures.ts';
import { findSignatures } from './find-signatures.ts';
import { signatureStatements } from './signature-observations.ts';

const NOW = '2026-11-21T12:00:00.000Z';
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicPem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const signer = {
  kind: 'key' as const,
  key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};
const stranger = generateKeyPairSync('ed25519');
let root = '';

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'custos-system-'));
  mkdirSync(join(root, 'models/bert'), { recursive: true });
  writeFileSync(join(root, 'models/bert/w.safetensors'), 'weights');
  writeFileSync(join(root, 'models/bert/config.json'), '{}');
  writeFileSync(join(root, 'models/one.gguf'), 'one');
  writeFileSync(join(root, 'release.pub'), publicPem(pair.publicKey));
  writeFileSync(join(root, 'other.pub'), publicPem(stranger.publicKey));
  await sign('models/bert', 'models/bert/model.sig');
  await sign('models/one.gguf', 'models/one.gguf.sig');
});
afterEach(() => rmSync(root, { recursive: true }));

async function sign(model: string, signature: string, more: Partial<SignModelOptions> = {}): Promise<void> {
  const { bundle } = await signModel(join(root, model), {
    signer,
    signature: join(root, signature),
    ...more,
  });
  writeFileSync(join(root, signature), bundle);
}

function asset(path: string, text: string): Asset {
  return { id: `model:${path}`, kind: 'model', name: path, digest: sha256(text), locations: [{ path }] };
}

const assets = [asset('models/bert/w.safetensors', 'weights'), asset('models/one.gguf', 'one')];
const trusted = (...keys: string[]) => keys.map((key) => ({ path: 'models', key }));
const told = async (...keys: string[]) =>
  (await signaturesOf(root, trusted(...keys), assets, NOW)).map(({ subject, predicate }) => ({
    ...parseContent('signature-verification', predicate.content),
    digest: digestFromHex(subject[0]?.digest.sha256 ?? ''),
    source: predicate.source,
  }));

describe('signatures beside models', () => {
  it('are found for a file and for the folder above it, and no other kind of file is taken for one', () => {
    writeFileSync(join(root, 'models/one.gguf.sig'), '-----BEGIN PGP SIGNATURE-----');
    expect(findSignatures(root, assets, '.')).toEqual([
      { model: 'models/bert', signature: 'models/bert/model.sig' },
    ]);
    expect(findSignatures(root, assets, 'models/one.gguf')).toEqual([]);
    writeFileSync(join(root, 'model.sig'), '{}');
    expect(findSignatures(root, assets, 'models')).toHaveLength(1);
    expect(findSignatures(root, assets, '.').map(({ signature }) => signature)).toEqual([
      'models/bert/model.sig',
      'model.sig',
    ]);
  });

  it('become one observation for each asset, bound to its digest', async () => {
    const [folder, file] = await told('release.pub');
    expect(folder).toMatchObject({
      asset: 'model:models/bert/w.safetensors',
      method: 'openssf-model-signing',
      valid: true,
      at: 'audit',
      digest: sha256('weights'),
      source: 'models/bert/model.sig',
    });
    expect(file).toMatchObject({ asset: 'model:models/one.gguf', valid: true, digest: sha256('one') });
  });

  it('count when one of several signers fits, and not for anybody else', async () => {
    expect((await told('other.pub', 'release.pub')).map(({ valid }) => valid)).toEqual([true, true]);
    expect((await told('other.pub')).map(({ valid }) => valid)).toEqual([false, false]);
    expect(await told()).toEqual([]);
  });

  it('of a changed model are invalid, about what lies there now', async () => {
    writeFileSync(join(root, 'models/one.gguf'), 'two');
    writeFileSync(join(root, 'models/bert/extra.py'), '');
    expect(await told('release.pub')).toMatchObject([
      { valid: false, digest: sha256('weights') },
      { valid: false, digest: sha256('two') },
    ]);
  });

  it('without anything that the inventory knows are about the model itself', async () => {
    const trust = { kind: 'key' as const, key: publicPem(pair.publicKey) };
    const model = join(root, 'models/bert');
    const found = await verifyModel(model, join(model, 'model.sig'), { trust });
    const [only, ...rest] = signatureStatements(found, {
      model,
      root,
      assets: [],
      trust,
      at: 'load',
      now: NOW,
      source: 's',
    });
    expect(rest).toEqual([]);
    expect(only?.subject[0]).toEqual({ name: 'bert', digest: { sha256: found.manifest?.rootDigest } });
  });
});

describe('a signature speaks for the files that it names, and its signer for the place that custos.yaml gives them', () => {
  const config = asset('models/bert/config.json', '{}');
  const stand = async (signers: TrustedSigner[], of: Asset[]) =>
    (await signaturesOf(root, signers, of, NOW)).map(({ predicate, subject: [first] }) => {
      const { asset: id, valid, signer: by } = parseContent('signature-verification', predicate.content);
      return [id, valid ? 'valid' : by === 'nobody' ? 'not signed' : 'invalid', first?.digest.sha256 ?? ''];
    });
  const hex = (text: string) => sha256(text).slice('sha256:'.length);

  it('who is trusted with one file signs neither its folder nor its neighbours', async () => {
    const key = stranger.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await sign('models/bert', 'models/bert/model.sig', { signer: { kind: 'key', key } });
    await sign('models', 'model.sig', { signer: { kind: 'key', key } });
    const other = { key: 'other.pub' };
    const file = { path: 'models/bert/w.safetensors', ...other };
    expect(await stand([file], [...assets, config])).toEqual([]);
    const bert = [...assets.slice(0, 1), config];
    expect(await stand([file, { path: 'models', key: 'release.pub' }], bert)).toEqual([
      ['model:models/bert/w.safetensors', 'invalid', hex('weights')],
      ['model:models/bert/config.json', 'invalid', hex('{}')],
    ]);
    // For the folder, the same key counts for both.
    expect((await stand([{ path: 'models/bert', ...other }], bert)).map(([, is]) => is)).toEqual([
      'valid',
      'valid',
    ]);
  });

  it('a file that lies in a signed folder and is not named is not signed', async () => {
    writeFileSync(join(root, 'models/bert/late.bin'), 'late');
    await sign('models/bert', 'models/bert/model.sig', { ignore: ['late.bin'] });
    const late = asset('models/bert/late.bin', 'late');
    const signers = trusted('release.pub');
    expect(await stand(signers, [...assets.slice(0, 1), late])).toEqual([
      ['model:models/bert/w.safetensors', 'valid', hex('weights')],
      ['model:models/bert/late.bin', 'not signed', hex('late')],
    ]);
    // A signature of its own counts, and so does one of a folder further up that names it.
    await sign('models/bert/late.bin', 'models/bert/late.bin.sig');
    expect(await stand(signers, [late])).toEqual([['model:models/bert/late.bin', 'valid', hex('late')]]);
    rmSync(join(root, 'models/bert/late.bin.sig'));
    await sign('models', 'models/model.sig');
    expect(await stand(signers, [late])).toEqual([['model:models/bert/late.bin', 'valid', hex('late')]]);
  });

  it('a file called "model" does not give its signature to the folder', async () => {
    for (const name of ['model', 'next']) writeFileSync(join(root, 'models/bert', name), name);
    rmSync(join(root, 'models/bert/model.sig'));
    await sign('models/bert/model', 'models/bert/model.sig');
    const of = ['next', 'model'].map((name) => asset(`models/bert/${name}`, name));
    expect(await stand(trusted('release.pub'), of)).toEqual([
      ['model:models/bert/next', 'not signed', hex('next')],
      ['model:models/bert/model', 'valid', hex('model')],
    ]);
  });

  it('what can not be read or verified is not valid, and ends no assessment', async () => {
    writeFileSync(join(root, 'models/one.gguf.sig'), '{');
    truncateSync(join(root, 'models/one.gguf.sig'), 65 * 1024 * 1024);
    const raw = { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', messageSignature: {} };
    writeFileSync(join(root, 'models/big.gguf'), '');
    truncateSync(join(root, 'models/big.gguf'), 1024 ** 3 + 1);
    writeFileSync(join(root, 'models/big.gguf.sig'), JSON.stringify(raw));
    const of = [...assets, asset('models/big.gguf', '')];
    expect((await stand(trusted('release.pub'), of)).map(([, is]) => is)).toEqual([
      'valid',
      'invalid',
      'invalid',
    ]);
  }, 60_000);

  it('a mention in a line of a signed file is not that file', async () => {
    const mention = {
      ...config,
      digest: sha256('x'),
      locations: [{ path: 'models/bert/config.json', line: 3 }],
    };
    expect(await stand(trusted('release.pub'), [mention])).toEqual([]);
  });

  it.each([
    ['sha256', 3],
    ['blake3', undefined],
    ['blake2b', 3],
  ] as const)(
    'the digest recorded is that of the reading that was verified (%s, shards of %s)',
    async (hashType, shardSize) => {
      const folder = join(root, 'models/bert');
      await sign('models/bert', 'models/bert/model.sig', {
        hashType,
        ...(shardSize === undefined ? {} : { shardSize }),
      });
      expect((await stand(trusted('release.pub'), assets.slice(0, 1)))[0]).toEqual([
        'model:models/bert/w.safetensors',
        'valid',
        hex('weights'),
      ]);
      const trust = { kind: 'key' as const, key: publicPem(pair.publicKey) };
      const found = await verifyModel(folder, join(folder, 'model.sig'), { trust, fileDigests: true });
      // After the last byte was verified, and before anything is recorded.
      writeFileSync(join(folder, 'w.safetensors'), 'exchanged');
      const about = { model: folder, root, assets: assets.slice(0, 1), trust, at: 'load' as const, now: NOW };
      const [statement] = signatureStatements(found, { ...about, source: 's' });
      expect(statement).toMatchObject({
        subject: [{ digest: { sha256: hex('weights') } }],
        predicate: { content: { valid: true } },
      });
      const without = await verifyModel(folder, join(folder, 'model.sig'), { trust });
      expect(signatureStatements(without, { ...about, source: 's' })[0]).toMatchObject({
        predicate: { content: { valid: false } },
      });
    },
  );

  it('digests of unchanged files are taken from a cache where one is given, and a changed one is read', async () => {
    const cache = join(root, 'hashes.jsonl');
    const later = new Date(Date.now() + 60_000).toISOString();
    const valid = async (from?: string) =>
      (await signaturesOf(root, trusted('release.pub'), assets, later, from)).map(({ predicate }) =>
        z.object({ valid: z.boolean() }).parse(predicate.content),
      );
    const both = (first: boolean, second: boolean) => [{ valid: first }, { valid: second }];
    expect(await valid(cache)).toEqual(both(true, true));
    expect(await valid(cache)).toEqual(both(true, true));
    writeFileSync(cache, readFileSync(cache, 'utf8').replaceAll(hex('one'), hex('two')));
    expect(await valid(cache)).toEqual(both(true, false));
    expect(await valid()).toEqual(both(true, true));
    // The same bytes written anew: other times, so they are read.
    writeFileSync(join(root, 'models/one.gguf'), 'one');
    expect(await valid(cache)).toEqual(both(true, true));
    expect(await valid(join(root, 'release.pub/cache'))).toEqual(both(true, true));
  });

  it('a link that is signed under its own name is the asset', async () => {
    writeFileSync(join(root, 'blob'), 'linked');
    symlinkSync('../../blob', join(root, 'models/bert/link.bin'));
    await sign('models/bert', 'models/bert/model.sig', { allowSymlinks: true });
    expect(await stand(trusted('release.pub'), [asset('models/bert/link.bin', 'linked')])).toEqual([
      ['model:models/bert/link.bin', 'valid', hex('linked')],
    ]);
  });
});

describe('signers in custos.yaml', () => {
  const yaml = (signers: string) =>
    parseCustosYaml(
      `id: ab\nname: A\npurpose: A system for a test of signers\nphase: design\nuse: { inputs: [text], outputs: [text], exposure: internal }\nroles: {}\nsigners: ${signers}\n`,
      'custos.yaml',
    ).signers;

  it('name a place and exactly one kind of trust', () => {
    expect(yaml('[{ key: release.pub }]')).toEqual([{ path: '.', key: 'release.pub' }]);
    expect(() => yaml('[{ path: models }]')).toThrow(/exactly one of key, certificates and trusted_root/);
    expect(() => yaml('[{ key: a, certificates: b }]')).toThrow(/exactly one/);
    expect(() => yaml('[{ kye: a }]')).toThrow(/Did you mean `key`/);
  });

  it('may not lead out of the repository', async () => {
    await expect(signaturesOf(root, [{ path: '.', key: '../release.pub' }], assets, NOW)).rejects.toThrow(
      /outside the repository/,
    );
  });
});
