/** Zips with every fault that tests need: each field of both descriptions can be set by itself. */
import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../codecs/crc32.ts';

export interface ZipMember {
  readonly name: string;
  readonly content: Uint8Array;
  /** 0 (default) or 8. */
  readonly method?: 0 | 8;
  /** What the local header says instead. */
  readonly local?: {
    readonly name?: string;
    readonly method?: number;
    readonly flags?: number;
    readonly crc?: number;
  };
  /** What the directory says instead. */
  readonly central?: {
    readonly name?: string;
    readonly flags?: number;
    readonly crc?: number;
    readonly size?: number;
    readonly offset?: number;
    readonly mode?: number;
    readonly method?: number;
  };
  /** Left out of the directory. */
  readonly hidden?: boolean;
}

export interface ZipOptions {
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
  /** Offsets in the directory count from the beginning of the zip, not of the file. */
  readonly relative?: boolean;
  readonly withoutDirectory?: boolean;
}

export function zipOf(members: readonly ZipMember[], options: ZipOptions = {}): Buffer {
  const before = options.before ?? Buffer.alloc(0);
  const parts: Buffer[] = [Buffer.from(before)];
  const central: Buffer[] = [];
  let at = before.length;
  for (const member of members) {
    const method = member.method ?? 0;
    const packed = method === 8 ? deflateRawSync(member.content) : Buffer.from(member.content);
    const crc = crc32(member.content);
    const name = Buffer.from(member.local?.name ?? member.name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(member.local?.flags ?? 0, 6);
    local.writeUInt16LE(member.local?.method ?? method, 8);
    local.writeUInt32LE(member.local?.crc ?? crc, 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(member.content.length, 22);
    local.writeUInt16LE(name.length, 26);
    parts.push(local, name, packed);
    if (member.hidden !== true)
      central.push(
        centralOf(member, {
          packed: packed.length,
          crc,
          method,
          at: at - (options.relative === true ? before.length : 0),
        }),
      );
    at += 30 + name.length + packed.length;
  }
  if (options.withoutDirectory === true) return Buffer.concat(parts);
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at - (options.relative === true ? before.length : 0), 16);
  return Buffer.concat([...parts, directory, end, Buffer.from(options.after ?? Buffer.alloc(0))]);
}

function centralOf(
  member: ZipMember,
  real: { packed: number; crc: number; method: number; at: number },
): Buffer {
  const told = member.central ?? {};
  const name = Buffer.from(told.name ?? member.name);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(told.mode === undefined ? 20 : 0x0314, 4);
  entry.writeUInt16LE(20, 6);
  entry.writeUInt16LE(told.flags ?? 0, 8);
  entry.writeUInt16LE(told.method ?? real.method, 10);
  entry.writeUInt32LE(told.crc ?? real.crc, 16);
  entry.writeUInt32LE(real.packed, 20);
  entry.writeUInt32LE(told.size ?? member.content.length, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt32LE(((told.mode ?? 0) << 16) >>> 0, 38);
  entry.writeUInt32LE(told.offset ?? real.at, 42);
  return Buffer.concat([entry, name]);
}

/** A checkpoint as PyTorch writes it since 1.6. */
export function torchZip(data: Uint8Array, storages: readonly Uint8Array[]): Buffer {
  return zipOf([
    { name: 'archive/data.pkl', content: data },
    { name: 'archive/byteorder', content: Buffer.from('little') },
    ...storages.map((content, key) => ({ name: `archive/data/${key}`, content })),
    { name: 'archive/version', content: Buffer.from('3\n') },
  ]);
}
