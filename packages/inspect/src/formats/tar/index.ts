/** Tar: ustar, pax and GNU long names. PyTorch before 0.1.10 and NeMo store models so. Source: POSIX.1-2017, pax. */
import { Report } from '../../bytes/report.ts';
import { memberPath, SliceSource } from '../../sources.ts';
import type { ByteSource, Format, FormatResult, Inspection } from '../../types.ts';
import { checkLink, checkName } from '../archive/names.ts';
import { withinLimits } from '../archive/unpack.ts';

const BLOCK = 512;
const LONGEST_NAME = 65_536;
const LONGEST_PAX = 1 << 20;

export const tar: Format = {
  name: 'tar',
  recognises: (head) => head.length >= BLOCK && hasChecksum(head.subarray(0, BLOCK)),
  inspect,
};

function hasChecksum(block: Uint8Array): boolean {
  const told = octal(block, 148, 8);
  if (told === undefined || told === 0) return false;
  let sum = 8 * 32;
  let signed = 8 * 32;
  for (let index = 0; index < BLOCK; index++) {
    if (index >= 148 && index < 156) continue;
    const byte = block[index] ?? 0;
    sum += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return told === sum || told === signed;
}

/** Whether a member with exactly these bytes begins at the offset. */
export function isTarMember(source: ByteSource, start: number, size: number): boolean {
  if (start < BLOCK) return false;
  const block = source.read(start - BLOCK, BLOCK).slice();
  return block.length === BLOCK && hasChecksum(block) && number(block, 124, 12) === size;
}

/** What a header before the header says about the next member. */
interface Override {
  name?: string;
  link?: string;
  size?: number;
  sparse?: true;
}

function inspect(source: ByteSource, inspection: Inspection): FormatResult {
  const report = new Report(source.size);
  withinLimits(source, report, () => inspectMembers(source, inspection, report));
  return report.result();
}

function inspectMembers(source: ByteSource, inspection: Inspection, report: Report): void {
  let override: Override = {};
  let ended = false;
  let at = 0;
  for (; at + BLOCK <= source.size; ) {
    inspection.tick(BLOCK);
    const block = source.read(at, BLOCK).slice();
    if (isZero(block)) {
      ended = true;
      at += BLOCK;
      continue;
    }
    if (ended) {
      report.suspicious(
        'tar.after-end',
        'Behind the end of the tar stands more; some readers go on and others stop.',
        {
          offset: at,
        },
      );
      ended = false;
      if (!hasChecksum(block)) {
        inspection.nested(new SliceSource(source, at, source.size - at, memberPath(source, `rest@${at}`)));
        return;
      }
    }
    if (!hasChecksum(block)) {
      report.skip(`${source.path}@${at}`, 'a tar header whose checksum is wrong');
      return;
    }
    const size = override.size ?? number(block, 124, 12);
    const type = String.fromCharCode(block[156] ?? 0);
    const data = at + BLOCK;
    if (size === undefined || data + size > source.size) {
      report.skip(`${source.path}@${at}`, 'a tar member that is longer than the archive');
      if (size === undefined || type === 'x' || type === 'L') return;
    }
    const content = new SliceSource(source, data, size ?? 0);
    at = data + Math.ceil((size ?? 0) / BLOCK) * BLOCK;
    const behind = data + (size ?? 0);
    if (at > behind && !isZero(source.read(behind, at - behind)))
      report.skip(`${source.path}@${behind}`, 'bytes between two members of the tar');
    if (type === 'L' || type === 'K') {
      const text = cString(content.read(0, LONGEST_NAME));
      override = type === 'L' ? { ...override, name: text } : { ...override, link: text };
      continue;
    }
    if (type === 'x' || type === 'g') {
      const records = pax(content);
      if (records === undefined) report.skip(`${source.path}@${data}`, 'a pax header that could not be read');
      else if (type === 'x') override = { ...override, ...records };
      else if (Object.keys(records).length > 0)
        report.suspicious('tar.global-override', 'A header gives all members the same name, link or size.', {
          offset: data,
        });
      continue;
    }
    inspectMember(source, { block, type, override, content }, inspection, report);
    override = {};
  }
  const rest = source.read(at, BLOCK);
  if (rest.length > 0 && !isZero(rest))
    report.skip(`${source.path}@${at}`, 'bytes behind the last block of the tar');
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

interface Member {
  readonly block: Uint8Array;
  readonly type: string;
  readonly override: Override;
  readonly content: ByteSource;
}

function inspectMember(
  source: ByteSource,
  { block, type, override, content }: Member,
  inspection: Inspection,
  report: Report,
): void {
  const prefix = cString(block.subarray(257, 262)) === 'ustar' ? cString(block.subarray(345, 500)) : '';
  const short = cString(block.subarray(0, 100));
  const name = override.name ?? (prefix === '' ? short : `${prefix}/${short}`);
  const link = override.link ?? cString(block.subarray(157, 257));
  const path = memberPath(source, name);
  checkName(name, report);
  if (override.sparse === true) report.skip(path, 'a sparse member, which is put together from pieces');
  const isFolder = type === '5' || (type === '\0' && name.endsWith('/'));
  const isFile = type === '7' || ((type === '0' || type === '\0') && !isFolder);
  if (isFile || content.size > 0) inspection.nested(new SliceSource(content, 0, content.size, path));
  if (content.size > 0 && (isFolder || '12346'.includes(type)))
    report.suspicious(
      'tar.hidden-content',
      `"${name}" is a link, folder or device with content, which some readers take for further members.`,
      { names: [name] },
    );
  if (type === '1' || type === '2') {
    // A hard link names a member from the top.
    checkLink(type === '1' ? '' : name, link, report);
    report.member();
  } else if (type === '3' || type === '4' || type === '6')
    report.suspicious('archive.device', `"${name}" is a device or a pipe.`, { names: [name] });
  else if (!isFile && !isFolder) report.skip(path, `a tar member of type "${type}"`);
}

/** Undefined where readers could find other records in it. */
function pax(content: ByteSource): Override | undefined {
  if (content.size > LONGEST_PAX) return undefined;
  const override: Override = {};
  const text = Buffer.from(content.read(0, LONGEST_PAX).slice());
  for (let at = 0; at < text.length; ) {
    const space = text.indexOf(0x20, at);
    const digits = text.toString('latin1', at, space);
    const length = Number(digits);
    if (space < 0 || !/^\d{1,9}$/.test(digits) || at + length > text.length || text[at + length - 1] !== 0x0a)
      return undefined;
    const record = text.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    const value = record.slice(equals + 1);
    const key = record.slice(0, equals);
    if (key === 'path') override.name = value;
    else if (key === 'linkpath') override.link = value;
    else if (key.startsWith('GNU.sparse.')) override.sparse = true;
    else if (key === 'size') {
      if (!/^\d{1,15}$/.test(value)) return undefined;
      override.size = Number(value);
    }
    at += length;
  }
  return override;
}

function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

function octal(block: Uint8Array, at: number, length: number): number | undefined {
  const text = cString(block.subarray(at, at + length)).trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

/** Octal digits, or GNU's binary form with the highest bit set. */
function number(block: Uint8Array, at: number, length: number): number | undefined {
  if (((block[at] ?? 0) & 0x80) === 0) return octal(block, at, length) ?? (block[at] === 0 ? 0 : undefined);
  let value = (block[at] ?? 0) & 0x7f;
  for (let index = 1; index < length; index++) value = value * 256 + (block[at + index] ?? 0);
  return Number.isSafeInteger(value) ? value : undefined;
}
