/** One writer at a time. A lock whose process is gone is taken over. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CustosError } from '@custos/core';

const LOCK = 'lock';

/** @returns what gives the lock back @throws CustosError INDEX_LOCKED */
export function takeWriteLock(dir: string): () => void {
  const path = join(dir, LOCK);
  const mine = `${process.pid} ${hostname()}\n`;
  for (let attempt = 0; ; attempt++) {
    try {
      const fd = openSync(path, 'wx', 0o644);
      writeSync(fd, mine);
      closeSync(fd);
      return () => rmSync(path, { force: true });
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
      const holder = readHolder(path);
      if (attempt > 0 || !holder || holder.host !== hostname() || isRunning(holder.pid))
        throw new CustosError(
          'INDEX_LOCKED',
          `${dir} is being written${holder ? ` by process ${holder.pid} on ${holder.host}` : ''}. Wait for it; if no such process runs, delete ${path}.`,
          { cause },
        );
      rmSync(path, { force: true });
    }
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

function isRunning(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
