/** A file as Parquet readers want it: slices at any place. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CustosError } from '@custos/core';

export interface RandomAccess {
  readonly buffer: { byteLength: number; slice(start: number, end?: number): ArrayBuffer };
  close(): void;
}

/** @throws CustosError INPUT_PATH */
export function openRandomAccess(path: string): RandomAccess {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    throw new CustosError(
      'INPUT_PATH',
      `${path} can't be read (${code}). Check the path and its permissions.`,
      { cause },
    );
  }
  const { size } = fstatSync(fd);
  return {
    buffer: {
      byteLength: size,
      slice(start, end = size) {
        const from = Math.max(0, start < 0 ? size + start : start);
        const length = Math.min(size, end < 0 ? size + end : end) - from;
        if (!(length >= 0)) throw new Error(`it refers to byte ${start}, which it does not have`);
        const bytes = new Uint8Array(new ArrayBuffer(length));
        let done = 0;
        while (done < length) {
          const read = readSync(fd, bytes, done, length - done, from + done);
          if (read === 0) throw new Error('it ends before its time');
          done += read;
        }
        return bytes.buffer;
      },
    },
    close: () => closeSync(fd),
  };
}
