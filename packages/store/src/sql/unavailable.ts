/** Whether the database, and not the request, is why something failed. */

/** SQLSTATE of connections that were ended or refused, of too many of them, and of a full disk; and what sockets say. */
const CODES =
  /^(08...|57P0[1-5]|53[123]00|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENOSPC)$/;
/** Errors of the driver that carry no code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|the database thread ended)/;

/** True when the same request may well succeed once the database is back, or has room. */
export function isUnavailable(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 8) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return CODES.test(code) || MESSAGES.test(error.message) || isUnavailable(error.cause, depth + 1);
}
