import fc from 'fast-check';
import { stringify as toToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { stringify as toYaml } from 'yaml';
import { interested } from '../../examine.ts';
import { textFile } from '../../read.ts';
import { names, scanFiles, unknowns } from '../../testing/tree.ts';
import { datasetReferences } from './index.ts';

describe('what the prefilter passes', () => {
  const plain = fc.constantFrom('dataset', 'data_mixer', 'data_set_name', 'train_dataset', 'datamix');
  const composed = fc
    .tuple(
      fc.constantFrom(
        '',
        'train',
        'training_',
        'eval_',
        'evaluation',
        'valid_',
        'sft_',
        'pretraining_',
        'hf_',
      ),
      fc.constantFrom(
        'dataset',
        'datasets',
        'data_set',
        'data_mixer',
        'data_mix',
        'datamixture',
        'dataset_mixer',
        'DATASET',
        'model',
        'data',
      ),
      fc.constantFrom('', '_name', '_id', '_path', '_repo_id', '_name_or_path', 'name', 'RepoId'),
    )
    .map((parts) => parts.join(''));
  const key = fc.oneof(plain, composed);
  const id = fc.constantFrom(
    'tatsu-lab/alpaca',
    'a/bc',
    'org/_x',
    'org/.hidden',
    'org/-x-',
    'squad',
    'data/x',
    'A1/b.c-d_e',
  );
  const entry = fc.dictionary(fc.constantFrom('path', 'name', 'hf_hub_url', 'split'), id, { maxKeys: 2 });
  const mix = fc.dictionary(id, fc.double({ noNaN: true, min: 0, max: 1 }), { maxKeys: 2 });
  const value = fc.oneof(id, fc.array(id, { maxLength: 2 }), entry, fc.array(entry, { maxLength: 2 }), mix);
  const recipe = fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value, { maxKeys: 2 })), {
    minKeys: 1,
    maxKeys: 3,
  });
  const json = (one: unknown): string => JSON.stringify(one);
  const escaped = (text: string, every: number): string =>
    text.replace(/[a-z]/g, (char, at: number) =>
      at % every === 0 ? `\\u00${char.charCodeAt(0).toString(16)}` : char,
    );
  const forms: readonly [string, (one: object) => string][] = [
    ['a.json', json],
    ['a.json', (one) => json(one).replaceAll('/', '\\/')],
    ['a.json', (one) => JSON.stringify(one, undefined, 2).replaceAll('\n', '\r\n')],
    ['a.json', (one) => escaped(json(one), 3)],
    ['a.yaml', (one) => toYaml(one)],
    ['a.yml', (one) => escaped(json(one), 5)],
    ['a.yaml', (one) => `- !!map\n  ${json(one)}`],
    ['a.toml', (one) => toToml(one)],
    ['dataset_info.json', json],
  ];

  it('is whatever the scanner finds', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(recipe, fc.constantFrom(...forms), async (one, [path, print]) => {
        const file = textFile(path, Buffer.from(print(one)), `sha256:${'0'.repeat(64)}`);
        const { assets } = await datasetReferences.scan(file);
        found += assets.length;
        if (assets.length > 0)
          expect([file.text, interested([datasetReferences], file)]).toEqual([
            file.text,
            [datasetReferences],
          ]);
      }),
      { numRuns: 2_000 },
    );
    // The rule is worth nothing where nothing is found.
    expect(found).toBeGreaterThan(150);
  });

  it.each([
    ['a.yaml', 'data_mixer:\n  HuggingFaceH4/ultrachat_200k: 1.0\n', 'HuggingFaceH4/ultrachat_200k'],
    ['a.yaml', 'data_set_name: a1/bc\n', 'a1/bc'],
    ['a.json', '{"dataset":"a1\\/bc"}', 'a1/bc'],
    ['a.json', '{"d\\u0061taset":"a1/bc"}', 'a1/bc'],
    ['a.yaml', 'dataset: "a1/\\\n  bc"\n', 'a1/bc'],
    ['data/dataset_info.json', '{"alpaca":{"hf_hub_url":"tatsu-lab/alpaca"}}', 'tatsu-lab/alpaca'],
    ['dvc.lock', 'a:\n  cmd: x\n  outs:\n  - path: raw.xml\n    md5: 1\n', 'raw.xml'],
    [
      'meta.json',
      '{"@context":{"cr":"http:\\/\\/mlcommons.org\\/croissant\\/"},"@type":"sc:Dataset","name":"Birds"}',
      'Birds',
    ],
    [
      'meta.json',
      '{"@context":"x","@graph":[{"@type":"Dataset","name":"Birds","conformsTo":"http://mlcommons.org/croissant/1.0"}]}',
      'Birds',
    ],
  ])('%s: %s', async (path, text, name) => {
    expect(names(await scanFiles({ [path]: text }), 'dataset')).toEqual([name]);
  });
});

describe('descriptions of data that cannot be read are unknowns', () => {
  it.each([
    ['dvc.yaml', 'stages: [\n'],
    ['dvc.yaml', 'stages:\n- a\n'],
    ['dvc.yaml', 'stages:\n  a:\n    deps: data/x\n'],
    ['dvc.lock', '- 1\n'],
    ['dvc.lock', 'stages: 3\n'],
    ['croissant.json', '{"@context": '],
    ['croissant.json', '[]'],
    ['meta.json', '{"@context":"http://mlcommons.org/croissant/","@type":"sc:Dataset"}'],
    ['data/dataset_info.json', '{"alpaca": {"hf_hub_url": '],
    ['dataset_infos.json', '[1]'],
    ['recipe.yaml', 'dataset_name: tatsu-lab/alpaca\n  bad: [\n'],
    ['recipe.json', '{"datasets": ["tatsu-lab/alpaca"'],
    ['recipe.toml', 'dataset = "tatsu-lab/alpaca\n'],
    ['data_mixer.yaml', 'data_mixer:\n  a1/bc: 1.0\n :x: [\n'],
  ])('%s: %j', async (path, text) => {
    expect(unknowns(await scanFiles({ [path]: text }))).toContain(`malformed ${path}`);
  });

  it('where they are nested too deeply', async () => {
    const result = await scanFiles({ 'a.json': `${'{"a":'.repeat(80)}{"dataset":"a1/bc"}${'}'.repeat(80)}` });
    expect(unknowns(result)).toContain('too-deep a.json');
  });
});
