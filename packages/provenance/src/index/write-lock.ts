/** One writer at a time. A lock whose process is gone is taken over. */
import { closeSync, openSync, readFileSync, realpathSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CustosError } from '@custos/core';

const LOCK = 'lock';
/** Whoever takes a lock over holds this one meanwhile, so that two do not take it one from the other. */
const TAKEOVER = 'lock.takeover';
/** A process writes its name into a lock at once; one that has none after this time was killed in between. Milliseconds. */
const NAMELESS = 10_000;

/** Locks of this process: another with its number may have left one before. */
const held = new Set<string>();

/** @returns what gives the lock back @throws CustosError INDEX_LOCKED */
export function takeWriteLock(dir: string): () => void {
  const path = join(realpathSync(dir), LOCK);
  if (!create(path) && !takeOver(dir, path)) throw locked(dir, path);
  held.add(path);
  return () => {
    held.delete(path);
    rmSync(path, { force: true });
  };
}

function create(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, 'wx', 0o644);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw cause;
  }
  try {
    writeSync(fd, `${process.pid} ${hostname()}\n`);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  return true;
}

function takeOver(dir: string, path: string): boolean {
  if (!isLeft(path)) return false;
  const takeover = join(dir, TAKEOVER);
  if (!create(takeover)) {
    if (!isLeft(takeover)) return false;
    rmSync(takeover, { force: true });
    if (!create(takeover)) return false;
  }
  try {
    // Another process may have been quicker.
    if (!isLeft(path)) return false;
    rmSync(path, { force: true });
    return create(path);
  } finally {
    rmSync(takeover, { force: true });
  }
}

/** True for a lock of a process that is known not to run. */
function isLeft(path: string): boolean {
  const holder = readHolder(path);
  if (holder) return holder.host === hostname() && !isRunning(holder.pid, path);
  try {
    const { size, mtimeMs } = statSync(path);
    return size === 0 && Date.now() - mtimeMs > NAMELESS;
  } catch {
    return false;
  }
}

function readHolder(path: string): { pid: number; host: string } | undefined {
  try {
    const [pid, host] = readFileSync(path, 'utf8').trim().split(' ');
    return pid && host && /^\d+$/.test(pid) ? { pid: Number(pid), host } : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number, path: string): boolean {
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function locked(dir: string, path: string): CustosError {
  const holder = readHolder(path);
  return new CustosError(
    'INDEX_LOCKED',
    `${dir} is being written${holder ? ` by process ${holder.pid} on ${holder.host}` : ''}. Wait for it; if no such process runs, delete ${path}.`,
  );
}
