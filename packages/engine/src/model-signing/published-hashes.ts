/** A checked hash page as the observation `published-hashes`: what was published, and what the checker computed. */
import { digestFromHex, type Instant, type Statement } from '@custos/core';
import type { ModelVerification } from '@custos/trust';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import type { HashDocument } from './hash-page.ts';
import { isAddress } from './read-hash-page.ts';

export interface PageCheck {
  /** Address or path of the page. */
  place: string;
  /** Where the files came from, when the user says so. */
  filesFrom: string | undefined;
  now: Instant;
}

export function publishedHashesStatement(
  document: HashDocument,
  found: ModelVerification,
  { place, filesFrom, now }: PageCheck,
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
      independentChannel: filesFrom !== undefined && isAddress(place) && hostOf(filesFrom) !== hostOf(place),
    },
  });
}

/** Host of an address; the text itself where it is none. */
function hostOf(place: string): string {
  return URL.canParse(place) ? new URL(place).host : place;
}
