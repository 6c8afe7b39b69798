// @ts-check
/**
 * The thread that hashes. Plain JavaScript, because Node 20 starts threads from JavaScript files only. Pieces of 1 MiB, read
 * synchronously, are the fastest way on Node; a thread of its own keeps that from stalling the rest.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const PIECE = 1 << 20;
const piece = Buffer.allocUnsafeSlow(PIECE);

/**
 * @typedef {{ update(data: Uint8Array): unknown, hex(): string }} Hasher
 * @typedef {{ path: string, start: number, end?: number, algorithm: string, shardSize?: number, sha256?: boolean }} Task
 */

/** @param {string} algorithm @returns {Promise<Hasher>} */
async function hasherOf(algorithm) {
  if (algorithm === 'blake3') {
    const { createBLAKE3 } = await import('./blake3.mjs');
    const hasher = await createBLAKE3();
    return { update: (data) => hasher.update(data), hex: () => hasher.digest('hex') };
  }
  const hasher = createHash(algorithm === 'blake2b' ? 'blake2b512' : algorithm);
  return { update: (data) => hasher.update(data), hex: () => hasher.digest('hex') };
}

/** Who and when a file is; equal before and after, nobody changed it meanwhile (racy changes within one clock tick aside). @param {number} fd */
function identity(fd) {
  const { dev, ino, size, mtimeNs, ctimeNs, mode } = fstatSync(fd, { bigint: true });
  return {
    isFile: (Number(mode) & constants.S_IFMT) === constants.S_IFREG,
    size: Number(size),
    key: `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`,
  };
}

/** @param {Task} task */
export async function work({ path, start, end, algorithm, shardSize, sha256 }) {
  let hasher = await hasherOf(algorithm);
  const whole =
    sha256 && (algorithm !== 'sha256' || shardSize !== undefined) ? createHash('sha256') : undefined;
  let fd;
  try {
    // The way to a file was settled while listing: whoever puts a link there now is refused. A pipe must not block.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    return { fault: 'FILE_UNREADABLE', why: codeOf(error) };
  }
  try {
    const before = identity(fd);
    if (!before.isFile) return { fault: 'NOT_A_FILE', why: 'no regular file' };
    const stop = end ?? before.size;
    const digests = [];
    let at = start;
    let cut = Math.min(stop, start + (shardSize ?? Infinity));
    while (at < stop) {
      const read = readSync(fd, piece, 0, Math.min(PIECE, cut - at), at);
      if (read === 0) break;
      const bytes = read === PIECE ? piece : piece.subarray(0, read);
      hasher.update(bytes);
      whole?.update(bytes);
      at += read;
      if (at === cut && at < stop) {
        digests.push(hasher.hex());
        hasher = await hasherOf(algorithm);
        cut = Math.min(stop, cut + (shardSize ?? Infinity));
      }
    }
    digests.push(hasher.hex());
    if (identity(fd).key !== before.key || at !== stop) return { fault: 'FILE_UNSTABLE', why: 'changed' };
    const ofWhole = sha256 ? { sha256: whole?.digest('hex') ?? digests[0] } : {};
    return { digests, ...ofWhole, key: before.key, size: before.size };
  } catch (error) {
    return { fault: 'FILE_UNREADABLE', why: codeOf(error) };
  } finally {
    closeSync(fd);
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}

// Also imported by who hashes a few bytes in its own thread, which may have a port for other things.
if (workerData === 'custos-hash')
  parentPort?.on('message', async (/** @type {{ id: number, task: Task }} */ { id, task }) => {
    parentPort?.postMessage({ id, ...(await work(task)) });
  });
