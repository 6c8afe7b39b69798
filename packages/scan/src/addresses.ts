/**
 * Addresses as they may be kept: without user, password, query and fragment, and with the hash of a key in the key's
 * place. Everything that is told of a file passes through here.
 */
import { createHash } from 'node:crypto';
import { MAX_SHAPED, shapesFrom } from './scanners/secrets/shapes.ts';

export interface Keyless {
  readonly text: string;
  /** `sha256:…` of each key that was taken out. */
  readonly keys: readonly string[];
}

const ADDRESS = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)([^\s"'<>`|]+)/gi;
const PARTS = /^(?:([^/?#@]*)@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** A content or commit id stands behind one of these, or on a host that keeps sources. */
const BEFORE_REVISION = /^(?:resolve|blob|raw|tree|commit|commits|archive|sha256)$/;
const SOURCES = /(?:^|\.)(?:github|githubusercontent|gitlab|bitbucket)\.(?:com|org)$/;
const REVISION = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const SEPARATORS = /[-._~:=,;@+%]/;
/** Shorter pieces are words or numbers. Characters. */
const MIN_PIECE = 20;
const MIN_SEGMENT = 24;
/** A random string changes between letters and digits this often in so many characters. */
const MIN_CHANGES = 4;

/** @param text a name, an address or a message */
export function withoutKeys(text: string): Keyless {
  const keys: string[] = [];
  const plain = text.includes('://')
    ? text.replace(ADDRESS, (_all, scheme: string, rest: string) => scheme + keyless(rest, keys))
    : text;
  return { text: withoutShapes(plain, keys), keys };
}

function keyless(rest: string, keys: string[]): string {
  const [, user = '', host = '', path = '', query = '', fragment = ''] = PARTS.exec(rest) ?? [];
  for (const value of [...user.split(':'), ...values(query), ...values(fragment)])
    if (isKey(value)) keys.push(hashed(value));
  const segments = path.split('/');
  return (
    host +
    segments
      .map((segment, at) => {
        const revision =
          REVISION.test(segment) && (SOURCES.test(host) || BEFORE_REVISION.test(segments[at - 1] ?? ''));
        if (revision || !isKey(segment)) return segment;
        keys.push(hashed(segment));
        return `{${hashed(segment)}}`;
      })
      .join('/')
  );
}

function values(query: string): string[] {
  return query.split('&').map((one) => one.slice(one.indexOf('=') + 1));
}

function isKey(segment: string): boolean {
  if (UUID.test(segment) || withoutShapes(segment, []) !== segment) return true;
  const pieces = segment.split(SEPARATORS);
  if (pieces.some((one) => one.length >= MIN_PIECE && (isMixed(one) || changes(one) >= MIN_CHANGES)))
    return true;
  return segment.length >= MIN_SEGMENT && pieces.length - 1 <= segment.length / 12 && isMixed(segment);
}

function isMixed(text: string): boolean {
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
}

/** How often letters and digits take turns. */
function changes(text: string): number {
  return text.match(/[a-z](?=\d)|\d(?=[a-z])/gi)?.length ?? 0;
}

/** Takes out keys of services that can be told by their look. */
function withoutShapes(text: string, keys: string[]): string {
  let plain = '';
  let copied = 0;
  for (const { index } of text.matchAll(/\b[A-Za-z]/g)) {
    if (index < copied) continue;
    const shapes = shapesFrom(text.charCodeAt(index), text.charCodeAt(index + 1));
    if (shapes === undefined) continue;
    const ahead = text.slice(index, index + MAX_SHAPED);
    const key = shapes.map((one) => one.pattern.exec(ahead)?.[0]).find((one) => one !== undefined);
    if (key === undefined) continue;
    keys.push(hashed(key));
    plain += `${text.slice(copied, index)}{${hashed(key)}}`;
    copied = index + key.length;
  }
  return plain + text.slice(copied);
}

function hashed(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
