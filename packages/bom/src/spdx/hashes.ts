/** Hashes from SPDX, as CycloneDX writes them; those that no schema would accept are left out. */
import type { Hash } from '../cyclonedx/model.ts';
import { ALGORITHM } from './words.ts';

const NAMES: ReadonlyMap<string, string> = new Map(
  [...ALGORITHM].flatMap(([ours, theirs]) => [
    [theirs, ours] as const,
    // SPDX 2: SHA256, SHA3-256, BLAKE2b-256.
    [ours.replace(/^SHA-/, 'SHA'), ours] as const,
    [ours, ours] as const,
  ]),
);
const HEX = /^(?:[a-f0-9]{32}|[a-f0-9]{40}|[a-f0-9]{64}|[a-f0-9]{96}|[a-f0-9]{128})$/;

/** @example hash('SHA256', 'ab…') // { alg: 'SHA-256', content: 'ab…' } */
export function hash(algorithm: string | undefined, content: string | undefined): Hash | undefined {
  const alg = NAMES.get(algorithm ?? '');
  const hex = content?.toLowerCase();
  return alg !== undefined && hex !== undefined && HEX.test(hex) ? { alg, content: hex } : undefined;
}
