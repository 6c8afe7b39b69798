/** 7z with the coders that are in use; encrypted and rarer ones are told as not inspected. */
import { Malformed } from '../../bytes/malformed.ts';
import { Report } from '../../bytes/report.ts';
import { bzip2 } from '../../codecs/bzip2.ts';
import type { Input, Output } from '../../codecs/codec.ts';
import { inflateRaw } from '../../codecs/inflate.ts';
import { lzma, lzma2, propertiesOf } from '../../codecs/lzma.ts';
import { withX86Filter } from '../../codecs/x86-filter.ts';
import { dictionarySize } from '../../codecs/xz.ts';
import { memberPath, SliceSource } from '../../sources.ts';
import type { ByteSource, Format, FormatResult, Inspection } from '../../types.ts';
import { checkName } from '../archive/names.ts';
import { type Decoder, unpack, withinLimits } from '../archive/unpack.ts';
import { type Folder, HeaderReader, type SevenZip, type Streams } from './header.ts';

const X86_FILTER = '03030103';
const MAGIC = [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c];
const START = 32;
const LONGEST_HEADER = 64 * 2 ** 20;

export const sevenZip: Format = {
  name: '7z',
  recognises: (head) => MAGIC.every((byte, index) => head[index] === byte),
  inspect,
};

function inspect(source: ByteSource, inspection: Inspection): FormatResult {
  const report = new Report(source.size);
  withinLimits(source, report, () =>
    report.attempt(source.path, () => {
      const read = readHeader(source, inspection, report);
      if (read === undefined) return;
      inspectFolders(source, read.archive, inspection, report);
      const used = read.used + packedBytes(read.archive.streams);
      if (used < source.size) report.skip(source.path, `${source.size - used} bytes belong to no member`);
    }),
  );
  return report.result();
}

function packedBytes(streams: Streams | undefined): number {
  return streams?.packSizes.reduce((sum, size) => sum + size, 0) ?? 0;
}

/** With the bytes that the headers themselves take. */
function readHeader(
  source: ByteSource,
  inspection: Inspection,
  report: Report,
): { archive: SevenZip; used: number } | undefined {
  const head = source.read(0, START).slice();
  if (head.length < START) throw new Malformed('the 7z archive is cut off');
  const view = new DataView(head.buffer);
  const offset = START + Number(view.getBigUint64(12, true));
  const size = Number(view.getBigUint64(20, true));
  if (size > LONGEST_HEADER || offset + size > source.size)
    throw new Malformed('the 7z header lies outside of the file');
  let used = START + size;
  if (size === 0) return { archive: { streams: undefined, files: [] }, used };
  let bytes: Uint8Array = source.read(offset, size).slice();
  // A header may be packed, and that one again.
  for (let depth = 0; depth < 4; depth++) {
    const reader = new HeaderReader(bytes, inspection);
    const id = reader.byte();
    if (id === 1) return { archive: reader.archive(), used };
    if (id !== 0x17) throw new Malformed('a 7z header of an unknown kind');
    const streams = reader.streams();
    const [folder] = streams.folders;
    used += packedBytes(streams);
    let unpacked: Uint8Array | undefined;
    if (folder !== undefined)
      unpackFolder(source, streams, 0, folder, inspection, report, (content) => {
        if (content.size <= LONGEST_HEADER) unpacked = content.read(0, content.size).slice();
      });
    if (unpacked === undefined) return undefined;
    bytes = unpacked;
  }
  throw new Malformed('a 7z header that is packed too often');
}

function inspectFolders(source: ByteSource, archive: SevenZip, inspection: Inspection, report: Report): void {
  for (const { name } of archive.files) checkName(name, report);
  const named = archive.files.filter((one) => !one.empty).map((one) => one.name);
  let next = 0;
  let stream = 0;
  for (const folder of archive.streams?.folders ?? []) {
    const first = next;
    next += folder.files.length;
    if (archive.streams !== undefined)
      unpackFolder(source, archive.streams, stream, folder, inspection, report, (content) => {
        let at = 0;
        folder.files.forEach((size, index) => {
          const name = named[first + index] ?? `file ${first + index}`;
          const path = memberPath(source, name);
          inspection.nested(new SliceSource(content, at, size, path));
          if (at + size > content.size) report.skip(path, 'is not there whole');
          at += size;
        });
        const path = memberPath(source, `folder ${first}`);
        if (at < content.size) inspection.nested(new SliceSource(content, at, content.size - at, path));
      });
    stream += folder.packed;
  }
  if (next < named.length)
    report.skip(source.path, `${named.length - next} members have a name and no content`);
}

function unpackFolder(
  source: ByteSource,
  streams: Streams,
  stream: number,
  folder: Folder,
  inspection: Inspection,
  report: Report,
  use: (content: ByteSource) => void,
): void {
  const path = memberPath(source, `folder ${stream}`);
  const filters = folder.coders.filter((one) => one.method === X86_FILTER);
  const [coder, ...more] = folder.coders.filter((one) => one.method !== X86_FILTER);
  const size = folder.sizes[0] ?? 0;
  const encrypted = folder.coders.some((one) => one.method === '06f10701');
  const simple = more.length === 0 && filters.length < 2 && folder.packed === 1;
  const plain = coder === undefined || !simple ? undefined : decoderOf(coder.method, coder.properties, size);
  if (plain === undefined) {
    report.skip(
      path,
      encrypted
        ? 'is encrypted'
        : `uses coders that are not supported: ${folder.coders.map((one) => one.method).join(', ')}`,
    );
    return;
  }
  const before = streams.packSizes.slice(0, stream).reduce((sum, one) => sum + one, 0);
  const packed = new SliceSource(
    source,
    START + streams.packOffset + before,
    streams.packSizes[stream] ?? 0,
    path,
  );
  const decode: Decoder =
    filters.length === 0 ? plain : (input, output) => withX86Filter(output, (to) => plain(input, to));
  unpack({ source: packed, decode, path }, inspection, report, use);
}

function decoderOf(method: string, properties: Uint8Array, length: number): Decoder | undefined {
  switch (method) {
    case '00':
      return copy;
    case '21':
      return (input, output) => {
        lzma2(input, output, dictionarySize(properties[0] ?? 41));
        if (input.left > 0) throw new Malformed('bytes behind the end of LZMA2 data', input.offset);
      };
    case '030101': {
      const view = new DataView(properties.buffer, properties.byteOffset, properties.length);
      if (properties.length < 5) return undefined;
      return (input, output) =>
        lzma(input, output, {
          properties: propertiesOf(view.getUint8(0)),
          dictionary: view.getUint32(1, true),
          length,
        });
    }
    case '040108':
      return inflateRaw;
    case '040202':
      return bzip2;
    default:
      return undefined;
  }
}

function copy(input: Input, output: Output): void {
  for (let part = input.some(); part.length > 0; part = input.some()) output.write(part);
}
