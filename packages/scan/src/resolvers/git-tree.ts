/** A revision of a git repository as a tree of files, read with `git cat-file --batch`; the work tree is not touched. */
import { resolve } from 'node:path';
import { CustosError, type Unknown } from '@custos/core';
import type { Resolver, TreeEntry, TreeFile } from '../types.ts';
import { CatFile, git } from './git-process.ts';
import { IGNORE_FILES, IgnoreRules, SKIPPED_DIRECTORIES } from './ignore-rules.ts';

/** Blobs are read whole by git; larger ones are reported instead. */
const MAX_BLOB = 512 * 1024 * 1024;

/**
 * Opens a revision (branch, tag, commit, tree) of the repository at `path`, bare or not.
 * @example scan(gitTreeResolver('.', 'v1.2.0'), {})
 */
export function gitTreeResolver(path: string, rev: string): Resolver {
  return new GitTreeResolver(resolve(path), rev);
}

interface TreeLine {
  mode: string;
  oid: string;
  size: number;
  path: string;
}

class GitTreeResolver implements Resolver {
  readonly identity: string;
  private readonly repository: string;
  private readonly rev: string;
  private batch: CatFile | undefined;

  constructor(repository: string, rev: string) {
    this.repository = repository;
    this.rev = rev;
    this.identity = `git ${repository}`;
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<TreeEntry> {
    if (this.rev.startsWith('-')) {
      throw new CustosError(
        'SCAN_REVISION',
        `"${this.rev}" is not a revision; name a branch, tag or commit.`,
      );
    }
    const lines = await listTree(this.repository, this.rev);
    const rules = await this.rulesOf(lines);
    for (const line of lines) {
      signal?.throwIfAborted();
      if (isSkipped(line.path, rules)) continue;
      const entry = entryOf(line);
      if (entry !== undefined) yield entry;
    }
  }

  async read(file: TreeFile, offset: number, length: number): Promise<Buffer> {
    if (file.contentName === undefined) throw new CustosError('SCAN_NOT_A_FILE', `${file.path} has no blob.`);
    this.batch ??= new CatFile(this.repository);
    const blob = await this.batch.read(file.contentName);
    return blob.subarray(offset, offset + length);
  }

  async close(): Promise<void> {
    this.batch?.end();
    this.batch = undefined;
  }

  private async rulesOf(lines: readonly TreeLine[]): Promise<Map<string, IgnoreRules>> {
    const texts = new Map<string, string[]>();
    for (const line of lines) {
      const cut = line.path.lastIndexOf('/');
      const name = line.path.slice(cut + 1);
      if (!IGNORE_FILES.some((one) => one === name) || line.mode === '120000' || line.size > 1_000_000)
        continue;
      this.batch ??= new CatFile(this.repository);
      const directory = cut < 0 ? '' : line.path.slice(0, cut);
      const list = texts.get(directory) ?? [];
      list.push((await this.batch.read(line.oid)).toString('utf8'));
      texts.set(directory, list);
    }
    const rules = new Map<string, IgnoreRules>();
    for (const directory of [...texts.keys()].sort((a, b) => a.length - b.length)) {
      rules.set(directory, nearest(rules, directory).below(directory, texts.get(directory) ?? []));
    }
    return rules;
  }
}

function nearest(rules: ReadonlyMap<string, IgnoreRules>, directory: string): IgnoreRules {
  for (let at = directory; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const found = rules.get(at);
    if (found !== undefined) return found;
    if (at === '') return new IgnoreRules();
  }
}

function isSkipped(path: string, rules: ReadonlyMap<string, IgnoreRules>): boolean {
  const parts = path.split('/');
  let directory = '';
  for (const [index, part] of parts.entries()) {
    if (SKIPPED_DIRECTORIES.has(part)) return true;
    const here = directory === '' ? part : `${directory}/${part}`;
    if (rules.size > 0 && nearest(rules, directory).ignores(here, index < parts.length - 1)) return true;
    directory = here;
  }
  return false;
}

function entryOf(line: TreeLine): TreeEntry | undefined {
  const report = (code: string, message: string): { unknown: Unknown } => ({
    unknown: { scanner: 'resolver', code, message, location: { path: line.path } },
  });
  // A link is a blob that holds a path: nothing outside the tree can be read through it.
  if (line.mode === '120000') return undefined;
  if (line.mode === '160000')
    return report('submodule', 'Git submodule; its content is not part of this tree.');
  if (line.size > MAX_BLOB) return report('too-large', `Blob of ${line.size} bytes; not read.`);
  return {
    file: { path: line.path, size: line.size, mtimeMs: 0, ctimeMs: 0, inode: 0, contentName: line.oid },
  };
}

async function listTree(repository: string, rev: string): Promise<TreeLine[]> {
  const child = git(repository, ['ls-tree', '-r', '-z', '-l', '--full-tree', rev]);
  child.stdin.end();
  const chunks: Buffer[] = [];
  let problem = '';
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    problem += chunk.toString('utf8');
  });
  const code = await new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  }).catch((cause: unknown) => {
    throw new CustosError('SCAN_GIT_MISSING', 'git could not be started; install it or scan a directory.', {
      cause,
    });
  });
  if (code !== 0) {
    const first = problem.trim().split('\n')[0] ?? '';
    throw new CustosError('SCAN_REVISION', `git cannot read ${rev} in ${repository}: ${first}`);
  }
  return parseTree(Buffer.concat(chunks).toString('utf8'));
}

/** Lines of `git ls-tree -r -z -l`: `<mode> <type> <oid> <size>\t<path>\0`. */
function parseTree(text: string): TreeLine[] {
  const lines: TreeLine[] = [];
  for (const record of text.split('\0')) {
    const tab = record.indexOf('\t');
    if (tab < 0) continue;
    const [mode = '', , oid = '', size = '0'] = record.slice(0, tab).split(/ +/);
    lines.push({ mode, oid, size: Number.parseInt(size, 10) || 0, path: record.slice(tab + 1) });
  }
  return lines;
}
