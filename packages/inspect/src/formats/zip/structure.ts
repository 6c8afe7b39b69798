/** The two descriptions of a zip: the central directory at its end, and a header before each member. */
import { Malformed } from '../../bytes/malformed.ts';
import type { ByteSource, Inspection } from '../../types.ts';

export const LOCAL = 0x04034b50;
export const CENTRAL = 0x02014b50;
export const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const MAX_COMMENT = 65_535;
/** Twice what is looked into; each entry costs memory. */
const MOST_ENTRIES = 200_000;
const END_SIZE = 22;
const MAX_32 = 0xffffffff;

export interface Header {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  /** Bytes in the file. */
  readonly packed: number;
  /** Bytes unpacked. */
  readonly size: number;
}

export interface Entry extends Header {
  /** A second name, which some readers prefer. */
  readonly otherName?: string;
  /** Offset of the local header in the file. */
  readonly offset: number;
  /** Mode bits of Unix, whatever system the directory names: programs that unpack do not ask either. */
  readonly mode: number;
}

export interface LocalHeader extends Header {
  readonly offset: number;
  /** Offset of the member's bytes. */
  readonly data: number;
}

export interface Directory {
  readonly entries: readonly Entry[];
  /** Offset of the central directory. */
  readonly start: number;
  /** Bytes before what the directory counts as the beginning. */
  readonly prepended: number;
  /** Offset after the end record and its comment. */
  readonly end: number;
  /** Offsets of further records that end the zip and lead to another directory. */
  readonly rivals: readonly number[];
}

/** Where the end record lies; undefined where there is none. */
export function findEnd(source: ByteSource): { at: number; rivals: number[] } | undefined {
  const reach = Math.min(source.size, MAX_COMMENT + END_SIZE);
  const from = source.size - reach;
  const tail = source.read(from, reach).slice();
  const view = viewOf(tail);
  const found: number[] = [];
  for (let at = tail.length - END_SIZE; at >= 0; at--) {
    if (tail[at] !== 0x50 || view.getUint32(at, true) !== END) continue;
    // Torn off bytes behind a comment are still a zip to most readers.
    const size = view.getUint32(at + 12, true);
    if (size === MAX_32 || size <= from + at) found.push(from + at);
  }
  const [first, ...rivals] = found;
  return first === undefined ? undefined : { at: first, rivals };
}

/** @throws Malformed */
export function readDirectory(
  source: ByteSource,
  inspection: Pick<Inspection, 'tick'>,
): Directory | undefined {
  const found = findEnd(source);
  if (found === undefined) return undefined;
  const record = viewOf(source.read(found.at, END_SIZE).slice());
  let size = record.getUint32(12, true);
  let offset = record.getUint32(16, true);
  let count = record.getUint16(10, true);
  let before = found.at;
  const [zip64, other] = readEnd64(source, found.at);
  const rivals = found.rivals.filter((at) => isDirectoryAt(source, at));
  if (other !== undefined) rivals.push(other.before);
  if (zip64 !== undefined) {
    before = zip64.before;
    // Python takes the wide numbers even where the narrow ones are not full.
    const differ =
      (size !== MAX_32 && size !== zip64.size) ||
      (offset !== MAX_32 && offset !== zip64.offset) ||
      (count !== 0xffff && count !== zip64.count);
    if (differ) rivals.push(before);
    if (size === MAX_32 || offset === MAX_32 || count === 0xffff) ({ size, offset, count } = zip64);
  }
  const start = before - size;
  if (start < 0) throw new Malformed('the zip directory is longer than the file', found.at);
  const prepended = start - offset;
  const entries = readEntries(source, start, before, prepended, inspection);
  // Counts wrap at 65,536 in files of writers that know no zip64.
  if (entries.length % 65_536 !== count % 65_536)
    throw new Malformed(`the zip directory has ${entries.length} entries and claims ${count}`, found.at);
  return {
    entries,
    start,
    prepended,
    end: Math.min(source.size, found.at + END_SIZE + record.getUint16(20, true)),
    rivals,
  };
}

function isDirectoryAt(source: ByteSource, end: number): boolean {
  const record = viewOf(source.read(end, END_SIZE).slice());
  if (record.byteLength < END_SIZE) return false;
  const start = end - record.getUint32(12, true);
  const head = source.read(start, 4);
  // Only one whose comment reaches the end of the file is a second choice; others belong to members.
  if (end + END_SIZE + record.getUint16(20, true) !== source.size) return false;
  return (
    start >= 0 && start < end && head.length === 4 && viewOf(head.slice()).getUint32(0, true) === CENTRAL
  );
}

interface End64 {
  readonly size: number;
  readonly offset: number;
  readonly count: number;
  /** Offset of the record. */
  readonly before: number;
}

/** Wide records, the one that the locator names first. Data before the zip shifts it; some readers only look before the locator. */
function readEnd64(source: ByteSource, end: number): End64[] {
  if (end < 20) return [];
  const locator = viewOf(source.read(end - 20, 20).slice());
  if (locator.getUint32(0, true) !== LOCATOR64) return [];
  const told = Number(locator.getBigUint64(8, true));
  const records: End64[] = [];
  for (const at of new Set([told, end - 20 - 56])) {
    if (!(at >= 0) || at + 56 > source.size) continue;
    const record = viewOf(source.read(at, 56).slice());
    if (record.getUint32(0, true) !== END64) continue;
    records.push({
      size: Number(record.getBigUint64(40, true)),
      offset: Number(record.getBigUint64(48, true)),
      count: Number(record.getBigUint64(32, true)),
      before: at,
    });
  }
  return records;
}

function readEntries(
  source: ByteSource,
  start: number,
  end: number,
  prepended: number,
  inspection: Pick<Inspection, 'tick'>,
): Entry[] {
  const entries: Entry[] = [];
  for (let at = start; at + 46 <= end; ) {
    inspection.tick(46);
    if (entries.length >= MOST_ENTRIES)
      throw new Malformed(`the zip has more than ${MOST_ENTRIES} entries`, at);
    const head = viewOf(source.read(at, 46).slice());
    if (head.getUint32(0, true) !== CENTRAL)
      throw new Malformed('the zip directory has an entry that is none', at);
    const nameLength = head.getUint16(28, true);
    const extraLength = head.getUint16(30, true);
    const rest = source.read(at + 46, nameLength + extraLength).slice();
    const flags = head.getUint16(8, true);
    const wide = zip64Fields(rest.subarray(nameLength), [
      head.getUint32(24, true),
      head.getUint32(20, true),
      head.getUint32(42, true),
    ]);
    const otherName = unicodePath(rest.subarray(nameLength));
    entries.push({
      ...(otherName === undefined ? {} : { otherName }),
      name: nameOf(rest.subarray(0, nameLength), flags),
      flags,
      method: head.getUint16(10, true),
      crc: head.getUint32(16, true),
      size: wide[0],
      packed: wide[1],
      offset: wide[2] + prepended,
      mode: head.getUint16(40, true),
    });
    at += 46 + nameLength + extraLength + head.getUint16(32, true);
  }
  return entries;
}

/** The header before a member; undefined where there is none. */
export function readLocal(source: ByteSource, offset: number): LocalHeader | undefined {
  const head = viewOf(source.read(offset, 30).slice());
  if (head.byteLength < 30 || head.getUint32(0, true) !== LOCAL) return undefined;
  const nameLength = head.getUint16(26, true);
  const extraLength = head.getUint16(28, true);
  const rest = source.read(offset + 30, nameLength + extraLength).slice();
  const flags = head.getUint16(6, true);
  const wide = zip64Fields(rest.subarray(nameLength), [
    head.getUint32(22, true),
    head.getUint32(18, true),
    0,
  ]);
  return {
    name: nameOf(rest.subarray(0, nameLength), flags),
    flags,
    method: head.getUint16(8, true),
    crc: head.getUint32(14, true),
    size: wide[0],
    packed: wide[1],
    offset,
    data: offset + 30 + nameLength + extraLength,
  };
}

/** The name that a field of its own gives; Python and others take it instead. Source: APPNOTE 4.6.9. */
function unicodePath(extra: Uint8Array): string | undefined {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 0x7075 && length > 5)
      return Buffer.from(extra.subarray(at + 9, at + 4 + length)).toString('utf8');
    at += 4 + length;
  }
  return undefined;
}

/** Size, packed size and offset, the ones that are full replaced by those of the zip64 field. */
function zip64Fields(extra: Uint8Array, values: readonly [number, number, number]): [number, number, number] {
  const result: [number, number, number] = [...values];
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1) {
      let field = at + 4;
      for (let index = 0; index < 3; index++)
        if (result[index] === MAX_32 && field + 8 <= Math.min(extra.length, at + 4 + length)) {
          result[index] = Number(view.getBigUint64(field, true));
          field += 8;
        }
      break;
    }
    at += 4 + length;
  }
  return result;
}

/** UTF-8 where the flag says so or it is; the flag is often missing. */
function nameOf(bytes: Uint8Array, _flags: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
