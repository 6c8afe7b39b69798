/** Ignore files as git reads them: each directory's rules hold below it, and the deepest rule that matches wins. */
import ignore, { type Ignore } from 'ignore';

export const IGNORE_FILES = ['.gitignore', '.custosignore'] as const;

/** Directories that never hold the system's own files. */
export const SKIPPED_DIRECTORIES: ReadonlySet<string> = new Set(['.git', 'node_modules', '.custos']);

interface Level {
  /** Directory the rules stand in, '' for the root, otherwise ending in `/`. */
  readonly base: string;
  readonly rules: Ignore;
  readonly names: LastNames;
}

/**
 * The last names that patterns can match directly. What lies below an ignored directory is never met, so a path whose own
 * name no pattern ends in needs none of the expressions of the library, which were a quarter of the main thread's time.
 */
class LastNames {
  private readonly plain = new Set<string>();
  private readonly globs: RegExp | undefined;

  constructor(texts: readonly string[]) {
    const globs: string[] = [];
    for (const line of texts.join('\n').split(/\r?\n/)) {
      const pattern = line
        .trimEnd()
        .replace(/\/+$/, '')
        .replace(/^!?\uFEFF?/, '');
      const last = pattern.slice(pattern.lastIndexOf('/') + 1);
      if (/[*?[\]\\]/.test(last)) globs.push(loose(last));
      else this.plain.add(last);
    }
    if (globs.length > 0) this.globs = new RegExp(`^(?:${globs.join('|')})$`, 's');
  }

  mayMatch(path: string): boolean {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return this.plain.has(name) || this.globs?.test(name) === true;
  }
}

/** An expression that matches all that the glob does, and more: an escape or a class stands for any character. */
function loose(glob: string): string {
  return glob.replace(/\*+|\\.?|\[[^\]]*\]|[^\w]/g, (part) => {
    if (part.startsWith('*')) return '.*';
    if (part === '?' || part.length > 1) return '.';
    return /[[\]\\]/.test(part) ? '.*' : `\\${part}`;
  });
}

/** Rules in force in one directory; `below` gives those of a sub-directory that has ignore files of its own. */
export class IgnoreRules {
  private readonly levels: readonly Level[];

  constructor(levels: readonly Level[] = []) {
    this.levels = levels;
  }

  below(directory: string, texts: readonly string[]): IgnoreRules {
    if (texts.length === 0) return this;
    const rules = ignore({ ignorecase: false });
    for (const text of texts) rules.add(text);
    const base = directory === '' ? '' : `${directory}/`;
    return new IgnoreRules([...this.levels, { base, rules, names: new LastNames(texts) }]);
  }

  /** @param path relative to the root, without a trailing slash */
  ignores(path: string, isDirectory: boolean): boolean {
    for (let index = this.levels.length - 1; index >= 0; index--) {
      const level = this.levels[index];
      if (level === undefined || !level.names.mayMatch(path)) continue;
      const local = path.slice(level.base.length) + (isDirectory ? '/' : '');
      const answer = level.rules.test(local);
      if (answer.ignored) return true;
      if (answer.unignored) return false;
    }
    return false;
  }
}
