/** Ignore files as git reads them: each directory's rules hold below it, and the deepest rule that matches wins. */
import ignore, { type Ignore } from 'ignore';

export const IGNORE_FILES = ['.gitignore', '.custosignore'] as const;

/** Directories that never hold the system's own files. */
export const SKIPPED_DIRECTORIES: ReadonlySet<string> = new Set(['.git', 'node_modules', '.custos']);

interface Level {
  /** Directory the rules stand in, '' for the root, otherwise ending in `/`. */
  readonly base: string;
  readonly rules: Ignore;
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
    return new IgnoreRules([...this.levels, { base: directory === '' ? '' : `${directory}/`, rules }]);
  }

  /** @param path relative to the root, without a trailing slash */
  ignores(path: string, isDirectory: boolean): boolean {
    for (let index = this.levels.length - 1; index >= 0; index--) {
      const level = this.levels[index];
      if (level === undefined) continue;
      const local = path.slice(level.base.length) + (isDirectory ? '/' : '');
      const answer = level.rules.test(local);
      if (answer.ignored) return true;
      if (answer.unignored) return false;
    }
    return false;
  }
}
