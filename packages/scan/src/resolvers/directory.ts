/** A directory on disk as a tree of files: never follows links, never opens what is not a regular file. */
import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { CustosError, type Unknown } from '@custos/core';
import { readBelow } from '../disk.ts';
import type { Resolver, TreeEntry, TreeFile } from '../types.ts';
import { IGNORE_FILES, IgnoreRules, SKIPPED_DIRECTORIES } from './ignore-rules.ts';

/** Directories deeper than this are reported instead of entered. */
const MAX_DEPTH = 100;
/** Entries between two turns of the event loop. */
const TURN = 500;
/** Ignore files larger than this are not ignore files. */
const MAX_IGNORE_FILE = 1_000_000;

/**
 * Opens a directory for scanning.
 * @example for await (const entry of directoryResolver('.').entries()) …
 */
export function directoryResolver(path: string): Resolver {
  return new DirectoryResolver(resolve(path));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
}

function unknown(code: string, path: string, message: string): { unknown: Unknown } {
  return { unknown: { scanner: 'resolver', code, message, location: { path } } };
}

class DirectoryResolver implements Resolver {
  readonly identity: string;
  readonly directory: string;
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
    this.directory = root;
    this.identity = `directory ${root}`;
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<TreeEntry> {
    const root = await this.openRoot();
    let count = 0;
    for (const entry of this.walk(root, '', new IgnoreRules(), 0, signal)) {
      yield entry;
      count += 1;
      // Lets signals and threads have their say.
      if (count % TURN === 0) await new Promise((done) => setImmediate(done));
    }
  }

  async read(file: TreeFile, offset: number, length: number): Promise<Buffer> {
    return readBelow(this.root, file.path, offset, length);
  }

  async close(): Promise<void> {}

  private async openRoot(): Promise<string> {
    const info = await stat(this.root).catch((cause: unknown) => {
      const why = codeOf(cause) === 'ENOENT' ? 'does not exist' : `cannot be read (${codeOf(cause)})`;
      throw new CustosError('SCAN_ROOT_MISSING', `${this.root} ${why}; name a directory to scan.`, { cause });
    });
    if (!info.isDirectory()) {
      throw new CustosError(
        'SCAN_ROOT_NOT_DIRECTORY',
        `${this.root} is a file; name the directory that holds it.`,
      );
    }
    return realpath(this.root);
  }

  private *walk(
    root: string,
    directory: string,
    outer: IgnoreRules,
    depth: number,
    signal: AbortSignal | undefined,
  ): Generator<TreeEntry> {
    signal?.throwIfAborted();
    const absolute = directory === '' ? root : `${root}${sep}${directory}`;
    let children: Dirent[];
    try {
      children = readdirSync(absolute, { withFileTypes: true });
    } catch (error) {
      yield unknown(
        'unreadable',
        directory === '' ? '.' : directory,
        `Directory cannot be listed: ${codeOf(error)}.`,
      );
      return;
    }
    children.sort((a, b) => (a.name < b.name ? -1 : 1));
    const rules = outer.below(directory, ignoreTexts(absolute, children));
    for (const child of children) {
      const path = directory === '' ? child.name : `${directory}/${child.name}`;
      if (child.isDirectory()) {
        if (SKIPPED_DIRECTORIES.has(child.name) || rules.ignores(path, true)) continue;
        if (depth >= MAX_DEPTH)
          yield unknown('too-deep', path, `More than ${MAX_DEPTH} directories deep; not entered.`);
        else yield* this.walk(root, path, rules, depth + 1, signal);
      } else if (!SKIPPED_DIRECTORIES.has(child.name) && !rules.ignores(path, false)) {
        const entry = child.isSymbolicLink() ? linkEntry(root, path) : this.fileEntry(root, path, child);
        if (entry !== undefined) yield entry;
      }
    }
  }

  private fileEntry(root: string, path: string, child: Dirent): TreeEntry {
    if (!child.isFile())
      return unknown('special-file', path, `${kindOf(child)}, not a regular file; not opened.`);
    try {
      const info = lstatSync(`${root}${sep}${path}`);
      const { size, mtimeMs, ctimeMs, ino } = info;
      return { file: { path, size, mtimeMs, ctimeMs, inode: ino } };
    } catch (error) {
      return unknown('unreadable', path, `Cannot be examined: ${codeOf(error)}.`);
    }
  }
}

/** A link inside the tree is passed over, because its target is met on its own; any other link is an unknown. */
function linkEntry(root: string, path: string): TreeEntry | undefined {
  try {
    const target = realpathSync(`${root}${sep}${path}`);
    if (target === root || target.startsWith(root + sep)) return undefined;
    return unknown('link-outside', path, 'Symbolic link that leads out of the tree; not followed.');
  } catch (error) {
    const why = codeOf(error) === 'ELOOP' ? 'leads in a circle' : 'leads nowhere';
    return unknown('broken-link', path, `Symbolic link that ${why}.`);
  }
}

function ignoreTexts(absolute: string, children: readonly Dirent[]): string[] {
  const texts: string[] = [];
  for (const name of IGNORE_FILES) {
    if (!children.some((child) => child.name === name && child.isFile())) continue;
    const file = `${absolute}${sep}${name}`;
    try {
      const info = lstatSync(file);
      if (info.isFile() && info.size <= MAX_IGNORE_FILE) texts.push(readFileSync(file, 'utf8'));
    } catch {
      // A file that cannot be read ignores nothing; it is met, and reported, on its own.
    }
  }
  return texts;
}

function kindOf(child: Dirent): string {
  if (child.isFIFO()) return 'FIFO';
  if (child.isSocket()) return 'Socket';
  if (child.isBlockDevice() || child.isCharacterDevice()) return 'Device';
  return 'Special file';
}
