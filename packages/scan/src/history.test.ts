import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scanHistory } from './history.ts';
import { writeTree } from './testing/tree.ts';

const KEY = `sk-ant-${'q7Rt2Zk9Lm4Xw8Vb3Nc6'.repeat(2)}`;

function git(root: string, at: string, ...args: string[]): string {
  const date = `${at}T00:00:00Z`;
  return execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-C', root, ...args], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date },
  }).trim();
}

function commit(root: string, at: string): string {
  git(root, at, 'add', '-A');
  git(root, at, 'commit', '-qm', at);
  return git(root, at, 'rev-parse', 'HEAD');
}

describe('history', () => {
  const root = writeTree({
    'a.py': `key = "${KEY}"\n`,
    'b.py': 'client.chat.completions.create(model="gpt-4o")\n',
  });
  git(root, '2024-01-01', 'init', '-q', '-b', 'main');
  const one = commit(root, '2024-01-01');
  writeFileSync(join(root, 'a.py'), `\nkey = "${KEY}"\n`);
  const two = commit(root, '2024-02-01');
  writeFileSync(join(root, 'a.py'), 'key = os.environ["KEY"]\n');
  mkdirSync(join(root, 'prompts'));
  writeFileSync(join(root, 'prompts', 'x é.md'), 'A prompt of some length.');
  commit(root, '2024-03-01');
  git(root, '2024-03-02', 'checkout', '-qb', 'side', one);
  rmSync(join(root, 'b.py'));
  writeFileSync(join(root, 'c.py'), 'client.chat.completions.create(model="gpt-4")\n');
  commit(root, '2024-03-02');
  git(root, '2024-03-03', 'checkout', '-q', 'main');
  git(root, '2024-03-03', 'merge', '-q', '--no-edit', '--no-ff', 'side');

  it('tells when a secret came and went', async () => {
    const { findings } = await scanHistory(root);
    const secrets = findings.filter((found) => found.rule === 'secrets/hard-coded-secret');
    // The side branch still has the first version.
    expect(secrets.map((found) => [found.location.path, found.first.id, found.last])).toEqual([
      ['a.py', one, undefined],
    ]);
    git(root, '2024-03-04', 'branch', '-qD', 'side');
    const after = (await scanHistory(root)).findings.find(
      (found) => found.rule === 'secrets/hard-coded-secret',
    );
    expect([after?.first.id, after?.last?.id]).toEqual([one, two]);
    expect(after?.first.at).toMatch(/^2024-01-01T/);
  });

  it('finds what was deleted and what came by a merge, under plain paths', async () => {
    const { assets } = await scanHistory(root);
    const seen = (id: string): unknown => assets.find((found) => found.id === id);
    expect(seen('model:gpt-4o')).toMatchObject({
      first: { id: one },
      last: { id: one },
      locations: [{ path: 'b.py', line: 1 }],
    });
    expect(seen('model:gpt-4')).not.toHaveProperty('last');
    expect(seen('prompt:prompts/x é.md')).toMatchObject({ locations: [{ path: 'prompts/x é.md', line: 1 }] });
    expect(JSON.stringify(assets)).not.toMatch(/[0-9a-f]{40}\//);
  });

  it('is bounded, and says so', async () => {
    const commits = await scanHistory(root, { maxCommits: 2 });
    expect(commits.unknowns.map((found) => found.code)).toEqual(['too-large']);
    const blobs = await scanHistory(root, { maxBlobs: 1 });
    expect([blobs.stats.files, blobs.unknowns.map((found) => found.code)]).toEqual([1, ['too-large']]);
  });

  it('runs no program that the repository names', async () => {
    const marker = join(root, '.git', 'ran');
    for (const [key, value] of [
      ['log.showSignature', 'true'],
      ['gpg.program', `touch ${marker}; false`],
      ['diff.external', `touch ${marker}`],
      ['core.fsmonitor', `touch ${marker}`],
    ])
      git(root, '2024-04-01', 'config', key ?? '', value ?? '');
    await scanHistory(root);
    expect(() => execFileSync('ls', [marker], { stdio: 'pipe' })).toThrow();
  });

  it('of no repository is a clear error', async () => {
    await expect(scanHistory(writeTree({ 'a.py': '' }))).rejects.toMatchObject({ code: 'SCAN_REVISION' });
  });
});
