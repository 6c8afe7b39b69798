/** What a reader says of an index whose bytes are not those that were written. */
import { CustosError } from '@custos/core';

/** @param where file and offset */
export function damaged(where: string, what: string, cause?: unknown): CustosError {
  return new CustosError(
    'INDEX_DAMAGED',
    `${where}: ${what}, so nothing is answered from it. Run \`custos provenance verify\`, then restore the file or import again.`,
    cause === undefined ? undefined : { cause },
  );
}
