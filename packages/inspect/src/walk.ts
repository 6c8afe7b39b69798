/** The files under the paths that a user names, and whatever lies there and is passed over. */
import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { CustosError } from '@custos/core';

/** Folders that hold no model but what tools keep for themselves. */
const TOOLS: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', '.custos', 'node_modules']);
const MOST_FILES = 1_000_000;

export interface FoundFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Whether the user named it: then it is reported whatever it is. */
  readonly named: boolean;
  /** Why it can not be inspected. */
  readonly passedOver?: string;
}

export interface Found {
  /** In the order of the paths, and of names within a folder. */
  readonly files: readonly FoundFile[];
  /** Folders of tools. */
  readonly notEntered: readonly string[];
}

/**
 * Links to files are followed, as model caches consist of them, and give one file each; links to folders are not. What is
 * no file, or can not be read, is found with its reason.
 * @throws CustosError INPUT_PATH where a named path is not there, or holds too many files
 */
export function filesUnder(paths: readonly string[]): Found {
  const walk = new Walk();
  for (const path of paths) walk.named(path);
  return walk;
}

class Walk implements Found {
  readonly files: FoundFile[] = [];
  readonly notEntered: string[] = [];
  /** Place in `files` by the path without links. */
  private readonly places = new Map<string, number>();

  named(path: string): void {
    const status = namedStatus(path);
    if (status.isDirectory()) this.folder(path, path);
    else if (!status.isFile()) throw new CustosError('INPUT_PATH', `${path} is neither a file nor a folder.`);
    else {
      const place = this.places.get(realpathSync(path));
      const before = place === undefined ? undefined : this.files[place];
      if (place === undefined || before === undefined || before.named) this.add(path, status.size, true);
      else this.files[place] = { ...before, named: true };
    }
  }

  private folder(folder: string, top: string): void {
    let entries: Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.passOver(folder, `is a folder that can not be read: ${messageOf(error)}`);
      return;
    }
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && TOOLS.has(entry.name)) this.notEntered.push(path);
      else if (entry.isDirectory()) this.folder(path, top);
      else this.entry(path, entry, top);
      if (this.files.length > MOST_FILES)
        throw new CustosError(
          'INPUT_PATH',
          `${folder} holds more than ${MOST_FILES} files. Inspect its parts.`,
        );
    }
  }

  private entry(path: string, entry: Dirent, top: string): void {
    try {
      const status = statSync(path, { throwIfNoEntry: false });
      if (status === undefined)
        this.passOver(path, entry.isSymbolicLink() ? 'is a link to nothing' : 'is gone');
      else if (status.isFile()) {
        if (!this.places.has(realpathSync(path))) this.add(path, status.size, false);
      } else if (!status.isDirectory()) this.passOver(path, `is a ${kindOf(status)}, no file`);
      else if (!isWalked(path, top))
        this.passOver(path, 'is a link to a folder, which is not followed; name that folder to inspect it');
    } catch (error) {
      this.passOver(path, `can not be read: ${messageOf(error)}`);
    }
  }

  private add(path: string, size: number, named: boolean): void {
    const real = realpathSync(path);
    if (!this.places.has(real)) this.places.set(real, this.files.length);
    this.files.push({ path, size, named });
  }

  private passOver(path: string, passedOver: string): void {
    this.files.push({ path, size: 0, named: false, passedOver });
  }
}

function namedStatus(path: string): Stats {
  let status: Stats | undefined;
  try {
    status = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new CustosError('INPUT_PATH', `${path} can not be read: ${messageOf(error)}`);
  }
  if (status === undefined)
    throw new CustosError('INPUT_PATH', `${path} does not exist. Name files or folders to inspect.`);
  return status;
}

/** Whether a linked folder is one that the walk enters by its own name. */
function isWalked(link: string, top: string): boolean {
  const parts = relative(realpathSync(top), realpathSync(link)).split(sep);
  return parts[0] !== '..' && !parts.some((part) => TOOLS.has(part));
}

function kindOf(status: Stats): string {
  if (status.isFIFO()) return 'pipe';
  return status.isSocket() ? 'socket' : 'device';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
