/** Every file that a repository's history holds, as a tree: each content of each path once, under the blob's id. */
import { resolve } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { CustosError } from '@custos/core';
import type { Resolver, TreeEntry, TreeFile } from '../types.ts';
import { CatFile, git } from './git-process.ts';
import { isSkippedPath } from './member-path.ts';

/** Larger blobs are reported, not read. Bytes. */
const MAX_BLOB = 64 * 1024 * 1024;

export interface HistoryLimits {
  /** Newest commits that are followed. Default 50,000. */
  readonly maxCommits: number;
  /** Contents that are read. Default 200,000. */
  readonly maxBlobs: number;
}

export interface Commit {
  readonly id: string;
  /** RFC 3339, as the committer's machine said. */
  readonly at: string;
}

/** Where in history one content of one path was. */
export interface Sighting {
  readonly path: string;
  readonly blob: string;
  /** The oldest commit that brought it. */
  first: Commit;
  /** The last commit that still had it, before the newest one that took it away; undefined while a tip has it. */
  last?: Commit;
}

/** Blob ids before and after; '' for what is no regular file. */
interface Change {
  readonly from: string;
  readonly to: string;
}

export class GitHistoryResolver implements Resolver {
  readonly identity: string;
  /** By `<blob id>/<path>`, the names under which `entries` gives the files. */
  readonly sightings = new Map<string, Sighting>();
  private readonly repository: string;
  private readonly limits: HistoryLimits;
  private batch: CatFile | undefined;

  constructor(repository: string, limits: Partial<HistoryLimits> = {}) {
    this.repository = resolve(repository);
    this.limits = { maxCommits: 50_000, maxBlobs: 200_000, ...limits };
    this.identity = `git history ${this.repository}`;
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<TreeEntry> {
    const more = await this.walk(signal);
    if (more)
      yield report(
        'too-large',
        '.',
        `More than ${this.limits.maxCommits} commits; older ones were not looked into.`,
      );
    const sizes = await this.sizes();
    let count = 0;
    for (const [name, sighting] of this.sightings) {
      signal?.throwIfAborted();
      count += 1;
      if (count > this.limits.maxBlobs) {
        yield report(
          'too-large',
          '.',
          `More than ${this.limits.maxBlobs} contents in history; the rest was not looked into.`,
        );
        return;
      }
      const size = sizes.get(sighting.blob);
      if (size === undefined)
        yield report(
          'missing-blob',
          sighting.path,
          `Content ${sighting.blob.slice(0, 12)} is not in this copy of the repository.`,
        );
      else if (size > MAX_BLOB)
        yield report('too-large', sighting.path, `Blob of ${size} bytes in history; not read.`);
      else yield { file: { path: name, size, mtimeMs: 0, ctimeMs: 0, inode: 0, contentName: sighting.blob } };
    }
  }

  async read(file: TreeFile, offset: number, length: number): Promise<Buffer> {
    if (file.contentName === undefined) throw new CustosError('SCAN_NOT_A_FILE', `${file.path} has no blob.`);
    this.batch ??= new CatFile(this.repository);
    return (await this.batch.read(file.contentName)).subarray(offset, offset + length);
  }

  async close(): Promise<void> {
    this.batch?.end();
    this.batch = undefined;
  }

  /** Reads the log from the newest commit; true where there were more commits than are followed. */
  private async walk(signal: AbortSignal | undefined): Promise<boolean> {
    const gone = new Map<string, Commit>();
    let commits = 0;
    let commit: (Commit & { readonly parents: readonly string[] }) | undefined;
    let change: Change | undefined;
    const dates = new Map<string, string>();
    const take = (token: string): void => {
      if (change !== undefined) {
        if (commit !== undefined && commits <= this.limits.maxCommits) this.note(token, change, commit, gone);
        change = undefined;
        return;
      }
      const head = /^\n?@([0-9a-f]{40,64}) (\S+) ?([0-9a-f ]*)$/.exec(token);
      if (head !== null) {
        if (head[1] !== commit?.id) commits += 1;
        commit = {
          id: head[1] ?? '',
          at: head[2] ?? '',
          parents: (head[3] ?? '').split(' ').filter((one) => one !== ''),
        };
        dates.set(commit.id, commit.at);
        return;
      }
      const raw = /^\n?:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [A-Z]\d*$/.exec(token);
      if (raw !== null) {
        const isFile = (mode: string | undefined): boolean => mode === '100644' || mode === '100755';
        change = { from: isFile(raw[1]) ? (raw[3] ?? '') : '', to: isFile(raw[2]) ? (raw[4] ?? '') : '' };
      }
    };
    await this.run(
      [
        'log',
        '--all',
        '--raw',
        '-m',
        '-z',
        '--no-abbrev',
        '--no-renames',
        '--no-ext-diff',
        '--no-textconv',
        '--root',
        `--max-count=${this.limits.maxCommits + 1}`,
        '--format=@%H %cI %P',
      ],
      take,
      signal,
    );
    await this.keepLast(gone, dates, signal);
    return commits > this.limits.maxCommits;
  }

  private note(
    path: string,
    change: Change,
    commit: Commit & { readonly parents: readonly string[] },
    gone: Map<string, Commit>,
  ): void {
    if (isSkippedPath(path)) return;
    if (change.to !== '' && !/^0+$/.test(change.to))
      this.see(path, change.to, { id: commit.id, at: commit.at });
    const parent = commit.parents.length === 1 ? commit.parents[0] : undefined;
    const key = `${change.from}/${path}`;
    if (change.from !== '' && parent !== undefined && !gone.has(key)) gone.set(key, { id: parent, at: '' });
  }

  private see(path: string, blob: string, commit: Commit): void {
    const key = `${blob}/${path}`;
    const known = this.sightings.get(key);
    // From newest to oldest: whoever comes later was first.
    if (known === undefined) this.sightings.set(key, { path, blob, first: commit });
    else known.first = commit;
  }

  /** What a branch or tag still has was not taken away. */
  private async keepLast(
    gone: ReadonlyMap<string, Commit>,
    dates: ReadonlyMap<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const tips = new Set<string>();
    await this.run(['for-each-ref', '--format=%(objectname)%00'], (one) => tips.add(one.trim()), signal);
    await this.run(['rev-parse', '--verify', '--quiet', 'HEAD'], (one) => tips.add(one.trim()), signal, true);
    const present = new Set<string>();
    // Each tip costs a listing: beyond the first ones, "last seen" is the newest removal.
    for (const tip of [...tips].filter((one) => /^[0-9a-f]{40,64}$/.test(one)).slice(0, 50))
      await this.run(
        ['ls-tree', '-r', '-z', '--full-tree', tip],
        (one) => {
          const match = /^\d+ blob ([0-9a-f]+)\t([\s\S]+)$/.exec(one);
          if (match !== null) present.add(`${match[1]}/${match[2]}`);
        },
        signal,
        true,
      );
    for (const [key, sighting] of this.sightings) {
      const last = gone.get(key);
      if (last !== undefined && !present.has(key))
        sighting.last = { id: last.id, at: dates.get(last.id) ?? sighting.first.at };
    }
  }

  /** Hands every NUL-terminated token of git's output to `take`. */
  private async run(
    args: readonly string[],
    take: (token: string) => void,
    signal: AbortSignal | undefined,
    lenient = false,
  ): Promise<void> {
    const child = git(this.repository, args);
    child.stdin.end();
    const decoder = new StringDecoder('utf8');
    let rest = '';
    let problem = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const tokens = (rest + decoder.write(chunk)).split('\0');
      rest = tokens.pop() ?? '';
      for (const one of tokens) take(one);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      problem = (problem + chunk.toString('utf8')).slice(0, 2_000);
    });
    const stop = (): void => void child.kill();
    signal?.addEventListener('abort', stop, { once: true });
    const code = await new Promise<number | null>((done, fail) => {
      child.on('error', fail);
      child.on('close', done);
    }).catch((cause: unknown) => {
      throw new CustosError('SCAN_GIT_MISSING', 'git could not be started; install it or scan a directory.', {
        cause,
      });
    });
    signal?.removeEventListener('abort', stop);
    signal?.throwIfAborted();
    if (rest.trim() !== '') take(rest);
    if (code !== 0 && !lenient)
      throw new CustosError(
        'SCAN_REVISION',
        `git cannot read the history of ${this.repository}: ${problem.trim().split('\n')[0] ?? ''}`,
      );
  }

  private async sizes(): Promise<Map<string, number>> {
    const sizes = new Map<string, number>();
    const child = git(this.repository, ['cat-file', '--batch-check', '--buffer']);
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [id = '', type, size] = line.split(' ');
        if (type === 'blob') sizes.set(id, Number(size));
      }
    });
    child.stderr.resume();
    child.stdin.on('error', () => undefined);
    const closed = new Promise<void>((done) => child.on('close', () => done()));
    const blobs = new Set([...this.sightings.values()].map((one) => one.blob));
    child.stdin.end([...blobs].map((one) => `${one}\n`).join(''));
    await closed;
    return sizes;
  }
}

function report(code: string, path: string, message: string): TreeEntry {
  return { unknown: { scanner: 'resolver', code, message, location: { path } } };
}
