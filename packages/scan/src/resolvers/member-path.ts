/** Paths inside archives and images, made safe: relative, with `/`, never leading out. */
import { SKIPPED_DIRECTORIES } from './ignore-rules.ts';

const MAX_LENGTH = 4_096;
const MAX_DEPTH = 100;

/** The plain path, or why it has none. */
export function memberPath(raw: string): { readonly path: string } | { readonly problem: string } {
  if (raw.includes('\0')) return { problem: 'holds a NUL' };
  if (raw.length > MAX_LENGTH) return { problem: `is longer than ${MAX_LENGTH} characters` };
  const parts = raw.split('/').filter((part) => part !== '' && part !== '.');
  if (raw.startsWith('/') || /^[A-Za-z]:[\\/]/.test(raw)) return { problem: 'is absolute' };
  if (parts.includes('..') || /(?:^|\\)\.\.(?:\\|$)/.test(raw))
    return { problem: 'leads out of the archive' };
  if (parts.length === 0) return { problem: 'is empty' };
  if (parts.length > MAX_DEPTH) return { problem: `is more than ${MAX_DEPTH} directories deep` };
  return { path: parts.join('/') };
}

export function isSkippedPath(path: string): boolean {
  return path.split('/').some((part) => SKIPPED_DIRECTORIES.has(part));
}

/** A path as an unknown may show it. */
export function shown(raw: string): string {
  return raw.replaceAll(/\p{Cc}/gu, '?').slice(0, 200);
}
