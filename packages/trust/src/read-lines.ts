/** Lines of a file or stream as byte slices, without ever holding more than one piece and one line. */
import { closeSync, openSync, readSync } from 'node:fs';
import { CustosError } from '@custos/core';

const PIECE = 1 << 20;
const NEWLINE = 0x0a;
const LONGEST_LINE = 64 << 20;

export type ByteSource = string | AsyncIterable<Uint8Array | string>;

/** Told of each line without its newline; `complete` is false for a last line that has none. The bytes hold during the call only. */
export type LineListener = (line: Buffer, complete: boolean) => void;

/**
 * @param source a path, or pieces of bytes or text
 * @throws CustosError FILE_UNREADABLE, EXPORT_INVALID for a line beyond 64 MiB
 */
export async function readLines(source: ByteSource, onLine: LineListener): Promise<void> {
  const splitter = new LineSplitter(onLine);
  if (typeof source === 'string') readFileInto(source, splitter);
  else
    for await (const piece of source)
      splitter.push(typeof piece === 'string' ? Buffer.from(piece) : asBuffer(piece));
  splitter.end();
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readFileInto(path: string, splitter: LineSplitter): void {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const piece = Buffer.allocUnsafe(PIECE);
    for (;;) {
      const read = readPiece(fd, piece, path);
      if (read === 0) return;
      splitter.push(piece.subarray(0, read));
    }
  } catch (cause) {
    if (fd !== undefined) throw cause;
    throw new CustosError('FILE_UNREADABLE', `Cannot open ${path}: check that it exists and may be read.`, {
      cause,
    });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function readPiece(fd: number, piece: Buffer, path: string): number {
  try {
    return readSync(fd, piece, 0, PIECE, null);
  } catch (cause) {
    throw new CustosError('FILE_UNREADABLE', `Cannot read ${path}; it must be a regular file.`, { cause });
  }
}

class LineSplitter {
  readonly #onLine: LineListener;
  #rest: Buffer = Buffer.alloc(0);

  constructor(onLine: LineListener) {
    this.#onLine = onLine;
  }

  push(piece: Buffer): void {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      const line = piece.subarray(start, end);
      this.#onLine(this.#rest.length === 0 ? line : Buffer.concat([this.#rest, line]), true);
      if (this.#rest.length > 0) this.#rest = Buffer.alloc(0);
      start = end + 1;
    }
    if (start < piece.length) this.#rest = Buffer.concat([this.#rest, piece.subarray(start)]);
    if (this.#rest.length > LONGEST_LINE) {
      throw new CustosError(
        'EXPORT_INVALID',
        `A line is longer than ${LONGEST_LINE >> 20} MiB: this is no ledger export.`,
      );
    }
  }

  end(): void {
    if (this.#rest.length > 0) this.#onLine(this.#rest, false);
  }
}
