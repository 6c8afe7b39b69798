import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitRevision, withRevision } from './git-revision.ts';
import { writeTree } from './testing/tree.ts';

function git(root: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-C', root, ...args], {
    encoding: 'utf8',
  }).trim();
}

describe('the revision of a work tree', () => {
  it('is that of its branch, packed or not, or of a bare commit', () => {
    const root = writeTree({ 'a.py': 'x = 1\n' });
    git(root, 'init', '-q');
    git(root, 'add', '.');
    git(root, 'commit', '-qm', 'first');
    const expected = `git-${git(root, 'rev-parse', 'HEAD').slice(0, 12)}`;
    expect(gitRevision(root)).toBe(expected);
    git(root, 'pack-refs', '--all');
    expect(gitRevision(root)).toBe(expected);
    git(root, 'checkout', '-q', '--detach');
    expect(gitRevision(root)).toBe(expected);
  });

  it('is none without a repository or a commit, and never leads elsewhere', () => {
    const root = writeTree({ secret: `${'a'.repeat(40)}\n` });
    expect(gitRevision(root)).toBeUndefined();
    mkdirSync(join(root, '.git', 'refs'), { recursive: true });
    for (const head of ['ref: refs/heads/none', 'ref: refs/../../secret', 'ref: ../secret', 'garbage', '']) {
      writeFileSync(join(root, '.git', 'HEAD'), head);
      expect(gitRevision(root)).toBeUndefined();
    }
    symlinkSync(join(root, 'secret'), join(root, '.git', 'refs', 'x'));
    writeFileSync(join(root, '.git', 'HEAD'), 'ref: refs/x');
    expect(gitRevision(root)).toBeUndefined();
  });

  it('stands only where there is no version, and only for one’s own', () => {
    const one = { kind: 'component' as const, locations: [] };
    const assets = [
      { ...one, id: 'component:own/.', name: 'own/.' },
      { ...one, id: 'component:own/a', name: 'own/a', version: '1.0.0' },
      { ...one, id: 'component:pypi/torch', name: 'pypi/torch' },
    ];
    expect(withRevision(assets, 'git-0123').map((asset) => asset.version)).toEqual([
      'git-0123',
      '1.0.0',
      undefined,
    ]);
    expect(withRevision(assets, undefined)).toEqual(assets);
  });
});
