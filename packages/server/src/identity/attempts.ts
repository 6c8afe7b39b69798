/** How often somebody may try to sign in: counted per account and address, and per account, whether the account exists or not. */
import { countAttempt, forgetAttempts } from '@custos/store';
import { sha256 } from '@custos/trust';
import type { Service } from '../service.ts';
import { limitKey } from './client-address.ts';
import { tooMany } from './library.ts';

const WINDOW = 15 * 60_000;
/** From one address; then that address waits, and the person can still come in from another. */
const PER_ADDRESS = 8;
/** From everywhere; a passkey gets in meanwhile. */
const PER_ACCOUNT = 40;

export interface Attempt {
  /** After a success. */
  forget(): Promise<void>;
}

/** @param who account that is tried, and for what @throws Refusal TOO_MANY_REQUESTS */
export async function attempt(service: Service, who: string, address: string): Promise<Attempt> {
  const { database, clock } = service.context;
  const now = clock.now();
  const since = new Date(Date.parse(now) - WINDOW).toISOString();
  const [pair, account] = [sha256(`${who} ${limitKey(address)}`), sha256(who)];
  const counts = await database.identities(async (control) => [
    { ...(await countAttempt(control, pair, { now, since })), most: PER_ADDRESS },
    { ...(await countAttempt(control, account, { now, since })), most: PER_ACCOUNT },
  ]);
  for (const { count, since: began, most } of counts)
    if (count > most)
      throw tooMany(Math.max(1, Math.ceil((Date.parse(began) + WINDOW - Date.parse(now)) / 1000)));
  return { forget: () => database.identities((control) => forgetAttempts(control, [pair, account], since)) };
}
