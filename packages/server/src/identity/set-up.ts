/** The one-time link by which the first administrator comes in; there are no default credentials. */

import type { ServiceContext } from '@custos/engine';
import { insertSetUpLink } from '@custos/store';
import { newToken } from './tokens.ts';

const DAY = 86_400_000;

/**
 * A new link, good for a day on every instance that shares the database; undefined once there is an organisation.
 * @returns the token
 */
export async function newSetUpLink({ database, clock }: ServiceContext): Promise<string | undefined> {
  if ((await database.organisations()).length > 0) return undefined;
  const { token, digest } = newToken();
  const now = clock.now();
  const link = { token: digest, expires_at: new Date(Date.parse(now) + DAY).toISOString() };
  await database.identities((control) => insertSetUpLink(control, link, now));
  return token;
}
