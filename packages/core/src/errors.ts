/** One error for all packages: a stable code, a message for people (what, where, what next), and the cause kept apart. */

/** Exit codes of the CLI; HTTP statuses will come from the same table. */
export const EXIT = { conforms: 0, fails: 1, usage: 2, inconclusive: 3 } as const;

/**
 * An error that a user may read.
 * @example throw new CustosError('STORE_LOCKED', '.custos is in use by process 41; wait for it or end it.')
 */
export class CustosError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CustosError';
    this.code = code;
  }
}
