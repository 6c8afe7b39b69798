/** Addresses that are secrets: made from the service's secret, so that none is kept, and checked in constant time. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const Reader = z.tuple([z.string(), z.string(), z.string()]);

export interface BulletinReader {
  readonly organisation: string;
  readonly bulletin: string;
  readonly person: string;
}

interface Subscription {
  readonly organisation: string;
  readonly system: string;
  readonly subscription: string;
}

export class PeopleLinks {
  readonly #key: Uint8Array;

  /** @param secret of the service; the key for links follows from it and from nothing else */
  constructor(secret: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', 'custos people links', 32));
  }

  /** @param generation counts the addresses that the feed of the organisation had */
  feed(organisation: string, generation: number): string {
    return this.#seal(['feed', organisation, generation]);
  }

  isFeed(token: string, organisation: string, generation: number): boolean {
    return same(token, this.feed(organisation, generation));
  }

  /** Shows that somebody belongs to the organisation without showing who. @param day such as 2026-01-31 */
  ticket(organisation: string, day: string): string {
    return this.#seal(['ticket', organisation, day]);
  }

  isTicket(token: string, organisation: string, days: readonly string[]): boolean {
    return days.filter((day) => same(token, this.ticket(organisation, day))).length > 0;
  }

  reader({ organisation, bulletin, person }: BulletinReader): string {
    const payload = [organisation, bulletin, person];
    return `${Buffer.from(JSON.stringify(payload)).toString('base64url')}.${this.#seal(['reader', ...payload])}`;
  }

  /** Undefined for a link that this service did not make. */
  readReader(token: string): BulletinReader | undefined {
    const [payload = '', seal = ''] = token.split('.');
    let parsed: z.infer<typeof Reader>;
    try {
      parsed = Reader.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    } catch {
      return undefined;
    }
    if (!same(seal, this.#seal(['reader', ...parsed]))) return undefined;
    const [organisation, bulletin, person] = parsed;
    return { organisation, bulletin, person };
  }

  /** Stands for an e-mail address where it only has to be known again. */
  address(organisation: string, email: string): string {
    return this.#seal(['address', organisation, email]);
  }

  /** The same for the address of a client. */
  client(organisation: string, address: string): string {
    return this.#seal(['client', organisation, address]);
  }

  /** For the link that confirms a subscription: the same in each mail, until the subscription ends that nobody confirmed. */
  confirmation({ organisation, system, subscription }: Subscription): string {
    return `${subscription}.${this.#seal(['confirm', organisation, system, subscription])}`;
  }

  confirms(token: string, of: Subscription): boolean {
    return same(token, this.confirmation(of));
  }

  /** For the link that ends a subscription. */
  ending({ organisation, system, subscription }: Subscription): string {
    return `${subscription}.${this.#seal(['end', organisation, system, subscription])}`;
  }

  ends(token: string, of: Subscription): boolean {
    return same(token, this.ending(of));
  }

  #seal(parts: readonly (string | number)[]): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts)).digest('base64url');
  }
}

function same(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
