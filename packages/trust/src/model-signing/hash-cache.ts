/**
 * Digests of earlier runs, for who asks for them. A digest is named by path, size, times of change, inode, device, range and
 * algorithm; whoever can write files *and* set the clock can deceive it, so `custos verify` never uses it.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type HashOptions, type HashOutcome, type HashTask, hashRanges } from './hash-pool.ts';

/** A file changed this close to now could change again without its times showing it. Milliseconds. */
const RACY = 2_000;
const HEADER = '{"custos":"model-hashes","version":2}';
const Hex = z.string().regex(/^[0-9a-f]{64,128}$/);
/** Name of the task, identity of the file, digests, SHA-256 of the whole where it was asked for. */
const Line = z.tuple([z.string(), z.string(), z.array(Hex).min(1), Hex.optional()]);

/**
 * Like `hashRanges`, but takes what did not change from a file, and keeps what is new there. A damaged cache is no cache, and
 * neither is one that can't be written.
 * @param file where digests are kept; its folder is made
 * @param now milliseconds since the epoch
 */
export async function hashChanged(
  tasks: readonly HashTask[],
  file: string,
  now: number,
  options: HashOptions = {},
): Promise<HashOutcome[]> {
  const known = load(file);
  const kept = tasks.map((task) => lookUp(task, known));
  const rest = tasks.filter((_, i) => kept[i] === undefined);
  const fresh = await hashRanges(rest, options);
  const outcomes: HashOutcome[] = [];
  let next = 0;
  for (const [i, task] of tasks.entries()) {
    const outcome = kept[i] ?? fresh[next++];
    if (outcome === undefined) continue;
    outcomes.push(outcome);
    if ('digests' in outcome && !isRacy(outcome.key, now))
      known.set(nameOf(task), [outcome.key, outcome.digests, outcome.sha256]);
    else known.delete(nameOf(task));
  }
  save(file, known);
  return outcomes;
}

function nameOf({ path, start, end, algorithm, shardSize }: HashTask): string {
  return `${algorithm}:${start}:${end ?? ''}:${shardSize ?? ''}:${path}`;
}

type Known = Map<string, [key: string, digests: string[], sha256: string | undefined]>;

function lookUp(task: HashTask, known: Known): HashOutcome | undefined {
  const found = known.get(nameOf(task));
  if (found === undefined) return undefined;
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(task.path, { bigint: true });
    const [key, digests, sha256] = found;
    return key === `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}` && (sha256 !== undefined || !task.sha256)
      ? { digests, sha256, key, size: Number(size) }
      : undefined;
  } catch {
    return undefined;
  }
}

function isRacy(key: string, now: number): boolean {
  const [, , , mtime = '0', ctime = '0'] = key.split(':');
  const newest = Math.max(Number(mtime), Number(ctime)) / 1e6;
  return newest > now - RACY;
}

function load(file: string): Known {
  const known: Known = new Map();
  try {
    const [header, ...lines] = readFileSync(file, 'utf8').split('\n');
    if (header !== HEADER) return known;
    for (const text of lines) {
      if (text === '') continue;
      const [name, key, digests, sha256] = Line.parse(JSON.parse(text));
      known.set(name, [key, digests, sha256]);
    }
    return known;
  } catch {
    return new Map();
  }
}

function save(file: string, known: Known): void {
  const draft = `${file}.${randomUUID()}.part`;
  const lines = [...known].map(([name, rest]) =>
    JSON.stringify([name, ...rest].filter((one) => one !== undefined)),
  );
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, `${[HEADER, ...lines].join('\n')}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(draft, file);
  } catch {
    discard(draft);
  }
}

function discard(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // Its folder is none, so neither is it.
  }
}
