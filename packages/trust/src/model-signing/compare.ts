/** A signed manifest against the files that are there (specification v1.0, section 8.4). */
import type { FileTree, ModelFile } from './file-tree.ts';
import type { HashOutcome, HashTask } from './hash-pool.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { compareNames } from './resources.ts';
import type { SignedManifest } from './statement.ts';

export interface Comparison {
  /** What has to be hashed, one task for each resource that may still be right. */
  readonly tasks: HashTask[];
  /** Index of the resource that a task is about, in the order of `tasks`. */
  readonly resources: number[];
  readonly problems: Problem[];
}

/** Settles what is missing, extra, or of another length before anything is hashed. */
export function planComparison(
  manifest: SignedManifest,
  tree: FileTree,
  ignoreUnsigned: boolean,
): Comparison {
  const problems: Problem[] = [];
  const add = (code: ProblemCode, where: string, message: string) => problems.push({ code, where, message });
  const files = new Map(tree.files.map((file) => [file.name, file]));
  // The reference implementation calls the one file of a single-file model ".".
  const only = tree.single ? tree.files[0] : undefined;
  const find = (path: string) => files.get(path) ?? (path === '.' ? only : undefined);
  const broken = new Map(tree.problems.map((problem) => [problem.where, problem]));
  const tasks: HashTask[] = [];
  const resources: number[] = [];
  const met = new Map<ModelFile, number[]>();
  const missing = new Set<string>();
  for (const [i, { path }] of manifest.ranges.entries()) {
    const file = find(path);
    if (file === undefined) missing.add(path);
    else {
      const indexes = met.get(file);
      if (indexes === undefined) met.set(file, [i]);
      else indexes.push(i);
    }
  }
  for (const path of missing)
    if (!broken.has(path)) add('FILE_MISSING', path, `${path} is signed, but not there.`);
  const { shard_size, hash_type } = manifest.serialization;
  for (const [file, indexes] of met) {
    const fault = shard_size === undefined ? undefined : shardFault(manifest, indexes, file, shard_size);
    if (fault !== undefined) {
      add('FILE_CHANGED', file.name, fault);
      continue;
    }
    for (const i of indexes) {
      const { start = 0, end } = manifest.ranges[i] ?? {};
      tasks.push({ path: file.path, start, end, algorithm: hash_type, bytes: (end ?? file.size) - start });
      resources.push(i);
    }
  }
  const needed = ignoreUnsigned ? withFolders(missing) : undefined;
  for (const problem of tree.problems)
    if (needed === undefined || needed.has(problem.where)) problems.push(problem);
  if (!ignoreUnsigned)
    for (const file of tree.files) {
      // Shards of a file without bytes are none, so such a file can't be signed that way.
      const unsignable = shard_size !== undefined && file.size === 0;
      if (!met.has(file) && !unsignable)
        add('FILE_EXTRA', file.name, `${file.name} is there, but not signed.`);
    }
  return { tasks, resources, problems: problems.sort((a, b) => compareNames(a.where, b.where)) };
}

/** Paths and the folders on the way to them. */
function withFolders(paths: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const path of paths)
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) all.add(path.slice(0, end));
  return all;
}

/** Shards have to cover a file without gaps, to its end. */
function shardFault(
  manifest: SignedManifest,
  indexes: readonly number[],
  file: ModelFile,
  shardSize: number,
): string | undefined {
  const ranges = indexes.map((i) => manifest.ranges[i]).sort((a, b) => (a?.start ?? 0) - (b?.start ?? 0));
  const end = ranges.at(-1)?.end ?? 0;
  if (end !== file.size) return `${file.name} has ${file.size} bytes; ${end} are signed.`;
  const whole = ranges.every(
    (range, i) => range?.start === i * shardSize && range.end === Math.min(file.size, (i + 1) * shardSize),
  );
  return whole ? undefined : `The signed shards of ${file.name} leave a gap or overlap.`;
}

/** What hashing showed: content that differs, and files that could not be read to their end. */
export function problemsOfHashes(
  manifest: SignedManifest,
  plan: Comparison,
  outcomes: readonly HashOutcome[],
): Problem[] {
  return plan.resources.flatMap((index, i): Problem[] => {
    const [resource, range, outcome] = [manifest.resources[index], manifest.ranges[index], outcomes[i]];
    if (resource === undefined || range === undefined || outcome === undefined) return [];
    const where = range.path;
    if ('fault' in outcome) return [faultProblem(outcome, where)];
    if (outcome.hex === resource.digest) return [];
    const part = range.end === undefined ? '' : ` (bytes ${range.start} to ${range.end})`;
    return [
      {
        code: 'FILE_CHANGED',
        where,
        message: `${where}${part} differs from what was signed: ${resource.algorithm} is ${outcome.hex}, signed was ${resource.digest}.`,
      },
    ];
  });
}

export function faultProblem(outcome: Extract<HashOutcome, { fault: string }>, where: string): Problem {
  const what = {
    FILE_UNSTABLE: 'changed while it was hashed; wait until nobody writes to it',
    NOT_A_FILE: 'is no regular file any more',
    FILE_UNREADABLE: `can not be read (${outcome.why})`,
  }[outcome.fault];
  return { code: outcome.fault, where, message: `${where} ${what}.` };
}
