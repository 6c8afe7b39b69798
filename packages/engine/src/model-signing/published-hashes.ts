/** A checked hash page as the observation `published-hashes`: what was published, and what the checker computed. */
import { isIP } from 'node:net';
import { digestFromHex, type Instant, type Statement } from '@custos/core';
import type { ModelVerification } from '@custos/trust';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import type { HashDocument } from './hash-page.ts';

export interface PageCheck {
  /** Address or path of the page. */
  place: string;
  /** Every address that answered on the way to the page; none for a file. */
  addresses: readonly string[];
  /** Where the files came from, when the user says so. */
  filesFrom: string | undefined;
  now: Instant;
}

export function publishedHashesStatement(
  document: HashDocument,
  found: Pick<ModelVerification, 'signer' | 'digests' | 'problems'>,
  { place, addresses, filesFrom, now }: PageCheck,
): Statement {
  return statementOf({
    type: 'published-hashes',
    producer: PRODUCT,
    observedAt: now,
    source: place,
    subject: document.files.map(({ name, sha256 }) => subject(name, digestFromHex(sha256))),
    content: {
      url: place,
      algorithm: 'sha256',
      files: document.files.map(({ name, sha256 }) => {
        const recomputed = found.digests.get(name);
        return { name, published: sha256, ...(recomputed === undefined ? {} : { recomputed }) };
      }),
      signed: true,
      signatureVerified:
        found.signer !== undefined && !found.problems.some(({ where }) => where === 'hash page'),
      independentChannel: isIndependent(filesFrom, addresses),
    },
  });
}

/** True only where both sides are known and no host of the one belongs to whom a host of the other does. */
function isIndependent(filesFrom: string | undefined, addresses: readonly string[]): boolean {
  const files = filesFrom === undefined ? undefined : holderOf(filesFrom);
  if (files === undefined || addresses.length === 0) return false;
  return addresses.map(holderOf).every((holder) => holder !== undefined && holder !== files);
}

/**
 * Who holds the host of an address: the last two labels of its name. That is never narrower than the registrable domain, and
 * wider under endings such as co.uk, where strangers then count as one. A port, a scheme or an upper-case letter makes no other.
 * @returns undefined for what is no http(s) address, for IP addresses, which say nothing of their holder, and for names without a dot
 */
function holderOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname } = new URL(address);
  const host = hostname.replace(/\.$/, '');
  if (!/^https?:$/.test(protocol) || host.startsWith('[') || isIP(host) !== 0) return undefined;
  const labels = host.split('.');
  return labels.length < 2 || labels.includes('') ? undefined : labels.slice(-2).join('.');
}
