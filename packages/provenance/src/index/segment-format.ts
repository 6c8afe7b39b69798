/**
 * A segment file: consecutive blocks, pages of digests, one directory of both, and a footer of fixed size. Its name is the
 * SHA-256 of its content. Integers are little-endian; offsets are 64-bit floats, exact to 2⁵³.
 *
 *     header     "CUSTPROV", u32 version, u32 0
 *     blocks     block.ts
 *     pages      digest-pages.ts
 *     directory  per block (28 bytes): f64 offset, u32 end of its first key among the keys, u32 earliest and u32 latest known
 *                time, u32 records, u32 records of unknown time; per page (12 bytes): f64 offset, u32 first hash; first keys
 *     footer     f64 offset of pages, f64 offset of directory, f64 records, f64 digests, u32 blocks, u32 pages,
 *                u32 bits of a hash, u32 CRC-32 of the directory, u32 CRC-32 of the footer before it, "CPRV"
 */
export const MAGIC = Buffer.from('CUSTPROV', 'latin1');
export const END_MAGIC = Buffer.from('CPRV', 'latin1');
export const VERSION = 1;
export const HEADER_BYTES = 16;
export const BLOCK_ENTRY = 28;
export const PAGE_ENTRY = 12;
export const FOOTER_BYTES = 56;

/** What the manifest says of a segment. */
export interface SegmentInfo {
  /** Hex SHA-256 of the file, and its name. */
  readonly digest: string;
  readonly bytes: number;
  readonly records: number;
  /** Records with a digest. */
  readonly digests: number;
  readonly firstKey: string;
  readonly lastKey: string;
  /** Earliest and latest known time, seconds since 1970; 0 when no time is known. */
  readonly minTime: number;
  readonly maxTime: number;
  readonly unknownTimes: number;
}

export function segmentFile(digest: string): string {
  return `${digest}.seg`;
}
