/** Git LFS pointers: small texts that stand for a file that was not fetched. */

export interface LfsPointer {
  /** SHA-256 of the file itself, in hex. */
  readonly oid: string;
  /** Bytes of the file itself. */
  readonly size: number;
}

/** Reads a pointer from the first bytes of a file, whichever way its lines end; undefined where it is none. */
export function readLfsPointer(head: Buffer): LfsPointer | undefined {
  const text = head.toString('latin1', 0, 1_024);
  if (!text.startsWith('version https://git-lfs.github.com/spec')) return undefined;
  const match = /\r?\noid sha256:([0-9a-f]{64})\r?\nsize (\d{1,15})(?=\r?\n|$)/.exec(text);
  return match?.[1] === undefined ? undefined : { oid: match[1], size: Number(match[2]) };
}
