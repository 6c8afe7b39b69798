/** UUIDs of formats that ask for them: version 5 in form, from SHA-256, so that the same thing has the same one each time. */
import { hexOf } from '@custos/core';
import { sha256 } from '@custos/trust';

/** @example uuidOf('observation', 'sha256:…') */
export function uuidOf(...names: readonly string[]): string {
  const hex = hexOf(sha256(names.join('\n')));
  const variant = (8 + (Number.parseInt(hex.charAt(16), 16) % 4)).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
