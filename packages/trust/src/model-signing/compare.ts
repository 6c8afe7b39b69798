/** A signed manifest against the files that are there (specification v1.0, section 8.4). */
import type { FileTree, ModelFile } from './file-tree.ts';
import type { HashOutcome, HashTask } from './hash-pool.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { compareNames } from './resources.ts';
import type { SignedManifest } from './statement.ts';

export interface Comparison {
  /** What has to be hashed, one task for each resource that may still be right. */
  readonly tasks: HashTask[];
  /** Indexes of the resources that a task is about, in the order of its digests. */
  readonly resources: number[][];
  readonly problems: Problem[];
  /** What is there and not signed, and does no harm. */
  readonly unsigned: string[];
}

/**
 * Settles what is missing, extra, or of another length before anything is hashed.
 * @param options `fileDigests`: each file is read as a whole, so that its SHA-256 comes from the reading that is compared
 */
export function planComparison(
  manifest: SignedManifest,
  tree: FileTree,
  options: { ignoreUnsigned: boolean; fileDigests: boolean },
): Comparison {
  const problems: Problem[] = [];
  const add = (code: ProblemCode, where: string, message: string) => problems.push({ code, where, message });
  const files = new Map(tree.files.map((file) => [file.name, file]));
  // The reference implementation calls the one file of a single-file model ".".
  const only = tree.single ? tree.files[0] : undefined;
  const find = (path: string) => files.get(path) ?? (path === '.' ? only : undefined);
  const broken = new Map(tree.problems.map((problem) => [problem.where, problem]));
  const tasks: HashTask[] = [];
  const resources: number[][] = [];
  const unsigned = [...tree.ignored];
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
    const one = { path: file.path, algorithm: hash_type, sha256: options.fileDigests };
    if (shard_size === undefined) {
      tasks.push({ ...one, start: 0, end: undefined, bytes: file.size });
      resources.push(indexes);
      continue;
    }
    indexes.sort((a, b) => (manifest.ranges[a]?.start ?? 0) - (manifest.ranges[b]?.start ?? 0));
    const fault = lengthFault(signedLength(manifest, indexes), file);
    if (fault !== undefined) {
      problems.push(fault);
      continue;
    }
    if (options.fileDigests) {
      tasks.push({ ...one, start: 0, end: undefined, bytes: file.size, shardSize: shard_size });
      resources.push(indexes);
      continue;
    }
    for (const i of indexes) {
      const { start = 0, end = 0 } = manifest.ranges[i] ?? {};
      tasks.push({ ...one, start, end, bytes: end - start });
      resources.push([i]);
    }
  }
  const needed = options.ignoreUnsigned ? withFolders(missing) : undefined;
  for (const problem of tree.problems)
    if (needed === undefined || needed.has(problem.where)) problems.push(problem);
    else unsigned.push(problem.where);
  for (const file of tree.files) {
    if (met.has(file)) continue;
    // Shards of a file without bytes are none, so such a file can't be signed that way.
    const unsignable = shard_size !== undefined && file.size === 0;
    if (options.ignoreUnsigned || unsignable) unsigned.push(file.name);
    else add('FILE_EXTRA', file.name, `${file.name} is there, but not signed.`);
  }
  return {
    tasks,
    resources,
    problems: problems.sort((a, b) => compareNames(a.where, b.where)),
    unsigned: unsigned.sort(compareNames),
  };
}

/** Paths and the folders on the way to them. */
function withFolders(paths: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const path of paths)
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) all.add(path.slice(0, end));
  return all;
}

/** @param indexes of the shards of one file, in their order */
function signedLength(manifest: SignedManifest, indexes: readonly number[]): number {
  return manifest.ranges[indexes.at(-1) ?? -1]?.end ?? 0;
}

/** The shards are known to follow on one another; they also have to end where the file does. */
function lengthFault(signed: number, { name, size }: ModelFile): Problem | undefined {
  if (size < signed)
    return {
      code: 'SHARD_MISSING',
      where: name,
      message: `Bytes ${size} to ${signed} of ${name} are signed, but not there.`,
    };
  if (size === signed) return undefined;
  return {
    code: 'SHARD_EXTRA',
    where: name,
    message: `Bytes ${signed} to ${size} of ${name} are there, but in no signed shard.`,
  };
}

/** What hashing showed: content that differs, and files that could not be read to their end, or were not one file. */
export function problemsOfHashes(
  manifest: SignedManifest,
  plan: Comparison,
  outcomes: readonly HashOutcome[],
): Problem[] {
  const problems: Problem[] = [];
  const identities = new Map<string, string>();
  const unstable = new Set<string>();
  for (const [i, indexes] of plan.resources.entries()) {
    const outcome = outcomes[i];
    const where = manifest.ranges[indexes[0] ?? -1]?.path;
    if (outcome === undefined || where === undefined) continue;
    if ('fault' in outcome) {
      problems.push(faultProblem(outcome, where));
      continue;
    }
    // All shards have to be of one and the same file.
    if ((identities.get(where) ?? outcome.key) !== outcome.key && !unstable.has(where)) {
      unstable.add(where);
      problems.push(faultProblem({ fault: 'FILE_UNSTABLE', why: 'exchanged' }, where));
    }
    identities.set(where, outcome.key);
    if (outcome.digests.length !== indexes.length)
      problems.push(faultProblem({ fault: 'FILE_UNSTABLE', why: 'of another size' }, where));
    for (const [k, index] of indexes.entries()) {
      const [resource, range, hex] = [manifest.resources[index], manifest.ranges[index], outcome.digests[k]];
      if (resource === undefined || hex === undefined || hex === resource.digest) continue;
      const part = range?.end === undefined ? '' : ` (bytes ${range.start} to ${range.end})`;
      problems.push({
        code: 'FILE_CHANGED',
        where,
        message: `${where}${part} differs from what was signed: ${resource.algorithm} is ${hex}, signed was ${resource.digest}.`,
      });
    }
  }
  return problems;
}

export function faultProblem(outcome: Extract<HashOutcome, { fault: string }>, where: string): Problem {
  const what = {
    FILE_UNSTABLE: 'changed while it was hashed; wait until nobody writes to it',
    NOT_A_FILE: 'is no regular file any more',
    FILE_UNREADABLE: `can not be read (${outcome.why})`,
  }[outcome.fault];
  return { code: outcome.fault, where, message: `${where} ${what}.` };
}
