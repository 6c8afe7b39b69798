import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { scan } from '../scan.ts';
import { gzip, paxPath, tar, writeArchive, zip } from '../testing/archives.ts';
import { names, unknowns } from '../testing/tree.ts';
import { archiveResolver } from './archive.ts';

const CALL = 'client.chat.completions.create(model="gpt-4o")\n';
const scanned = (name: string, content: Buffer, limits = {}) =>
  scan(archiveResolver(writeArchive(name, content), limits));

describe('archives', () => {
  it.each([
    [
      'a.tar',
      (): Buffer =>
        tar([
          { path: './src/', type: '5' },
          { path: './src/a.py', content: CALL },
        ]),
    ],
    ['a.tar.gz', (): Buffer => gzip(tar([{ path: 'src/a.py', content: CALL }]))],
    ['a.zip', (): Buffer => zip([{ path: 'src/a.py', content: CALL }])],
    ['stored.zip', (): Buffer => zip([{ path: 'src/a.py', content: CALL, method: 0 }])],
    ['renamed.bin', (): Buffer => gzip(tar([{ path: 'src/a.py', content: CALL }]))],
  ])('%s is read like a directory', async (name, make) => {
    const result = await scanned(name, make());
    expect(names(result, 'model')).toEqual(['gpt-4o']);
    expect(result.assets.find((one) => one.kind === 'model')?.locations).toEqual([
      { path: 'src/a.py', line: 1 },
    ]);
    expect(unknowns(result)).toEqual([]);
  });

  it('long names of pax and GNU, and the last of a name', async () => {
    const long = `${'d/'.repeat(60)}a.py`;
    const result = await scanned(
      'a.tar',
      tar([
        paxPath(long),
        { path: 'short', content: CALL },
        { path: 'x', type: 'L', content: `e/${'f/'.repeat(60)}b.py\0` },
        { path: 'short', content: CALL.replace('gpt-4o', 'gpt-4') },
        { path: 'c.py', content: CALL.replace('gpt-4o', 'o1') },
        { path: 'c.py', content: 'x = 1\n' },
      ]),
    );
    expect(names(result, 'model')).toEqual(['gpt-4', 'gpt-4o']);
    expect(result.assets.find((one) => one.name === 'gpt-4o')?.locations[0]?.path).toBe(long);
  });

  it('members that lead out, special ones and links are never read', async () => {
    const result = await scanned(
      'a.tar',
      tar([
        { path: '../../etc/a.py', content: CALL },
        { path: '/abs.py', content: CALL },
        { path: 'pipe.py', type: '6' },
        { path: 'link.py', type: '2', target: '/etc/passwd' },
        { path: 'node_modules/x/a.py', content: CALL },
      ]),
    );
    expect(names(result, 'model')).toEqual([]);
    expect(unknowns(result)).toEqual([
      'path-traversal ../../etc/a.py',
      'path-traversal /abs.py',
      'special-file pipe.py',
    ]);
    const zipped = await scanned(
      'a.zip',
      zip([
        { path: '..\\a.py', content: CALL },
        { path: 'b/../../a.py', content: CALL },
      ]),
    );
    expect(names(zipped, 'model')).toEqual([]);
    expect(unknowns(zipped)).toEqual(['path-traversal ../a.py', 'path-traversal b/../../a.py']);
  });

  it('damaged ones give what came before, and say so', async () => {
    const whole = tar([
      { path: 'a.py', content: CALL },
      { path: 'b.py', content: CALL.repeat(500) },
    ]);
    for (const content of [
      whole.subarray(0, 3_000),
      Buffer.concat([whole.subarray(0, 1024), Buffer.alloc(600, 7)]),
    ]) {
      const result = await scanned('a.tar', content);
      expect([names(result, 'model'), unknowns(result)]).toEqual([['gpt-4o'], ['malformed .']]);
    }
    const packed = gzip(
      Buffer.concat([tar([{ path: 'a.py', content: CALL }]).subarray(0, 1024), Buffer.alloc(40_000, 1)]),
    );
    expect(unknowns(await scanned('a.tgz', packed.subarray(0, packed.length - 20)))).toContain('malformed .');
    const zipped = zip([{ path: 'a.py', content: CALL }]);
    expect(unknowns(await scanned('a.zip', zipped.subarray(0, zipped.length - 30)))).toEqual(['malformed .']);
    expect(unknowns(await scanned('e.zip', zip([{ path: 'a.py', content: CALL, flags: 1 }])))).toEqual([
      'encrypted a.py',
    ]);
    expect(unknowns(await scanned('m.zip', zip([{ path: 'a.py', content: CALL, method: 12 }])))).toEqual([
      'unsupported-compression a.py',
    ]);
    expect(unknowns(await scanned('s.zip', zip([{ path: 'a.py', content: CALL, size: 5 }])))).toEqual([
      'unreadable a.py',
    ]);
  });

  it('bombs are stopped', async () => {
    const zeros = gzip(Buffer.alloc(70 * 1024 * 1024));
    expect(unknowns(await scanned('bomb.tar.gz', zeros))).toEqual(['archive-bomb .']);
    const shared = zip(
      Array.from({ length: 40 }, (_one, index) => ({
        path: `f${index}.txt`,
        content: 'x',
        size: 20 * 1024 * 1024,
        sharesFirst: index > 0,
      })),
    );
    expect(unknowns(await scanned('bomb.zip', shared))).toContain('archive-bomb .');
    const many = tar(Array.from({ length: 50 }, (_one, index) => ({ path: `f${index}.py`, content: CALL })));
    const limited = await scanned('many.tar', many, { maxEntries: 10 });
    expect([limited.stats.files, unknowns(limited)]).toEqual([10, ['too-large .']]);
    const small = await scanned('a.tar.gz', gzip(many), { maxBytes: 20_000 });
    expect(unknowns(small)).toContain('too-large .');
  }, 30_000);

  it('of another kind, or missing, is a clear error; nothing is left behind', async () => {
    await expect(scanned('a.tar.zst', Buffer.from('28b52ffd00', 'hex'))).rejects.toMatchObject({
      code: 'SCAN_ARCHIVE_FORMAT',
    });
    await expect(scanned('a.tar', Buffer.from('hello'))).rejects.toMatchObject({
      code: 'SCAN_ARCHIVE_FORMAT',
    });
    await expect(scan(archiveResolver('nowhere.tar'))).rejects.toMatchObject({ code: 'SCAN_ROOT_MISSING' });
    const before = readdirSync(tmpdir()).filter((one) => one.startsWith('custos-unpack-'));
    await scanned('a.tar.gz', gzip(tar([{ path: 'a.py', content: CALL }])));
    const after = readdirSync(tmpdir()).filter(
      (one) => one.startsWith('custos-unpack-') && !before.includes(one),
    );
    expect(after.filter((one) => existsSync(one))).toEqual([]);
  });

  it('any byte may be wrong', async () => {
    let seed = 7;
    const random = (limit: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % limit;
    };
    const sources = [
      tar([{ path: 'a.py', content: CALL }, paxPath('b/c.py'), { path: 'x', content: CALL }]),
      zip([
        { path: 'a.py', content: CALL },
        { path: 'b.py', content: CALL },
      ]),
    ];
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(sources[round % 2] ?? '');
      for (let change = 0; change <= round % 4; change++) bytes[random(bytes.length)] = random(256);
      const outcome = await scanned('fuzz', bytes).then(
        () => 'read',
        (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
      );
      expect(['read', 'SCAN_ARCHIVE_FORMAT']).toContain(outcome);
    }
  }, 30_000);
});
