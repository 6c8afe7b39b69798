/** Archives and compressed streams that Node can not write, in their simplest form: content that is stored. */
import { gzipSync } from 'node:zlib';

export interface TarMember {
  readonly name: string;
  readonly content?: Uint8Array;
  /** `0` file, `1` hard link, `2` link, `5` folder, `x` pax header, `L` long name. */
  readonly type?: string;
  readonly link?: string;
  /** What the header says instead. */
  readonly size?: number;
}

export function tarOf(members: readonly TarMember[]): Buffer {
  const parts: Buffer[] = [];
  for (const member of members) {
    const content = Buffer.from(member.content ?? Buffer.alloc(0));
    const header = Buffer.alloc(512);
    header.write(member.name.slice(0, 100), 0);
    header.write('0000644\0', 100);
    header.write(`${(member.size ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(member.type ?? '0', 156);
    header.write(member.link ?? '', 157);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    parts.push(header, content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

/** One frame with one stored block. */
export function lz4Of(content: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE((content.length | 0x80000000) >>> 0);
  return Buffer.concat([
    Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]),
    size,
    Buffer.from(content),
    Buffer.alloc(4),
  ]);
}

/** One frame with one raw block. */
export function zstdOf(content: Uint8Array): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(content.length, 5);
  head.writeUIntLE((content.length << 3) | 1, 9, 3);
  return Buffer.concat([head, Buffer.from(content)]);
}

/** LZMA2 with one stored chunk. */
export function lzma2Of(content: Uint8Array): Buffer {
  const size = content.length - 1;
  return Buffer.concat([Buffer.from([1, size >> 8, size & 255]), Buffer.from(content), Buffer.from([0])]);
}

/** One file; the coder is `copy` or LZMA2. */
export function sevenZipOf(name: string, content: Uint8Array, coder: 'copy' | 'lzma2' = 'copy'): Buffer {
  const packed = coder === 'copy' ? Buffer.from(content) : lzma2Of(content);
  const names = Buffer.from(`${name}\0`, 'utf16le');
  const method = coder === 'copy' ? [0x01, 0x00] : [0x21, 0x21, 0x01, 0x18];
  const header = Buffer.concat([
    Buffer.from([0x01, 0x04]),
    Buffer.from([0x06, 0x00, 0x01, 0x09, ...sevenZipNumber(packed.length), 0x00]),
    Buffer.from([0x07, 0x0b, 0x01, 0x00, 0x01, ...method, 0x0c, ...sevenZipNumber(content.length), 0x00]),
    Buffer.from([0x00]),
    Buffer.from([0x05, 0x01, 0x11, ...sevenZipNumber(names.length + 1), 0x00]),
    names,
    Buffer.from([0x00, 0x00]),
  ]);
  const start = Buffer.alloc(32);
  Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0x00, 0x04]).copy(start);
  start.writeBigUInt64LE(BigInt(packed.length), 12);
  start.writeBigUInt64LE(BigInt(header.length), 20);
  return Buffer.concat([start, packed, header]);
}

function sevenZipNumber(value: number): number[] {
  return value < 0x80 ? [value] : [0x80 | (value >> 8), value & 255];
}

/** Gzip in gzip in gzip: each layer hides the next. */
export function nestedGzip(content: Uint8Array, layers: number): Buffer {
  let bytes = Buffer.from(content);
  for (let left = layers; left > 0; left--) bytes = gzipSync(bytes);
  return bytes;
}
