/** Versions of answers: `"<version>-<digest>"` where what was read has a version, else `"<digest>"`. */
import { sha256 } from '@custos/trust';
import { Refusal } from './problem.ts';

const DIGITS = 32;

/** Two answers with the same tag are the same bytes; the version in front is what `If-Match` is held against. */
export function etagOf(body: string, version: number | undefined): string {
  const digest = sha256(body).slice('sha256:'.length, 'sha256:'.length + DIGITS);
  return version === undefined ? `"${digest}"` : `"${version}-${digest}"`;
}

/** True when the client has this answer already (RFC 9110, 13.1.2: weak comparison). */
export function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null || ifNoneMatch.length > 4096) return false;
  return ifNoneMatch
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etag);
}

/**
 * The version that somebody saw who now writes.
 * @throws Refusal VERSION_REQUIRED, VERSION_CHANGED
 */
export function versionOf(headers: Headers): number {
  const given = headers.get('if-match');
  if (given === null)
    throw new Refusal(
      'VERSION_REQUIRED',
      'Send If-Match with the ETag of what you read, so that no change is lost.',
    );
  const version = /^"(\d{1,15})(-[0-9a-f]{1,64})?"$/.exec(given)?.[1];
  if (version === undefined)
    throw new Refusal('VERSION_CHANGED', 'If-Match names no version of this. Read it again.');
  return Number(version);
}
