import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryResolver, gitTreeResolver, scan } from './index.ts';
import { names, scanFiles, unknowns, writeTree } from './testing/tree.ts';

const CALL = 'client.chat.completions.create(model="gpt-4o")\n';

function git(root: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-C', root, ...args], {
    encoding: 'utf8',
  });
}

describe('a tree', () => {
  it('gives the same result whatever the order of its files, and one asset for many places', async () => {
    const one = await scanFiles({ 'b.py': CALL, 'a/x.py': CALL, 'a/package.json': '{}' });
    const two = await scanFiles({ 'a/package.json': '{}', 'a/x.py': CALL, 'b.py': CALL });
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
    const models = one.assets.filter((asset) => asset.kind === 'model');
    expect(models.map((asset) => asset.locations)).toEqual([
      [
        { path: 'a/x.py', line: 1 },
        { path: 'b.py', line: 1 },
      ],
    ]);
    expect(one.edges.map((edge) => edge.from)).toEqual(['component:own/.', 'component:own/a']);
  });

  it('honours ignore files at every level and passes over .git, node_modules and .custos', async () => {
    const result = await scanFiles({
      '.gitignore': 'out/\n*.gen.py\n',
      'sub/.custosignore': 'private.py\n',
      'sub/.gitignore': '!keep.gen.py\n',
      'out/a.py': CALL,
      'b.gen.py': CALL,
      'sub/private.py': CALL,
      'sub/keep.gen.py': CALL,
      'node_modules/x/a.py': CALL,
      '.git/a.py': CALL,
      '.custos/a.py': CALL,
    });
    expect(result.assets.find((one) => one.kind === 'model')?.locations).toEqual([
      { path: 'sub/keep.gen.py', line: 1 },
    ]);
  });

  it('can be empty', async () => {
    const result = await scanFiles({});
    expect([result.assets, result.edges, result.findings, result.unknowns]).toEqual([[], [], [], []]);
  });

  it('that is missing or a file is a clear error', async () => {
    const root = writeTree({ 'a.py': CALL });
    await expect(scan(directoryResolver(join(root, 'nowhere')), {})).rejects.toMatchObject({
      code: 'SCAN_ROOT_MISSING',
    });
    await expect(scan(directoryResolver(join(root, 'a.py')), {})).rejects.toMatchObject({
      code: 'SCAN_ROOT_NOT_DIRECTORY',
    });
  });

  it('can be left at any time', async () => {
    const root = writeTree({ 'a.py': CALL });
    const reason = new Error('enough');
    await expect(scan(directoryResolver(root), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('bad input', () => {
  it('links, loops, FIFOs and sparse files are unknowns; nothing hangs', async () => {
    const outside = writeTree({ 'secret.py': CALL });
    const root = writeTree({ 'a.py': 'x = 1\n', 'empty.py': '', 'sub/b.py': '' });
    symlinkSync(join(outside, 'secret.py'), join(root, 'out.py'));
    symlinkSync(root, join(root, 'sub', 'loop'));
    symlinkSync('self', join(root, 'self'));
    symlinkSync('nowhere', join(root, 'broken'));
    execFileSync('mkfifo', [join(root, 'pipe.py')]);
    writeFileSync(join(root, 'huge.safetensors'), '');
    truncateSync(join(root, 'huge.safetensors'), 4 * 1024 ** 3);
    writeFileSync(join(root, 'huge.raw'), '');
    truncateSync(join(root, 'huge.raw'), 4 * 1024 ** 3);
    const result = await scan(directoryResolver(root), {});
    expect(unknowns(result)).toEqual([
      'broken-link broken',
      'too-large huge.raw',
      'wrong-magic huge.safetensors',
      'too-large huge.safetensors',
      'link-outside out.py',
      'special-file pipe.py',
      'broken-link self',
    ]);
    expect(names(result, 'model')).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('unreadable files and directories are unknowns', async () => {
    const root = writeTree({ 'a.py': CALL, 'locked/b.py': CALL });
    chmodSync(join(root, 'a.py'), 0);
    chmodSync(join(root, 'locked'), 0);
    const found = unknowns(await scan(directoryResolver(root), {}));
    chmodSync(join(root, 'locked'), 0o700);
    expect(found).toEqual(['unreadable a.py', 'unreadable locked']);
  });

  it('binary, invalid and minified code is an unknown, and quick', async () => {
    const started = Date.now();
    const result = await scanFiles({
      'binary.py': Buffer.from([0x69, 0, 1, 2]),
      'latin.py': Buffer.from([0x23, 0xe9, 0x0a]),
      'line.js': `var model="gpt-4o";${'a='.repeat(40_000)}1`,
      'huge.js': `var model="gpt-4o";${'a='.repeat(10_000_000)}1`,
      'broken.py': `import openai\ndef (((\n${CALL}`,
      'deep.py': `import openai\nx = ${'['.repeat(5_000)}${']'.repeat(5_000)}\n`,
    });
    expect(unknowns(result)).toEqual(
      expect.arrayContaining([
        'binary binary.py',
        'too-large huge.js',
        'invalid-utf8 latin.py',
        'minified line.js',
      ]),
    );
    expect(names(result, 'model')).toEqual(['gpt-4o']);
    expect(Date.now() - started).toBeLessThan(20_000);
  });
});

describe('the cache', () => {
  function old(root: string, name: string): void {
    utimesSync(join(root, name), new Date('2020-01-01'), new Date('2020-01-01'));
  }

  it('gives the same result without looking again, and notices a change', async () => {
    const root = writeTree({ 'a.py': CALL, 'b.py': 'x = 1\n' });
    for (const name of ['a.py', 'b.py']) old(root, name);
    const cacheDir = mkdtempSync(join(tmpdir(), 'custos-cache-'));
    const first = await scan(directoryResolver(root), { cacheDir });
    const second = await scan(directoryResolver(root), { cacheDir });
    expect(first.stats.cached).toBe(0);
    expect(second.stats.cached).toBe(2);
    expect({ ...second, stats: undefined }).toEqual({ ...first, stats: undefined });
    writeFileSync(join(root, 'b.py'), CALL.replace('gpt-4o', 'gpt-4'));
    const third = await scan(directoryResolver(root), { cacheDir });
    expect(names(third, 'model')).toEqual(['gpt-4', 'gpt-4o']);
    expect(third.stats.cached).toBe(1);
  });

  it('knows content again after a touch, and survives being damaged', async () => {
    const root = writeTree({ 'a.py': CALL });
    old(root, 'a.py');
    const cacheDir = mkdtempSync(join(tmpdir(), 'custos-cache-'));
    const first = await scan(directoryResolver(root), { cacheDir });
    utimesSync(join(root, 'a.py'), new Date('2021-01-01'), new Date('2021-01-01'));
    expect((await scan(directoryResolver(root), { cacheDir })).stats.cached).toBe(1);
    const [name = ''] = readdirSync(cacheDir);
    writeFileSync(join(cacheDir, name), `${readFileSync(join(cacheDir, name), 'utf8').slice(0, -20)}`);
    const after = await scan(directoryResolver(root), { cacheDir });
    expect(after.assets).toEqual(first.assets);
    expect(after.stats.cached).toBe(0);
  });
});

describe('a git revision', () => {
  it('is read from the objects, not from the work tree', async () => {
    const root = writeTree({
      '.gitignore': 'skip/\n',
      'a.py': CALL,
      'prompts/x.md': 'A prompt of some length.',
      'é ü.py': CALL,
    });
    mkdirSync(join(root, 'skip'));
    writeFileSync(join(root, 'skip', 'b.py'), CALL.replace('gpt-4o', 'gpt-4'));
    symlinkSync('/etc/passwd', join(root, 'link.py'));
    git(root, 'init', '-q');
    git(root, 'add', '-f', '.');
    git(root, 'commit', '-qm', 'first');
    writeFileSync(join(root, 'a.py'), 'gone');
    const result = await scan(gitTreeResolver(root, 'HEAD'), {});
    expect(result.assets.find((one) => one.kind === 'model')?.locations).toEqual([
      { path: 'a.py', line: 1 },
      { path: 'é ü.py', line: 1 },
    ]);
    expect(names(result, 'model')).toEqual(['gpt-4o']);
    expect(names(result, 'prompt')).toEqual(['prompts/x.md']);
    expect(unknowns(result)).toEqual([]);
  });

  it('that does not exist is a clear error, and no option can be smuggled in', async () => {
    const root = writeTree({ 'a.py': CALL });
    git(root, 'init', '-q');
    await expect(scan(gitTreeResolver(root, 'no-such'), {})).rejects.toMatchObject({ code: 'SCAN_REVISION' });
    await expect(scan(gitTreeResolver(root, '--output=x'), {})).rejects.toMatchObject({
      code: 'SCAN_REVISION',
    });
  });
});
