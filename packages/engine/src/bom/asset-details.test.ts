import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Asset } from '@custos/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAssetDetails } from './asset-details.ts';

let home: string;
let root: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'custos-details-'));
  root = join(home, 'repository');
  mkdirSync(join(root, 'models/deep'), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function model(path: string, format = 'onnx'): Asset {
  return { id: `model:${path}`, kind: 'model', name: path, properties: { format }, locations: [{ path }] };
}
async function detailsOf(asset: Asset) {
  return (await readAssetDetails(root, [asset])).get(asset.id);
}
const put = (path: string, content: string | Buffer) => writeFileSync(join(root, path), content);

/** 8 bytes of length, a JSON header, then the tensors. */
function safetensors(): Buffer {
  const header = Buffer.from(
    JSON.stringify({
      __metadata__: { license: 'mit' },
      w: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(24)]);
}

test('card from a folder above, configuration and header beside the model', async () => {
  put('MODEL_CARD.md', '---\nlicense: mit\n---\n# M\nFinds places.');
  put('models/deep/m.safetensors', safetensors());
  put(
    'models/deep/config.json',
    '{"architectures":["BertModel"],"model_type":"bert","max_position_embeddings":512}',
  );
  const details = await detailsOf(model('models/deep/m.safetensors', 'safetensors'));
  expect(details?.cardPath).toBe('MODEL_CARD.md');
  expect(details?.card?.licences).toEqual(['mit']);
  expect(details?.facts).toMatchObject({
    architecture: 'BertModel',
    architectureFamily: 'bert',
    contextLength: 512,
    parameters: 6,
  });
  expect(details?.metadata?.license).toBe('mit');
});

test('a README without front matter tells of the project, not of the model', async () => {
  put('README.md', '# Project\nDoes things.');
  put('models/m.onnx', 'x');
  expect(await detailsOf(model('models/m.onnx'))).toBeUndefined();
  put('models/README.md', '---\nlicense: mit\n---\n# M');
  expect((await detailsOf(model('models/m.onnx')))?.cardPath).toBe('models/README.md');
});

test('a card outside the repository, a broken configuration and a folder by that name give nothing', async () => {
  writeFileSync(join(home, 'secret.md'), '---\nlicense: mit\n---\n# Secret');
  symlinkSync(join(home, 'secret.md'), join(root, 'MODEL_CARD.md'));
  put('models/config.json', '{"architectures": 7');
  put('models/m.onnx', 'x');
  mkdirSync(join(root, 'models/MODEL_CARD.md'));
  expect(await detailsOf(model('models/m.onnx'))).toBeUndefined();
});

test('what is only named in code has nothing beside it', async () => {
  put('MODEL_CARD.md', '# M');
  const named: Asset = { ...model('org/base'), locations: [{ path: 'load.py', line: 8 }] };
  expect(await detailsOf(named)).toBeUndefined();
});
