/**
 * One stream of compressed bytes: gzip, bzip2, xz, LZMA, zstd, LZ4, and the zlib streams of joblib. What is inside is
 * inspected by whatever recognises it.
 */
import { constants, inflateSync } from 'node:zlib';
import { Report } from '../../bytes/report.ts';
import { bzip2 } from '../../codecs/bzip2.ts';
import { gzip, zlib, zstd } from '../../codecs/inflate.ts';
import { lz4 } from '../../codecs/lz4.ts';
import { lzmaAlone, xz } from '../../codecs/xz.ts';
import { memberPath, SliceSource } from '../../sources.ts';
import type { ByteSource, Format } from '../../types.ts';
import { type Decoder, unpackAndInspect, withinLimits } from '../archive/unpack.ts';

function format(
  name: string,
  decode: Decoder,
  recognises: (head: Uint8Array) => boolean,
  /** Bytes before the compressed ones. */
  skip = 0,
): Format {
  return {
    name,
    recognises,
    inspect(source, inspection) {
      const report = new Report(source.size);
      const packed = skip === 0 ? source : new SliceSource(source, skip, source.size - skip);
      withinLimits(source, report, () =>
        unpackAndInspect({ source: packed, decode, path: contentPath(source) }, inspection, report),
      );
      return report.result();
    },
  };
}

/** `model.pkl.gz!model.pkl`. */
function contentPath(source: ByteSource): string {
  const name = source.path.slice(Math.max(source.path.lastIndexOf('/'), source.path.lastIndexOf('!')) + 1);
  return memberPath(source, name.replace(/\.(gz|bz2|xz|lzma|zst|zstd|lz4|z|tgz)$/i, '') || 'content');
}

const starts =
  (...magic: number[]) =>
  (head: Uint8Array) =>
    magic.every((byte, index) => head[index] === byte);

const isBzip2 = starts(0x42, 0x5a, 0x68);

const PROBE = 1 << 20;

/** No magic worth the name: the first bytes must decode, as far as they go. */
function isZlibStream(head: Uint8Array): boolean {
  try {
    return inflateSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: PROBE }).length > 0;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
  }
}

/** A window of at most 32 KiB, and a check over both bytes. */
const isZlib = (head: Uint8Array) =>
  ((head[0] ?? 0) & 15) === 8 &&
  (head[0] ?? 0) >> 4 <= 7 &&
  (((head[0] ?? 0) << 8) | (head[1] ?? 0)) % 31 === 0;

/** Usual properties, a dictionary that is a power of two or three halves of one, a length that is unknown or below 2^40. */
const isLzmaAlone = (head: Uint8Array) =>
  head.length > 13 &&
  head[0] === 0x5d &&
  head[1] === 0 &&
  head[2] === 0 &&
  ((head[10] === 0xff && head[12] === 0xff) || (head[10] === 0 && head[11] === 0 && head[12] === 0)) &&
  head[13] === 0;

/** joblib before 0.10: `ZF`, the length in 19 hexadecimal digits, zlib. */
const isOldJoblib = starts(0x5a, 0x46, 0x30, 0x78);

export const COMPRESSED: readonly Format[] = [
  format('gzip', gzip, starts(0x1f, 0x8b, 0x08)),
  format(
    'bzip2',
    bzip2,
    (head) => isBzip2(head) && (head[3] ?? 0) >= 0x31 && (head[3] ?? 0) <= 0x39 && head[4] === 0x31,
  ),
  format('xz', xz, starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)),
  format('zstd', zstd, starts(0x28, 0xb5, 0x2f, 0xfd)),
  format('lz4', lz4, starts(0x04, 0x22, 0x4d, 0x18)),
  format('lzma', lzmaAlone, isLzmaAlone),
  format('zlib', zlib, (head) => isZlib(head) && isZlibStream(head)),
  format('joblib-zfile', zlib, isOldJoblib, 21),
];
