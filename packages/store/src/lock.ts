/**
 * The exclusive lock file of a store that only one process may have open. It is made with O_EXCL and names its owner, so
 * that a lock whose owner has died (kill -9, power cut) can be told from one that is held. Where that cannot be told
 * (another host, another process namespace) the lock counts as held.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { CustosError } from '@custos/core';
import { z } from 'zod';
import { openError } from './file-errors.ts';

const Owner = z.strictObject({
  pid: z.int().positive(),
  host: z.string(),
  /** Changes at every start of the machine; null where the system has none. */
  boot: z.string().nullable(),
  /** Start of the process in clock ticks since boot, so that a reused pid is not taken for the owner. */
  started: z.string().nullable(),
  token: z.string(),
});
type Owner = z.infer<typeof Owner>;

const ATTEMPTS = 5;

export class LockFile {
  readonly path: string;
  readonly #token: string;

  private constructor(path: string, token: string) {
    this.path = path;
    this.#token = token;
  }

  /** @throws CustosError STORE_LOCKED naming the process that holds it */
  static acquire(path: string): LockFile {
    const owner = self();
    const draft = `${path}.${owner.pid}.${owner.token}.tmp`;
    writeNew(draft, `${JSON.stringify(owner)}\n`);
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (linkExclusively(draft, path)) return new LockFile(path, owner.token);
        const holder = read(path);
        if (holder === undefined) continue;
        if (holder === 'unreadable' || isAlive(holder)) throw locked(path, holder);
        setAside(path, holder);
      }
      throw locked(path, read(path) ?? 'unreadable');
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** @throws CustosError STORE_LOCKED when somebody took the lock away */
  check(): void {
    const holder = read(this.path);
    if (holder === undefined || holder === 'unreadable' || holder.token !== this.#token) {
      throw new CustosError(
        'STORE_LOCKED',
        `The lock ${this.path} was taken away from this process; nothing more is written.`,
      );
    }
  }

  release(): void {
    const holder = read(this.path);
    if (holder !== undefined && holder !== 'unreadable' && holder.token === this.#token)
      rmSync(this.path, { force: true });
  }
}

function self(): Owner {
  return {
    pid: process.pid,
    host: hostname(),
    boot: bootId(),
    started: startOf(process.pid),
    token: randomUUID(),
  };
}

function writeNew(path: string, text: string): void {
  let fd: number;
  try {
    fd = openSync(path, 'wx', 0o600);
  } catch (cause) {
    throw new CustosError(
      'STORE_WRITE',
      `Cannot write ${path}: check that the directory exists and may be written.`,
      { cause },
    );
  }
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } catch (cause) {
    rmSync(path, { force: true });
    throw openError(dirname(path), cause);
  } finally {
    closeSync(fd);
  }
}

/** A hard link appears with its content in one step, and fails where the name exists. */
function linkExclusively(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): Owner | 'unreadable' | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    return 'unreadable';
  }
  try {
    const owner = Owner.safeParse(JSON.parse(text));
    return owner.success ? owner.data : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true;
  const boot = bootId();
  if (owner.boot !== null && boot !== null && owner.boot !== boot) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
  const started = startOf(owner.pid);
  return owner.started === null || started === null || owner.started === started;
}

/** Moves a dead owner's lock away; if another process was quicker and the lock is new, puts it back. */
function setAside(path: string, dead: Owner): void {
  const aside = `${path}.${dead.pid}.${randomUUID()}.tmp`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = read(aside);
  if (moved !== undefined && moved !== 'unreadable' && moved.token !== dead.token)
    linkExclusively(aside, path);
  rmSync(aside, { force: true });
}

function locked(path: string, holder: Owner | 'unreadable'): CustosError {
  if (holder === 'unreadable') {
    return new CustosError(
      'STORE_LOCKED',
      `${path} exists but does not say who holds it. If no process uses the store, delete it.`,
    );
  }
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`;
  const hint = where === '' ? 'Wait for it or end it.' : 'If that process is gone, delete the lock file.';
  return new CustosError(
    'STORE_LOCKED',
    `The store is in use by process ${holder.pid}${where} (${path}). ${hint}`,
  );
}

function bootId(): string | null {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

/** Field 22 of /proc/<pid>/stat; the name in field 2 may hold spaces, so counting begins after its bracket. */
function startOf(pid: number): string | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return null;
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
