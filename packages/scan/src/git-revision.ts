/** The commit that a work tree stands on, read from git's files: no program is run. */
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asset } from '@custos/core';

/** Files of git that are read here are short. Bytes. */
const MAX_FILE = 8 * 1024 * 1024;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const REFERENCE = /^refs\/[\w./-]{1,500}$/;

/**
 * `git-<first 12 digits of the commit>` of the repository whose root is `directory`; undefined where there is none. Changes
 * that are not committed do not show in it.
 * @example withRevision(assets, gitRevision('.'))
 */
export function gitRevision(directory: string): string | undefined {
  const git = join(directory, '.git');
  const head = text(join(git, 'HEAD'))?.trim() ?? '';
  const reference = /^ref: (\S+)$/.exec(head)?.[1];
  const commit = reference === undefined ? head : commitOf(git, reference);
  return commit !== undefined && COMMIT.test(commit) ? `git-${commit.slice(0, 12)}` : undefined;
}

function commitOf(git: string, reference: string): string | undefined {
  if (!REFERENCE.test(reference) || reference.includes('..')) return undefined;
  const loose = text(join(git, reference))?.trim();
  if (loose !== undefined && COMMIT.test(loose)) return loose;
  for (const line of (text(join(git, 'packed-refs')) ?? '').split('\n')) {
    const [commit, name] = line.split(' ');
    if (name?.trim() === reference) return commit;
  }
  return undefined;
}

/** Only regular files, and no link that leads elsewhere. */
function text(path: string): string | undefined {
  try {
    const info = lstatSync(path);
    return info.isFile() && info.size <= MAX_FILE ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Gives components of one's own that name no version the revision as their version. It is no part of the fingerprint: a
 * commit alone makes no other system.
 */
export function withRevision(assets: readonly Asset[], revision: string | undefined): Asset[] {
  return assets.map((asset) =>
    revision !== undefined && asset.version === undefined && asset.id.startsWith('component:own/')
      ? { ...asset, version: revision }
      : asset,
  );
}
