/** RFC 6962 §2.1 hashing: leaves and inner nodes are told apart by a prefix byte, so that neither can pass for the other. */
import { hash } from 'node:crypto';

/** SHA-256 of nothing: the root of the empty tree. */
export const EMPTY_ROOT: Uint8Array = hash('sha256', '', 'buffer');
export const HASH_SIZE = 32;

const pair = Buffer.alloc(1 + 2 * HASH_SIZE, 1);

/** SHA-256(0x00 ‖ entry); a string counts as its UTF-8 bytes. */
export function leafHash(entry: Uint8Array | string): Uint8Array {
  if (typeof entry === 'string') return hash('sha256', `\0${entry}`, 'buffer');
  const bytes = Buffer.allocUnsafe(1 + entry.length);
  bytes[0] = 0;
  bytes.set(entry, 1);
  return hash('sha256', bytes, 'buffer');
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 1);
  pair.set(right, 1 + HASH_SIZE);
  return hash('sha256', pair, 'buffer');
}
