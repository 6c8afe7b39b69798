/** SHA-256 by node:crypto, the fastest hash measured on Node; files are read in 1 MiB synchronous pieces for the same reason. */
import { createHash, hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { CustosError, type Digest, digestFromHex } from '@custos/core';

const PIECE = 1 << 20;
const PIECES_PER_TURN = 32;

/** SHA-256 of bytes, or of the UTF-8 form of a string. */
export function sha256(data: Uint8Array | string): Digest {
  return digestFromHex(hash('sha256', data, 'hex'));
}

/** The 32 bytes of a digest. */
export function digestBytes(digest: Digest): Uint8Array {
  return Buffer.from(digest.slice('sha256:'.length), 'hex');
}

/** A digest from its 32 bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return digestFromHex(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex'));
}

/**
 * SHA-256 of a regular file's content. Lets other work run between pieces of 32 MiB.
 * @throws CustosError NOT_A_FILE for a directory, FIFO, socket or device; FILE_UNREADABLE when it cannot be opened or read.
 */
export async function hashFile(path: string): Promise<Digest> {
  const fd = openRegular(path);
  try {
    const hasher = createHash('sha256');
    const piece = Buffer.allocUnsafe(PIECE);
    for (let n = 1; ; n++) {
      const read = readSync(fd, piece, 0, PIECE, null);
      if (read === 0) return digestFromHex(hasher.digest('hex'));
      hasher.update(piece.subarray(0, read));
      if (n % PIECES_PER_TURN === 0) await setImmediate();
    }
  } finally {
    closeSync(fd);
  }
}

/** O_NONBLOCK, because opening a FIFO would otherwise wait for a writer for ever. */
function openRegular(path: string): number {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw new CustosError('FILE_UNREADABLE', `Cannot open ${path}: check that it exists and may be read.`, {
      cause,
    });
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new CustosError('NOT_A_FILE', `${path} is no regular file, so it has no content to hash.`);
}
