/** What the file system refused, as errors that say what to do. */
import { CustosError } from '@custos/core';

/** Of a write: nothing of it was recorded. */
export function writeError(dir: string, cause: unknown): unknown {
  if (cause instanceof CustosError) return cause;
  const code = codeOf(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new CustosError(
      'STORE_FULL',
      `No space left to write in ${dir} (${code}). Nothing was recorded; make room and try again.`,
      { cause },
    );
  }
  return new CustosError(
    'STORE_WRITE',
    `Writing in ${dir} failed (${code ?? 'unknown reason'}). Nothing was recorded.`,
    { cause },
  );
}

/** Of a write that stands in its files, while the file system did not say that they outlast a power cut. */
export function uncertain(dir: string, cause: unknown): CustosError {
  return new CustosError(
    'STORE_WRITE',
    `Writing in ${dir} failed at its last step (${codeOf(cause) ?? 'unknown reason'}); it is not certain that what was written lasts. Close the store and open it again to see what is there.`,
    { cause },
  );
}

/** Of opening: a file that can't be read or written says nothing about what is in it. */
export function openError(dir: string, cause: unknown): unknown {
  const code = codeOf(cause);
  if (cause instanceof CustosError || code === undefined) return cause;
  const path = cause instanceof Error && 'path' in cause && typeof cause.path === 'string' ? cause.path : dir;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new CustosError(
      'STORE_FULL',
      `${dir} can't be opened for writing: no space is left for ${path} (${code}). Nothing is lost; make room and try again.`,
      { cause },
    );
  }
  return new CustosError(
    'STORE_UNREADABLE',
    `${path} can't be read or written (${code}). Nothing was changed; check its owner and permissions.`,
    { cause },
  );
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
