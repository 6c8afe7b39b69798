/**
 * Reading a pack's zip file by both of its descriptions at once: the directory at its end and the headers before each member
 * must say the same, members must stand one behind the other from the first byte on, and nothing may stand between or
 * around them. So two programs can't see two different packs in one file.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { z } from 'zod';

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const DIRECTORY = 0x02014b50;
const END = 0x06054b50;
const HEAD = 30;
const ENTRY = 46;
const TAIL = 22;
const DESCRIPTION = 16;
const VERSION = 20;
const DEFLATED = 8;
/** Sizes follow the content. */
const STREAMED = 0x0008;
/** The first of January 1980. */
const DAY = 0x0021;

/** What a pack as a whole, and a member, may unfold to: a text is at most 512 MiB long. */
const MOST_BYTES = 2 ** 31;
const MOST_OF_MEMBER = 500_000_000;

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
    if (total > MOST_BYTES || entry.size > MOST_OF_MEMBER) {
      problems.push({
        code: 'CONTAINER',
        member: name,
        message: 'It unfolds to more than 500 MB, or the pack to more than 2 GiB.',
      });
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
    start > at ||
    !bytes
      .subarray(at)
      .equals(fields([4, END], [2, 0], [2, 0], [2, count], [2, count], [4, at - start], [4, start], [2, 0]))
  ) {
    problems.push({ code: 'CONTAINER', message: 'The directory does not stand where the end says.' });
    return { list: [], start: 0 };
  }
  const list: Entry[] = [];
  let place = start;
  for (let i = 0; i < count; i++) {
    if (place + ENTRY > at || bytes.readUInt32LE(place) !== DIRECTORY) break;
    const length = bytes.readUInt16LE(place + 28);
    if (place + ENTRY + length > at) break;
    const entry = {
      name: bytes.toString('utf8', place + ENTRY, place + ENTRY + length),
      crc: bytes.readUInt32LE(place + 16),
      packed: bytes.readUInt32LE(place + 20),
      size: bytes.readUInt32LE(place + 24),
      offset: bytes.readUInt32LE(place + 42),
    };
    if (!bytes.subarray(place, place + ENTRY).equals(directoryEntry(entry)))
      problems.push({
        code: 'CONTAINER',
        member: entry.name,
        message: 'Its entry in the directory is not as Custos writes it.',
      });
    list.push(entry);
    place += ENTRY + length;
  }
  if (list.length !== count || place !== at)
    problems.push({
      code: 'CONTAINER',
      message: `The directory tells ${count} members and does not name them.`,
    });
  return { list, start };
}

/** Where the content of a member stands, when what is before and behind it agrees with the directory. */
function localOf(
  bytes: Buffer,
  entry: Entry,
  directory: number,
  problems: ZipProblem[],
): { start: number; end: number } | undefined {
  const { name, packed, offset } = entry;
  const start = offset + HEAD + Buffer.byteLength(name);
  const end = start + packed + DESCRIPTION;
  const own = bytes.subarray(offset, start);
  const behind = bytes.subarray(start + packed, end);
  if (end <= directory && own.equals(memberHead(name)) && behind.equals(description(entry)))
    return { start, end };
  problems.push({
    code: 'CONTAINER',
    member: name,
    message: 'What stands before and behind its content does not fit the directory.',
  });
  return undefined;
}

function fields(...parts: readonly [bytes: 2 | 4, value: number][]): Buffer {
  const made = Buffer.alloc(parts.reduce((sum, [size]) => sum + size, 0));
  let place = 0;
  for (const [size, value] of parts) place = made.writeUIntLE(value, place, size);
  return made;
}

function memberHead(name: string): Buffer {
  const head = fields(
    [4, LOCAL],
    [2, VERSION],
    [2, STREAMED],
    [2, DEFLATED],
    [2, 0],
    [2, DAY],
    [4, 0],
    [4, 0],
    [4, 0],
    [2, Buffer.byteLength(name)],
    [2, 0],
  );
  return Buffer.concat([head, Buffer.from(name)]);
}

function description({ crc, packed, size }: Entry): Buffer {
  return fields([4, DESCRIPTOR], [4, crc], [4, packed], [4, size]);
}

function directoryEntry({ name, crc, packed, size, offset }: Entry): Buffer {
  const length = Buffer.byteLength(name);
  return fields(
    [4, DIRECTORY],
    [2, VERSION],
    [2, VERSION],
    [2, STREAMED],
    [2, DEFLATED],
    [2, 0],
    [2, DAY],
    [4, crc],
    [4, packed],
    [4, size],
    [2, length],
    [2, 0],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, offset],
  );
}

function unfold(packed: Buffer, { name, size, crc }: Entry, problems: ZipProblem[]): Buffer | undefined {
  try {
    const content = inflated(packed, Math.max(size, 1));
    if (content?.length === size && crc32(content) === crc) return content;
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

/** `info` makes it tell how much it read, which the types of Node.js leave out. */
const Inflated = z.object({
  buffer: z.instanceof(Buffer),
  engine: z.object({ bytesWritten: z.number() }),
});

/** Undefined where bytes stand behind the end of the compressed content. */
function inflated(packed: Buffer, maxOutputLength: number): Buffer | undefined {
  const options = { maxOutputLength, info: true };
  const { buffer, engine } = Inflated.parse(inflateRawSync(packed, options));
  return engine.bytesWritten === packed.length ? buffer : undefined;
}
