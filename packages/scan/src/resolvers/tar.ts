/** The table of contents of a tar archive (POSIX.1-2024 pax and ustar, GNU long names), without reading its content. */
import type { Bytes } from './scratch.ts';

const BLOCK = 512;
/** Extended headers longer than this say nothing that a path needs. Bytes. */
const MAX_EXTENDED = 1024 * 1024;

export interface TarMember {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'hardlink' | 'symlink' | 'other';
  readonly size: number;
  /** Where the content begins. */
  readonly offset: number;
  readonly target: string;
}

export class TarDamaged extends Error {}

/**
 * Members in order.
 * @throws TarDamaged where a header is no header or content is cut off; members before it were given
 */
export function* tarMembers(bytes: Bytes): Generator<TarMember> {
  let offset = 0;
  let extended = new Map<string, string>();
  const global = new Map<string, string>();
  let longName: string | undefined;
  let longLink: string | undefined;
  while (offset + BLOCK <= bytes.size) {
    const header = bytes.read(offset, BLOCK);
    if (header.every((byte) => byte === 0)) return;
    if (!isChecked(header)) throw new TarDamaged(`No valid header at byte ${offset}.`);
    const type = String.fromCharCode(header[156] ?? 0);
    const content = offset + BLOCK;
    const size = Number(extended.get('size') ?? numberAt(header, 124, 12));
    if (!Number.isSafeInteger(size) || size < 0 || content + size > bytes.size)
      throw new TarDamaged(`Content of ${size} bytes at byte ${content} goes beyond the end.`);
    offset = content + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'x' || type === 'g') {
      const records =
        size <= MAX_EXTENDED ? paxRecords(bytes.read(content, size)) : new Map<string, string>();
      if (type === 'x') extended = records;
      else for (const [key, value] of records) global.set(key, value);
      continue;
    }
    if (type === 'L' || type === 'K') {
      const name = size <= MAX_EXTENDED ? cut(bytes.read(content, size)) : '';
      if (type === 'L') longName = name;
      else longLink = name;
      continue;
    }
    const sparse = type === 'S' || [...extended.keys()].some((key) => key.startsWith('GNU.sparse'));
    yield {
      path: extended.get('path') ?? longName ?? global.get('path') ?? nameOf(header),
      type: sparse ? 'other' : kindOf(type),
      size: kindOf(type) === 'file' ? size : 0,
      offset: content,
      target: extended.get('linkpath') ?? longLink ?? cut(header.subarray(157, 257)),
    };
    extended = new Map();
    longName = undefined;
    longLink = undefined;
  }
  // Two empty blocks end an archive; one cut off at a block is accepted by every reader.
}

/** True where the first block is a tar header. */
export function isTar(bytes: Bytes): boolean {
  return bytes.size >= BLOCK && isChecked(bytes.read(0, BLOCK));
}

function kindOf(type: string): TarMember['type'] {
  if (type === '0' || type === '\0' || type === '7') return 'file';
  if (type === '1') return 'hardlink';
  if (type === '2') return 'symlink';
  return type === '5' ? 'directory' : 'other';
}

/** The sum of all bytes, with the field itself as spaces. */
function isChecked(header: Buffer): boolean {
  const stated = Number.parseInt(cut(header.subarray(148, 156)).trim(), 8);
  let sum = 0;
  for (let index = 0; index < BLOCK; index++) sum += index >= 148 && index < 156 ? 32 : (header[index] ?? 0);
  return sum === stated;
}

function cut(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

function nameOf(header: Buffer): string {
  const name = cut(header.subarray(0, 100));
  const ustar = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = ustar ? cut(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal digits, or base 256 where the first bit is set (GNU). */
function numberAt(header: Buffer, at: number, length: number): number {
  if (((header[at] ?? 0) & 0x80) === 0) {
    const text = cut(header.subarray(at, at + length)).trim();
    return text === '' ? 0 : Number.parseInt(text, 8);
  }
  let value = (header[at] ?? 0) & 0x7f;
  for (let index = at + 1; index < at + length; index++) value = value * 256 + (header[index] ?? 0);
  return value;
}

/** `<length> <key>=<value>\n` … */
function paxRecords(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const length = space < 0 ? Number.NaN : Number(bytes.toString('latin1', at, space));
    if (!Number.isInteger(length) || length < 5 || at + length > bytes.length) return records;
    const record = bytes.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}
