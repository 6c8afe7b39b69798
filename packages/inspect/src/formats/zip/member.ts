/** The content of one member. */
import { inflateRawSync } from 'node:zlib';
import { Malformed } from '../../bytes/malformed.ts';
import type { Report } from '../../bytes/report.ts';
import { bzip2 } from '../../codecs/bzip2.ts';
import type { Input, Output } from '../../codecs/codec.ts';
import { crc32Of } from '../../codecs/crc32.ts';
import { inflateRaw, zstd } from '../../codecs/inflate.ts';
import { lzma, propertiesOf } from '../../codecs/lzma.ts';
import { xz } from '../../codecs/xz.ts';
import { BytesSource, memberPath, SliceSource } from '../../sources.ts';
import type { ByteSource, Inspection } from '../../types.ts';
import { type Decoder, unpack } from '../archive/unpack.ts';
import type { Header } from './structure.ts';

const ENCRYPTED = 1;
/** Up to here Node's own inflate is used, all at once. */
const AT_ONCE = 16 * 2 ** 20;

const METHODS: Readonly<Record<number, Decoder>> = {
  8: inflateRaw,
  12: bzip2,
  14: zipLzma,
  93: zstd,
  95: xz,
};

export interface Member {
  /** Without a checksum where that is not known. */
  readonly header: Omit<Header, 'crc'> & { readonly crc: number | undefined };
  /** Offset of its bytes in the archive. */
  readonly data: number;
}

/**
 * Hands the content of a member to `use`. What can not be read is reported.
 * The checksum is computed for everything that is handed on.
 */
export function openMember(
  archive: ByteSource,
  member: Member,
  inspection: Inspection,
  report: Report,
  use: (content: ByteSource) => void,
): void {
  const { header } = member;
  const path = memberPath(archive, header.name);
  if (member.data + header.packed > archive.size) {
    report.skip(path, `claims ${header.packed} bytes, more than the archive has`);
    if (member.data >= archive.size) return;
  }
  const packed = new SliceSource(archive, member.data, header.packed, path);
  const encrypted = (header.flags & ENCRYPTED) !== 0;
  const checked = (content: ByteSource, whole: boolean) => {
    // A part has another checksum than the whole, which says nothing.
    const right =
      !whole ||
      header.crc === undefined ||
      crc32Of(content, (bytes) => inspection.tick(bytes)) === header.crc;
    if (encrypted && !(right && whole)) {
      report.skip(path, 'is encrypted');
      return;
    }
    if (encrypted)
      report.suspicious('zip.false-encryption', `"${header.name}" is marked as encrypted and is not.`, {
        names: [header.name],
      });
    if (!right)
      report.suspicious(
        'zip.wrong-crc',
        `"${header.name}" does not have the checksum that the archive gives.`,
        {
          names: [header.name],
        },
      );
    use(content);
  };
  if (header.method === 0) {
    checked(packed, true);
    return;
  }
  const decode = METHODS[header.method];
  if (decode === undefined) {
    report.skip(
      path,
      header.method === 99
        ? 'is encrypted'
        : `uses compression method ${header.method}, which is not supported`,
    );
    return;
  }
  const whole = header.method === 8 && !encrypted ? inflateAtOnce(packed, header) : undefined;
  if (whole !== undefined) {
    inspection.tick(whole.length);
    checked(new BytesSource(whole, path), true);
    return;
  }
  unpack({ source: packed, decode, path }, inspection, report, checked);
}

function inflateAtOnce(packed: ByteSource, header: Pick<Header, 'size'>): Buffer | undefined {
  if (packed.size > AT_ONCE || header.size > AT_ONCE) return undefined;
  try {
    const bytes = inflateRawSync(packed.read(0, packed.size), { maxOutputLength: AT_ONCE });
    return bytes;
  } catch {
    // Broken, or larger than it says: unpacked piece by piece, which keeps what comes out.
    return undefined;
  }
}

/** Zip puts a version and the length of the properties before LZMA, and has no length behind. */
function zipLzma(input: Input, output: Output): void {
  input.take(2);
  const length = input.byte() + input.byte() * 256;
  const properties = input.take(length);
  const view = new DataView(properties.buffer, properties.byteOffset, properties.length);
  if (length < 5) throw new Malformed('LZMA properties that are too short');
  lzma(input, output, {
    properties: propertiesOf(view.getUint8(0)),
    dictionary: view.getUint32(1, true),
    length: Number.POSITIVE_INFINITY,
  });
}
