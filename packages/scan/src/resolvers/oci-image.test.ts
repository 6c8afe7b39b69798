import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scan } from '../scan.ts';
import { gzip, ociImage, tar, tarOf, writeArchive, writeLayout } from '../testing/archives.ts';
import { names, unknowns } from '../testing/tree.ts';
import { imageResolver } from './oci-image.ts';

const call = (model: string): string => `client.chat.completions.create(model="${model}")\n`;
const base = tar([
  { path: 'app/a.py', content: call('gpt-4') },
  { path: 'app/old/b.py', content: call('gpt-4o') },
  { path: 'app/cache/c.py', content: call('o1') },
  { path: 'app/d.py', content: call('gpt-3.5-turbo') },
  { path: 'usr/lib/python3/dist-packages/x.py', content: call('claude-3-haiku-20240307') },
  {
    path: 'usr/lib/python3/site-packages/openai-1.2.3.dist-info/METADATA',
    content: 'Metadata-Version: 2.1\nName: openai\nVersion: 1.2.3\n',
  },
  {
    path: 'app/node_modules/openai/package.json',
    content: '{"name":"openai","version":"4.5.6","dependencies":{"langchain":"1"}}',
  },
]);
const top = tar([
  { path: 'app/.wh.a.py' },
  { path: 'app/old/.wh..wh..opq' },
  { path: 'app/old/e.py', content: call('gpt-4.1') },
  { path: 'app/cache', type: '2', target: '/tmp' },
  { path: 'app/d.py', content: call('gpt-4o-mini') },
]);
const CONFIG = {
  Env: ['OPENAI_API_KEY=x', 'PATH=/bin'],
  Cmd: ['vllm', 'serve'],
  ExposedPorts: { '8000/tcp': {} },
};

describe('container images', () => {
  const image = ociImage([base, gzip(top)], CONFIG);

  it.each([
    ['a layout on disk', (): string => writeLayout(image)],
    ['a layout in a tar', (): string => writeArchive('image.tar', tarOf(image))],
    ['a packed layout', (): string => writeArchive('image.tar.gz', gzip(tarOf(image)))],
  ])('%s: whiteouts hide what is below, in order', async (_name, make) => {
    const result = await scan(imageResolver(make()));
    expect(names(result, 'model')).toEqual(['gpt-4.1', 'gpt-4o-mini']);
    expect(unknowns(result)).toEqual([]);
    expect(
      result.assets
        .filter((one) => one.name.endsWith('openai') && one.kind === 'component')
        .map((one) => [one.name, one.version]),
    ).toEqual([
      ['npm/openai', '4.5.6'],
      ['pypi/openai', '1.2.3'],
    ]);
    expect(names(result, 'service')).toEqual(['openai']);
  });

  it('what docker save writes', async () => {
    const config = Buffer.from(JSON.stringify({ config: CONFIG }));
    const files = {
      'abc.json': config,
      'one/layer.tar': base,
      'two/layer.tar': top,
      'manifest.json': Buffer.from(
        JSON.stringify([
          {
            Config: 'abc.json',
            RepoTags: ['a:1'],
            Layers: ['one/layer.tar', 'two/layer.tar', 'three/layer.tar'],
          },
          { RepoTags: ['b:1'] },
        ]),
      ),
    };
    const result = await scan(imageResolver(writeArchive('saved.tar', tarOf(files))));
    expect(names(result, 'model')).toEqual(['gpt-4.1', 'gpt-4o-mini']);
    expect(unknowns(result)).toEqual(['missing-blob .', 'other-image .']);
  });

  it('zstd layers, missing and changed blobs, other platforms are unknowns', async () => {
    const zstd = Buffer.concat([Buffer.from('28b52ffd', 'hex'), Buffer.alloc(20)]);
    const files = ociImage([base, zstd, tar([{ path: 'last.py', content: call('o3') }])]);
    const last =
      Object.keys(files).filter((one) => one.startsWith('blobs/') && files[one]?.includes('last.py'))[0] ??
      '';
    const index = JSON.parse((files['index.json'] ?? Buffer.alloc(0)).toString()) as { manifests: object[] };
    index.manifests.push({
      digest: `sha256:${'0'.repeat(64)}`,
      platform: { os: 'linux', architecture: 'arm64' },
    });
    const root = writeLayout({ ...files, 'index.json': Buffer.from(JSON.stringify(index)) });
    writeFileSync(join(root, last), tar([{ path: 'last.py', content: call('o1') }]));
    const result = await scan(imageResolver(root));
    expect(unknowns(result).sort()).toEqual([
      'digest-mismatch .',
      'other-image .',
      'unsupported-compression .',
    ]);
    expect(result.assets.find((one) => one.name === 'o1')?.locations).toContainEqual({
      path: 'last.py',
      line: 1,
    });
  });

  it('no name in an image leads out of it', async () => {
    const files = ociImage([
      tar([
        { path: '../../x.py', content: call('o1') },
        { path: '/app/y.py', content: call('o3') },
      ]),
    ]);
    files['index.json'] = Buffer.from(
      JSON.stringify({ manifests: [{ digest: 'sha256:../../../etc/passwd' }] }),
    );
    expect(unknowns(await scan(imageResolver(writeLayout(files))))).toEqual(['missing-blob .']);
    const inside = await scan(
      imageResolver(
        writeLayout(
          ociImage([
            tar([
              { path: '../../x.py', content: call('o1') },
              { path: '/app/y.py', content: call('o3') },
            ]),
          ]),
        ),
      ),
    );
    expect([names(inside, 'model'), unknowns(inside)]).toEqual([['o3'], ['path-traversal .']]);
  });

  it('what is no image is a clear error', async () => {
    await expect(scan(imageResolver(writeLayout({ 'a.json': Buffer.from('{}') })))).rejects.toMatchObject({
      code: 'SCAN_IMAGE',
    });
    await expect(
      scan(imageResolver(writeArchive('a.tar', tar([{ path: 'a.py', content: '' }])))),
    ).rejects.toMatchObject({ code: 'SCAN_IMAGE' });
    await expect(scan(imageResolver('nowhere'))).rejects.toMatchObject({ code: 'SCAN_ROOT_MISSING' });
  });

  it('reads a hard link as its target', async () => {
    const result = await scan(
      imageResolver(
        writeLayout(
          ociImage([
            tar([
              { path: 'app/a.txt', content: call('o3') },
              { path: 'app/a.py', type: '1', target: 'app/a.txt' },
            ]),
          ]),
        ),
      ),
    );
    expect(names(result, 'model')).toEqual(['o3']);
  });
});
