/** Reads regular files below a root, and nothing else, in whatever thread. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { sep } from 'node:path';
import { CustosError } from '@custos/core';

/**
 * At most `length` bytes of `path` below `root` from `offset`.
 * @param room where the bytes may be put, if they fit; what was there before is gone
 * @throws CustosError `SCAN_NOT_A_FILE`; the system's error when it cannot be opened
 */
export function readBelow(root: string, path: string, offset: number, length: number, room?: Buffer): Buffer {
  // O_NONBLOCK: a FIFO put in the file's place must not hang us; O_NOFOLLOW: nor may a link lead away.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  // Synchronous: for many small files a round through the thread pool costs far more than the read itself.
  const handle = openSync(`${root}${sep}${path}`, flags);
  try {
    const now = fstatSync(handle);
    if (!now.isFile()) throw new CustosError('SCAN_NOT_A_FILE', `${path} is not a regular file any more.`);
    const wanted = Math.max(0, Math.min(length, now.size - offset));
    const buffer =
      room !== undefined && wanted <= room.length ? room.subarray(0, wanted) : Buffer.allocUnsafe(wanted);
    let filled = 0;
    while (filled < buffer.length) {
      const count = readSync(handle, buffer, filled, buffer.length - filled, offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  } finally {
    closeSync(handle);
  }
}
