/** Tokens that open something once or for a while: 256 bits of chance, of which only the SHA-256 is kept. */
import { randomBytes } from 'node:crypto';
import { sha256 } from '@custos/trust';

export interface NewToken {
  /** Shown once. */
  readonly token: string;
  readonly digest: string;
}

/** @param prefix tells people and secret scanners what it is */
export function newToken(prefix = ''): NewToken {
  const token = `${prefix}${randomBytes(32).toString('base64url')}`;
  return { token, digest: sha256(token) };
}
