import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gzip, ociImage, tar, tarOf, writeArchive, writeLayout } from '../testing/archives.ts';
import { openTree } from './open-tree.ts';

const image = ociImage([tar([{ path: 'app/a.py', content: 'x = 1' }])]);
const saved = {
  'abc.json': Buffer.from('{}'),
  'manifest.json': Buffer.from('[]'),
  repositories: Buffer.from('{}'),
};

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'custos-tree-'));
  writeFileSync(join(path, 'index.json'), '{}');
  return path;
}

it.each<[string, () => string, RegExp]>([
  ['a directory', directory, /^directory|^\//],
  ['an image layout', () => writeLayout(image), /^image /],
  ['an image layout in a tar', () => writeArchive('image.tar', tarOf(image)), /^image /],
  ['what docker save writes', () => writeArchive('saved.tar', tarOf(saved)), /^image /],
  [
    'a tar with a manifest of its own',
    () => writeArchive('a.tar', tar([{ path: 'manifest.json' }])),
    /^archive /,
  ],
  ['a packed tar', () => writeArchive('a.tar.gz', gzip(tarOf(image))), /^archive /],
  ['another file', () => writeArchive('a.txt', Buffer.from('text')), /^archive /],
])('%s is opened as such', (_name, make, identity) => {
  expect(openTree(make()).identity).toMatch(identity);
});

it('a packed image is one when told so', () => {
  const path = writeArchive('image.tar.gz', gzip(tarOf(image)));
  expect(openTree(path, { image: true }).identity).toMatch(/^image /);
});

it('what is not there is said', () => {
  expect(() => openTree('nowhere')).toThrow('nowhere does not exist');
});
