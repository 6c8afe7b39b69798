/**
 * Reading a pack's zip file by both of its descriptions at once: the directory at its end and the headers before each member
 * must say the same, members must stand one behind the other from the first byte on, and nothing may stand between or
 * around them. So two programs can't see two different packs in one file.
 */
import { crc32, inflateRawSync } from 'node:zlib';

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const DIRECTORY = 0x02014b50;
const END = 0x06054b50;
const HEAD = 30;
const ENTRY = 46;
const TAIL = 22;
const DEFLATED = 8;
/** Sizes follow the content. */
const STREAMED = 0x0008;
const UTF8 = 0x0800;

/** What a pack as a whole may unfold to. */
const MOST_BYTES = 4 * 2 ** 30 - 1;

export interface ZipProblem {
  message: string;
  /** Where it is, when that is known. */
  member?: string;
  code: 'TRUNCATED' | 'CONTAINER' | 'DUPLICATED' | 'ALTERED';
}

export interface ZipMember {
  readonly name: string;
  readonly size: number;
  /** Undefined, with a problem, where the content does not unfold. */
  read(): Buffer | undefined;
}

export interface ReadZip {
  /** In the order in which they stand. */
  readonly members: ZipMember[];
  readonly problems: ZipProblem[];
}

/** True for what begins like a zip file. */
export function looksLikeZip(bytes: Buffer): boolean {
  return bytes.length >= 4 && (bytes.readUInt32LE(0) === LOCAL || bytes.readUInt32LE(0) === END);
}

interface Entry {
  name: string;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  offset: number;
}

export function readZip(bytes: Buffer): ReadZip {
  const problems: ZipProblem[] = [];
  const entries = directoryOf(bytes, problems);
  let place = 0;
  let total = 0;
  const seen = new Set<string>();
  const members: ZipMember[] = [];
  for (const entry of entries.list) {
    const { name, offset } = entry;
    if (seen.has(name))
      problems.push({ code: 'DUPLICATED', member: name, message: 'The name stands in the file twice.' });
    seen.add(name);
    if (offset !== place)
      problems.push({
        code: 'CONTAINER',
        member: name,
        message: `It begins at byte ${offset}; what is before it ends at byte ${place}.`,
      });
    const data = localOf(bytes, entry, entries.start, problems);
    if (data === undefined) continue;
    place = data.end;
    total += entry.size;
    if (total > MOST_BYTES) {
      problems.push({ code: 'CONTAINER', member: name, message: 'The pack unfolds to more than 4 GiB.' });
      break;
    }
    members.push({
      name,
      size: entry.size,
      read: () => unfold(bytes.subarray(data.start, data.start + entry.packed), entry, problems),
    });
  }
  if (entries.list.length > 0 && place !== entries.start && problems.length === 0)
    problems.push({
      code: 'CONTAINER',
      message: `Bytes ${place} to ${entries.start} belong to no member.`,
    });
  return { members, problems };
}

function directoryOf(bytes: Buffer, problems: ZipProblem[]): { list: Entry[]; start: number } {
  const at = bytes.length - TAIL;
  if (at < 0 || bytes.readUInt32LE(at) !== END || bytes.readUInt16LE(at + 20) !== 0) {
    problems.push({
      code: 'TRUNCATED',
      message: 'The file does not end as a pack does: its end is cut off, or something was added behind it.',
    });
    return { list: [], start: 0 };
  }
  const count = bytes.readUInt16LE(at + 10);
  const start = bytes.readUInt32LE(at + 16);
  if (
    bytes.readUInt32LE(at + 4) !== 0 ||
    bytes.readUInt16LE(at + 8) !== count ||
    start + bytes.readUInt32LE(at + 12) !== at
  ) {
    problems.push({ code: 'CONTAINER', message: 'The directory does not stand where the end says.' });
    return { list: [], start: 0 };
  }
  const list: Entry[] = [];
  let place = start;
  for (let i = 0; i < count; i++) {
    if (place + ENTRY > at || bytes.readUInt32LE(place) !== DIRECTORY) break;
    const length = bytes.readUInt16LE(place + 28);
    const more = bytes.readUInt16LE(place + 30) + bytes.readUInt16LE(place + 32);
    if (place + ENTRY + length > at || more !== 0) break;
    list.push({
      name: bytes.toString('utf8', place + ENTRY, place + ENTRY + length),
      flags: bytes.readUInt16LE(place + 8),
      method: bytes.readUInt16LE(place + 10),
      crc: bytes.readUInt32LE(place + 16),
      packed: bytes.readUInt32LE(place + 20),
      size: bytes.readUInt32LE(place + 24),
      offset: bytes.readUInt32LE(place + 42),
    });
    place += ENTRY + length;
  }
  if (list.length !== count || place !== at)
    problems.push({
      code: 'CONTAINER',
      message: `The directory tells ${count} members and does not name them.`,
    });
  return { list, start };
}

/** Where the content of a member stands, when its own header agrees with the directory. */
function localOf(
  bytes: Buffer,
  { name, flags, method, crc, packed, size, offset }: Entry,
  directory: number,
  problems: ZipProblem[],
): { start: number; end: number } | undefined {
  const add = (message: string) => {
    problems.push({ code: 'CONTAINER', member: name, message });
    return undefined;
  };
  if (offset + HEAD > directory || bytes.readUInt32LE(offset) !== LOCAL)
    return add('It has no header of its own.');
  const length = bytes.readUInt16LE(offset + 26);
  const own = bytes.toString('utf8', offset + HEAD, offset + HEAD + length);
  if (own !== name) return add(`Its own header calls it ${JSON.stringify(own)}.`);
  if (
    bytes.readUInt16LE(offset + 6) !== flags ||
    bytes.readUInt16LE(offset + 8) !== method ||
    bytes.readUInt16LE(offset + 28) !== 0 ||
    (flags & ~UTF8) !== STREAMED ||
    method !== DEFLATED
  )
    return add('Its header is none that Custos writes, or not what the directory says.');
  const start = offset + HEAD + length;
  const end = start + packed;
  if (end + 16 > directory) return add('It goes beyond the directory.');
  if (
    bytes.readUInt32LE(end) !== DESCRIPTOR ||
    bytes.readUInt32LE(end + 4) !== crc ||
    bytes.readUInt32LE(end + 8) !== packed ||
    bytes.readUInt32LE(end + 12) !== size
  )
    return add('What stands behind its content does not fit the directory.');
  return { start, end: end + 16 };
}

function unfold(packed: Buffer, { name, size, crc }: Entry, problems: ZipProblem[]): Buffer | undefined {
  try {
    const content = inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
    if (content.length === size && crc32(content) === crc) return content;
  } catch {
    // Told below.
  }
  problems.push({
    code: 'ALTERED',
    member: name,
    message: 'Its content does not unfold to what the zip file says.',
  });
  return undefined;
}
