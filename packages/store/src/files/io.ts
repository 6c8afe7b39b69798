/** The few writing calls of the file system that durability rests on, kept together so that tests can make each of them fail. */
import { closeSync, fsync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const fsyncLater = promisify(fsync);

export interface FilesIo {
  /** Writes some or all of the bytes at the position; returns how many. */
  write(fd: number, bytes: Uint8Array, position: number): number;
  sync(fd: number): Promise<void>;
  truncate(fd: number, size: number): void;
  rename(from: string, to: string): void;
}

export const nodeIo: FilesIo = {
  write: (fd, bytes, position) => writeSync(fd, bytes, 0, bytes.length, position),
  sync: (fd) => fsyncLater(fd),
  truncate: (fd, size) => ftruncateSync(fd, size),
  rename: (from, to) => renameSync(from, to),
};

/** Writes all bytes, however many calls that takes. */
export function writeFully(io: FilesIo, fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) done += io.write(fd, bytes.subarray(done), position + done);
}

/** Makes names that were created, renamed or removed in a directory durable. */
export async function syncDirectory(io: FilesIo, dir: string): Promise<void> {
  const fd = openSync(dir, 'r');
  try {
    await io.sync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Replaces a file in one step: readers see the old or the new content, also after a power cut. */
export async function replaceFile(io: FilesIo, path: string, content: Uint8Array): Promise<void> {
  const draft = `${path}.tmp`;
  try {
    const fd = openSync(draft, 'w', 0o644);
    try {
      writeFully(io, fd, content, 0);
      await io.sync(fd);
    } finally {
      closeSync(fd);
    }
    io.rename(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
