/** Serial numbers that the content decides: the same bill gets the same one, on every machine. */
import { createHash } from 'node:crypto';

/** RFC 9562 version 8: 122 bits of the SHA-256 of the content, whose keys stand in a fixed order. */
export function serialNumberOf(content: unknown): string {
  const bytes = createHash('sha256')
    .update('custos-bom\n')
    .update(JSON.stringify(content))
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
