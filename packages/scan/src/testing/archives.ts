/** Archives and images for tests, made byte by byte so that they can also be wrong. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';

export interface TarPart {
  readonly path: string;
  readonly content?: string | Buffer;
  /** `0` file, `1` hard link, `2` symbolic link, `5` directory, `x` extended header, … */
  readonly type?: string;
  readonly target?: string;
  /** What the header claims, where it is not the truth. */
  readonly size?: number;
}

export function tar(parts: readonly TarPart[]): Buffer {
  const blocks: Buffer[] = [];
  for (const part of parts) {
    const content = Buffer.from(part.content ?? '');
    const header = Buffer.alloc(512);
    header.write(part.path.slice(0, 100), 0);
    header.write('0000644\0', 100);
    header.write(`${(part.size ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
    header.write(part.type ?? '0', 156);
    header.write(part.target ?? '', 157);
    header.write('ustar\x0000', 257);
    header.write('        ', 148);
    let sum = 0;
    for (const byte of header) sum += byte;
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    blocks.push(header, content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** A pax header that gives the next member a path of any length. */
export function paxPath(path: string): TarPart {
  const body = ` path=${path}\n`;
  let length = Buffer.byteLength(body) + 2;
  while (`${length}${body}`.length !== length && Buffer.byteLength(`${length}${body}`) !== length)
    length += 1;
  return { path: 'pax', type: 'x', content: `${length}${body}` };
}

export interface ZipPart {
  readonly path: string;
  readonly content: string | Buffer;
  readonly method?: number;
  readonly flags?: number;
  /** What the directory claims, where it is not the truth. */
  readonly size?: number;
  /** Offset of an earlier member whose bytes are shared. */
  readonly sharesFirst?: boolean;
}

export function zip(parts: readonly ZipPart[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const content = Buffer.from(part.content);
    const method = part.method ?? 8;
    const packed = method === 8 ? deflateRawSync(content) : content;
    const name = Buffer.from(part.path);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(part.flags ?? 0, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(part.size ?? content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, packed]);
    // Comment, disk and attributes are nought; then where the local header is.
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(part.sharesFirst === true ? 0 : offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), fields, tail, name]));
    if (part.sharesFirst !== true) {
      locals.push(local);
      offset += local.length;
    }
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** CRC-32 of ISO 3309; node:zlib has it only from Node 22 on. */
function crc(content: Buffer): number {
  let value = ~0;
  for (const byte of content) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (0xedb88320 & -(value & 1));
  }
  return ~value >>> 0;
}

export function writeArchive(name: string, content: Buffer): string {
  const path = join(mkdtempSync(join(tmpdir(), 'custos-archive-')), name);
  writeFileSync(path, content);
  return path;
}

/** The blobs of an OCI image with these layers, as files of a layout. */
export function ociImage(layers: readonly Buffer[], config: object = {}): Record<string, Buffer> {
  const files: Record<string, Buffer> = { 'oci-layout': Buffer.from('{"imageLayoutVersion":"1.0.0"}') };
  const put = (content: Buffer): { digest: string; size: number } => {
    const hex = createHash('sha256').update(content).digest('hex');
    files[`blobs/sha256/${hex}`] = content;
    return { digest: `sha256:${hex}`, size: content.length };
  };
  const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
  const manifest = put(
    json({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...put(json({ config })) },
      layers: layers.map((one) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...put(one) })),
    }),
  );
  files['index.json'] = json({
    schemaVersion: 2,
    manifests: [{ ...manifest, platform: { os: 'linux', architecture: 'amd64' } }],
  });
  return files;
}

export function writeLayout(files: Record<string, Buffer>): string {
  const root = mkdtempSync(join(tmpdir(), 'custos-image-'));
  mkdirSync(join(root, 'blobs', 'sha256'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  return root;
}

export function tarOf(files: Record<string, Buffer>): Buffer {
  return tar(Object.entries(files).map(([path, content]) => ({ path, content })));
}

export function gzip(content: Buffer): Buffer {
  return gzipSync(content);
}
