/** The files under the paths that a user names. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CustosError } from '@custos/core';

/** Folders that hold no model but what tools keep for themselves. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', '.custos', 'node_modules']);
const MOST_FILES = 1_000_000;

export interface FoundFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Whether the user named it: then it is reported whatever it is. */
  readonly named: boolean;
}

/**
 * Regular files in the order of their names. Links to files are followed, as model caches consist of them; links to folders
 * are not.
 * @throws CustosError INPUT_PATH where a named path is not there, or holds too many files
 */
export function filesUnder(paths: readonly string[]): FoundFile[] {
  const found = new Map<string, FoundFile>();
  for (const path of paths) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined)
      throw new CustosError('INPUT_PATH', `${path} does not exist. Name files or folders to inspect.`);
    if (status.isDirectory()) walk(path, found);
    else if (status.isFile()) found.set(realpathSync(path), { path, size: status.size, named: true });
    else throw new CustosError('INPUT_PATH', `${path} is neither a file nor a folder.`);
  }
  return [...found.values()];
}

function walk(folder: string, found: Map<string, FoundFile>): void {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) walk(path, found);
      continue;
    }
    if (!entry.isFile() && !entry.isSymbolicLink()) continue;
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isFile() !== true) continue;
    const real = entry.isSymbolicLink() ? realpathSync(path) : path;
    if (!found.has(real)) found.set(real, { path, size: status.size, named: false });
    if (found.size > MOST_FILES)
      throw new CustosError(
        'INPUT_PATH',
        `${folder} holds more than ${MOST_FILES} files. Inspect its parts.`,
      );
  }
}
