/** Writers of the smallest files that a reader must take: by hand, so that every byte of a test is meant. */

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A number of 1, 2, 4 or 8 bytes. */
export function int(value: number | bigint, size: 1 | 2 | 4 | 8, littleEndian = true): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), littleEndian);
  const bytes = new Uint8Array(view.buffer);
  return littleEndian ? bytes.slice(0, size) : bytes.slice(8 - size);
}

export const u16 = (value: number) => int(value, 2);
export const u32 = (value: number) => int(value, 4);
export const u64 = (value: number | bigint) => int(value, 8);

export function zeros(length: number): Uint8Array {
  return new Uint8Array(length);
}

/** Padded with zeros to a multiple. */
export function padded(bytes: Uint8Array, multiple: number): Uint8Array {
  return concat(bytes, zeros((multiple - (bytes.length % multiple)) % multiple));
}

export function json(value: unknown): Uint8Array {
  return utf8(JSON.stringify(value));
}

/** A protobuf varint. */
export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 128n) {
      bytes.push(Number(rest));
      return Uint8Array.from(bytes);
    }
    bytes.push(Number(rest & 127n) | 128);
  }
}

/** A protobuf field: a number as varint, a text or bytes with their length. */
export function field(number: number, value: number | bigint | string | Uint8Array): Uint8Array {
  if (typeof value === 'number' || typeof value === 'bigint')
    return concat(varint(number * 8), varint(value));
  const bytes = typeof value === 'string' ? utf8(value) : value;
  return concat(varint(number * 8 + 2), varint(bytes.length), bytes);
}

/** A protobuf message of fields. */
export function message(...fields: readonly Uint8Array[]): Uint8Array {
  return concat(...fields);
}

/** A zip with stored members. CRCs are computed. */
export function zip(members: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const locals: Uint8Array[] = [];
  const entries: Uint8Array[] = [];
  let offset = 0;
  for (const [name, bytes] of Object.entries(members)) {
    const path = utf8(name);
    const shared = concat(
      u16(0),
      u16(0),
      u16(0),
      u16(33),
      u32(crc32(bytes)),
      u32(bytes.length),
      u32(bytes.length),
      u16(path.length),
      u16(0),
    );
    const local = concat(u32(0x04034b50), u16(20), shared, path, bytes);
    locals.push(local);
    entries.push(
      concat(u32(0x02014b50), u16(20), u16(20), shared, u16(0), u16(0), u16(0), u32(0), u32(offset), path),
    );
    offset += local.length;
  }
  const directory = concat(...entries);
  const count = u16(entries.length);
  return concat(
    ...locals,
    directory,
    u32(0x06054b50),
    u16(0),
    u16(0),
    count,
    count,
    u32(directory.length),
    u32(offset),
    u16(0),
  );
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
