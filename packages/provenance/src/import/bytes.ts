/** Bytes of a file in pieces, unpacked when they are gzip, with a bound on what a small file may unfold into. */

import { isUtf8 } from 'node:buffer';
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { CustosError } from '@custos/core';

const PIECE = 1 << 20;
/** Longest line; a longer one is skipped without being held. */
export const MAX_LINE = 1 << 20;
/** Unpacked bytes without an end of line after which a file is taken for a bomb. */
const MAX_SILENCE = 2 ** 30;

/** The first bytes of a file. @throws CustosError INPUT_PATH */
export function headOf(path: string, length: number): Buffer {
  try {
    if (!statSync(path).isFile())
      throw new CustosError('INPUT_PATH', `${path} is no file. Give a file to import.`);
    const fd = openSync(path, 'r');
    try {
      const head = Buffer.alloc(length);
      return head.subarray(0, readSync(fd, head, 0, length, 0));
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    if (cause instanceof CustosError) throw cause;
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): CustosError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
  return new CustosError(
    'INPUT_PATH',
    `${path} can't be read (${code}). Check the path and its permissions.`,
    { cause },
  );
}

/** @throws CustosError INPUT_PATH, INPUT_GZIP */
export async function* pieces(path: string): AsyncGenerator<Buffer> {
  const packed = headOf(path, 2).equals(Buffer.of(0x1f, 0x8b));
  const file = createReadStream(path, { highWaterMark: PIECE });
  let failed: unknown;
  file.on('error', (error) => {
    failed = error;
  });
  const source = packed ? file.pipe(createGunzip({ chunkSize: PIECE })) : file;
  file.on('error', (error) => source.destroy(error));
  try {
    for await (const piece of source) if (Buffer.isBuffer(piece)) yield piece;
  } catch (cause) {
    if (cause instanceof CustosError) throw cause;
    if (failed !== undefined) throw unreadable(path, failed);
    throw new CustosError(
      'INPUT_GZIP',
      `${path} is no whole gzip file (${cause instanceof Error ? cause.message : 'it can not be unpacked'}). Get it again.`,
      { cause },
    );
  } finally {
    source.destroy();
    file.destroy();
  }
}

export interface Line {
  readonly number: number;
  /** undefined: too long, or no UTF-8. */
  readonly text: string | undefined;
  readonly problem?: 'line_too_long' | 'not_utf8';
}

/**
 * Lines of a file, by batches; the last one need not end. `\r` before `\n` is dropped. A byte order mark too.
 * @throws CustosError INPUT_PATH, INPUT_GZIP, INPUT_BOMB
 */
export async function* lines(path: string): AsyncGenerator<Line[]> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  let skipped = 0;
  for await (const piece of pieces(path)) {
    const batch: Line[] = [];
    let from = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
      number++;
      if (skipped > 0) batch.push({ number, text: undefined, problem: 'line_too_long' });
      else
        batch.push(
          lineOf(
            number,
            rest.length > 0 ? Buffer.concat([rest, piece.subarray(from, end)]) : piece.subarray(from, end),
          ),
        );
      rest = Buffer.alloc(0);
      skipped = 0;
      from = end + 1;
    }
    if (skipped > 0 || rest.length + piece.length - from > MAX_LINE) {
      skipped += rest.length + piece.length - from;
      rest = Buffer.alloc(0);
      if (skipped > MAX_SILENCE)
        throw new CustosError(
          'INPUT_BOMB',
          `${path}: line ${number + 1} is longer than 1 GiB; this is no list of records.`,
        );
    } else if (from < piece.length) rest = Buffer.concat([rest, piece.subarray(from)]);
    if (batch.length > 0) yield batch;
  }
  if (skipped > 0) yield [{ number: number + 1, text: undefined, problem: 'line_too_long' }];
  else if (rest.length > 0) yield [lineOf(number + 1, rest)];
}

function lineOf(number: number, bytes: Buffer): Line {
  if (bytes.length > MAX_LINE) return { number, text: undefined, problem: 'line_too_long' };
  if (!isUtf8(bytes)) return { number, text: undefined, problem: 'not_utf8' };
  const end = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length;
  const text = bytes.toString('utf8', 0, end);
  return { number, text: number === 1 ? text.replace(/^\uFEFF/, '') : text };
}
