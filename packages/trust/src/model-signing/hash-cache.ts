/**
 * Digests of earlier runs, for who asks for them. A digest is named by path, size, times of change, inode, device, range and
 * algorithm; whoever can write files *and* set the clock can deceive it, so no verification uses it unless told to.
 */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type HashOptions, type HashOutcome, type HashTask, hashRanges } from './hash-pool.ts';

/** A file changed this close to now could change again without its times showing it. Milliseconds. */
const RACY = 2_000;
const HEADER = '{"custos":"model-hashes","version":1}';
const Line = z.tuple([z.string(), z.string(), z.string().regex(/^[0-9a-f]{64,128}$/)]);

/**
 * Like `hashRanges`, but takes what did not change from a file, and keeps what is new there. A damaged cache is no cache.
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
    if ('hex' in outcome && !isRacy(outcome.key, now)) known.set(nameOf(task), [outcome.key, outcome.hex]);
    else known.delete(nameOf(task));
  }
  save(file, known);
  return outcomes;
}

function nameOf({ path, start, end, algorithm }: HashTask): string {
  return `${algorithm}:${start}:${end ?? ''}:${path}`;
}

type Known = Map<string, [key: string, hex: string]>;

function lookUp(task: HashTask, known: Known): HashOutcome | undefined {
  const found = known.get(nameOf(task));
  if (found === undefined) return undefined;
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(task.path, { bigint: true });
    const [key, hex] = found;
    return key === `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`
      ? { hex, key, size: Number(size) }
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
      const [name, key, hex] = Line.parse(JSON.parse(text));
      known.set(name, [key, hex]);
    }
    return known;
  } catch {
    return new Map();
  }
}

function save(file: string, known: Known): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  const lines = [...known].map(([name, [key, hex]]) => JSON.stringify([name, key, hex]));
  writeFileSync(draft, `${[HEADER, ...lines].join('\n')}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
