/** Enumerating the files of a model (specification v1.0, sections 6.1 and 6.2). Names are bytes here until they are known to be UTF-8. */
import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { CustosError } from '@custos/core';
import type { Problem, ProblemCode } from './problem.ts';
import { compareNames } from './resources.ts';

/** Excluded at the root of a model unless the signature lists them. */
export const DEFAULT_IGNORES: readonly string[] = ['.git', '.gitattributes', '.github', '.gitignore'];
const MAX_FILES = 1_000_000;
/** Links to folders can multiply a small tree, even one without files; this ends it. */
const MAX_FOLDER_LINKS = 10_000;

export interface ModelFile {
  /** Relative to the model's root, with `/`. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
}

export interface FileTree {
  /** A model of one file has no directory. */
  readonly single: boolean;
  /** The root with links resolved. */
  readonly root: string;
  /** What the model is called: the last part of its path. */
  readonly name: string;
  /** In code point order of their names. */
  readonly files: ModelFile[];
  /** What keeps the model from being signed or valid: links, devices, unreadable folders. */
  readonly problems: Problem[];
  readonly warnings: Problem[];
  /** What was passed over because its name is ignored; folders end in `/` and were not entered. Not the signature. */
  readonly ignored: string[];
}

export interface ListFilesOptions {
  /** Exact paths relative to the root, besides the default ones. */
  ignore?: readonly string[];
  allowSymlinks?: boolean;
  /** A file that never belongs to the model: the signature. */
  exclude?: string;
  /** Names that are wanted although they lie under an ignored path: those that a signature lists. */
  keep?: Iterable<string>;
}

/**
 * @param model a directory or a file; a link at this place is followed, since the user named it
 * @throws CustosError INPUT_PATH when there is nothing to read
 * @example listFiles('models/bert', { exclude: 'models/bert/model.sig' }).files.map((file) => file.name)
 */
export function listFiles(model: string, options: ListFilesOptions = {}): FileTree {
  let root: string;
  try {
    root = realpathSync(model);
  } catch (cause) {
    throw new CustosError(
      'INPUT_PATH',
      `${model} does not exist or can't be reached. Give a model's file or folder.`,
      { cause },
    );
  }
  const stat = statSync(root);
  const tree: FileTree = {
    single: !stat.isDirectory(),
    root,
    name: basename(root),
    files: [],
    problems: [],
    warnings: [],
    ignored: [],
  };
  if (stat.isFile()) tree.files.push({ name: basename(root), path: root, size: stat.size });
  else if (stat.isDirectory()) new Walk(tree, options).enter(root, '', [realpathSync(root)]);
  else
    throw new CustosError(
      'INPUT_PATH',
      `${model} is neither a file nor a folder; there is nothing to sign or verify.`,
    );
  tree.files.sort((a, b) => compareNames(a.name, b.name));
  return tree;
}

/** Name of the signature in the model; undefined when it lies elsewhere. */
export function nameInside(root: string, path: string): string | undefined {
  const real = resolved(path);
  return real === undefined ? undefined : wayInside(root, real);
}

/** Both with links resolved. @returns with `/`; undefined for the root itself and for what lies outside */
function wayInside(root: string, real: string): string | undefined {
  const way = relative(root, real).split(sep).join('/');
  return way === '' || way.startsWith('../') || way === '..' || isAbsolute(way) ? undefined : way;
}

/** The place of a file that may not exist yet. */
function resolved(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    try {
      return join(realpathSync(join(path, '..')), basename(path));
    } catch {
      return undefined;
    }
  }
}

class Walk {
  private readonly tree: FileTree;
  private readonly ignored: ReadonlySet<string>;
  private readonly follow: boolean;
  private readonly own: string | undefined;
  private folderLinks = 0;
  /** Kept names and the folders on the way to them. */
  private readonly wanted = new Set<string>();

  constructor(tree: FileTree, options: ListFilesOptions) {
    this.tree = tree;
    this.own = options.exclude === undefined ? undefined : nameInside(tree.root, options.exclude);
    const paths = (options.ignore ?? []).map((path) => path.replace(/\/$/, ''));
    this.ignored = new Set([...DEFAULT_IGNORES, ...paths, ...(this.own === undefined ? [] : [this.own])]);
    this.follow = options.allowSymlinks ?? false;
    for (const name of options.keep ?? [])
      for (let end = name.length; end > 0; end = name.lastIndexOf('/', end - 1))
        this.wanted.add(name.slice(0, end));
  }

  /** @param above real paths of the folders that lead here, to see cycles of links */
  enter(folder: string, prefix: string, above: readonly string[], onlyWanted = false): void {
    let entries: Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      this.problem(
        'FILE_UNREADABLE',
        prefix,
        `The folder ${prefix || '.'} can't be read; check its permissions.`,
      );
      return;
    }
    if (entries.some(({ name }) => name.includes('\uFFFD'))) this.refuseBrokenNames(folder, prefix);
    for (const entry of entries) {
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      const limited = onlyWanted || this.ignored.has(name);
      if (limited && !this.wanted.has(name)) {
        if (name !== this.own) this.tree.ignored.push(entry.isDirectory() ? `${name}/` : name);
        continue;
      }
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) this.link(path, name, above, limited);
      else if (entry.isDirectory()) this.enter(path, name, [...above, path], limited);
      else if (entry.isFile()) this.add(path, name);
      else this.problem('NOT_A_FILE', name, `${name} is a device, pipe or socket; a model holds files only.`);
    }
  }

  private add(path: string, name: string): void {
    if (this.tree.files.length >= MAX_FILES)
      throw new CustosError(
        'INPUT_PATH',
        `The model has more than ${MAX_FILES} files; sign parts of it, or ignore folders.`,
      );
    try {
      this.tree.files.push({ name, path, size: lstatSync(path).size });
    } catch {
      this.problem('FILE_UNREADABLE', name, `${name} vanished or can't be read.`);
    }
  }

  private link(path: string, name: string, above: readonly string[], onlyWanted: boolean): void {
    if (!this.follow) {
      this.problem('SYMLINK', name, `${name} is a symbolic link, and links are not allowed for this model.`);
      return;
    }
    let target: string;
    let stat: Stats;
    try {
      target = realpathSync(path);
      stat = statSync(target);
    } catch {
      this.problem('FILE_UNREADABLE', name, `The symbolic link ${name} leads nowhere or in a circle.`);
      return;
    }
    if (stat.isDirectory() && above.some((folder) => folder === target)) {
      this.warning(
        'SYMLINK_CYCLE',
        name,
        `The link ${name} leads back to a folder above it; it was not followed.`,
      );
      return;
    }
    if (target !== this.tree.root && wayInside(this.tree.root, target) === undefined)
      this.warning(
        'SYMLINK_OUTSIDE',
        name,
        `The link ${name} leads out of the model; its content is signed, its place is not.`,
      );
    if (stat.isDirectory() && ++this.folderLinks > MAX_FOLDER_LINKS)
      throw new CustosError(
        'INPUT_PATH',
        `The links in the model lead into folders more than ${MAX_FOLDER_LINKS} times; ignore the links that multiply it.`,
      );
    if (stat.isDirectory()) this.enter(target, name, [...above, target], onlyWanted);
    else if (stat.isFile()) this.add(target, name);
    else this.problem('NOT_A_FILE', name, `The link ${name} leads to a device, pipe or socket.`);
  }

  /** Node replaces bytes that are no UTF-8; a name that can't be written down can't be signed. */
  private refuseBrokenNames(folder: string, prefix: string): void {
    for (const bytes of readdirSync(folder, 'buffer')) {
      const text = bytes.toString('utf8');
      if (Buffer.from(text).equals(bytes)) continue;
      const name = prefix === '' ? text : `${prefix}/${text}`;
      this.problem('FILE_NAME', name, `The name of ${name} is no UTF-8; rename the file.`);
    }
  }

  private problem(code: ProblemCode, where: string, message: string): void {
    this.tree.problems.push({ code, where, message });
  }

  private warning(code: ProblemCode, where: string, message: string): void {
    this.tree.warnings.push({ code, where, message });
  }
}
