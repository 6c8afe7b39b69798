/** Signatures beside models, verified while a repository is assessed, for the signers that custos.yaml names. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Asset, digestFromHex, parseContent } from '@custos/core';
import { sha256, signModel, verifyModel } from '@custos/trust';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCustosYaml } from '../declaration/custos-yaml.ts';
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
let root = '';

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'custos-system-'));
  mkdirSync(join(root, 'models/bert'), { recursive: true });
  writeFileSync(join(root, 'models/bert/w.safetensors'), 'weights');
  writeFileSync(join(root, 'models/bert/config.json'), '{}');
  writeFileSync(join(root, 'models/one.gguf'), 'one');
  writeFileSync(join(root, 'release.pub'), publicPem(pair.publicKey));
  writeFileSync(join(root, 'other.pub'), publicPem(generateKeyPairSync('ed25519').publicKey));
  await sign('models/bert', 'models/bert/model.sig');
  await sign('models/one.gguf', 'models/one.gguf.sig');
});
afterEach(() => rmSync(root, { recursive: true }));

async function sign(model: string, signature: string): Promise<void> {
  const { bundle } = await signModel(join(root, model), { signer, signature: join(root, signature) });
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
    const [only, ...rest] = await signatureStatements(found, {
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
