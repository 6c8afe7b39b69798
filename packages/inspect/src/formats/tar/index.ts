/** Tar: ustar, pax and GNU long names. PyTorch before 0.1.10 and NeMo store models so. Source: POSIX.1-2017, pax. */
import { Report } from '../../bytes/report.ts';
import { memberPath, SliceSource } from '../../sources.ts';
import type { ByteSource, Format, FormatResult, Inspection } from '../../types.ts';
import { checkLink, checkName } from '../archive/names.ts';
import { withinLimits } from '../archive/unpack.ts';

const BLOCK = 512;
const LONGEST_NAME = 65_536;

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

/** What a header before the header says about the next member. */
interface Override {
  name?: string;
  link?: string;
  size?: number;
}

function inspect(source: ByteSource, inspection: Inspection): FormatResult {
  const report = new Report(source.size);
  withinLimits(source, report, () => inspectMembers(source, inspection, report));
  return report.result();
}

function inspectMembers(source: ByteSource, inspection: Inspection, report: Report): void {
  let override: Override = {};
  let at = 0;
  while (at + BLOCK <= source.size) {
    inspection.tick(BLOCK);
    const block = source.read(at, BLOCK).slice();
    if (block.every((byte) => byte === 0)) {
      at += BLOCK;
      if (source.read(at, BLOCK).every((byte) => byte === 0)) break;
      continue;
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
    if (type === 'L' || type === 'K') {
      const text = cString(content.read(0, LONGEST_NAME));
      override = type === 'L' ? { ...override, name: text } : { ...override, link: text };
      continue;
    }
    if (type === 'x' || type === 'g') {
      override = { ...override, ...pax(content.read(0, 1 << 20).slice()) };
      continue;
    }
    inspectMember(source, block, type, override, content, inspection, report);
    override = {};
  }
}

function inspectMember(
  source: ByteSource,
  block: Uint8Array,
  type: string,
  override: Override,
  content: ByteSource,
  inspection: Inspection,
  report: Report,
): void {
  const prefix = cString(block.subarray(257, 262)) === 'ustar' ? cString(block.subarray(345, 500)) : '';
  const short = cString(block.subarray(0, 100));
  const name = override.name ?? (prefix === '' ? short : `${prefix}/${short}`);
  const link = override.link ?? cString(block.subarray(157, 257));
  checkName(name, report);
  switch (type) {
    case '0':
    case '\0':
    case '7':
      if (!name.endsWith('/'))
        inspection.nested(new SliceSource(content, 0, content.size, memberPath(source, name)));
      break;
    case '1':
    case '2':
      // A hard link names a member from the top.
      checkLink(type === '1' ? '' : name, link, report);
      report.member();
      break;
    case '5':
      break;
    case '3':
    case '4':
    case '6':
      report.suspicious('archive.device', `"${name}" is a device or a pipe.`, { names: [name] });
      break;
    default:
      report.skip(memberPath(source, name), `a tar member of type "${type}"`);
  }
}

function pax(bytes: Uint8Array): Override {
  const override: Override = {};
  const text = Buffer.from(bytes);
  for (let at = 0; at < text.length; ) {
    const space = text.indexOf(0x20, at);
    const length = Number(text.toString('latin1', at, space));
    if (space < 0 || !Number.isInteger(length) || length <= 0) break;
    const record = text.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    const value = record.slice(equals + 1);
    if (record.startsWith('path=')) override.name = value;
    else if (record.startsWith('linkpath=')) override.link = value;
    else if (record.startsWith('size=') && /^\d{1,15}$/.test(value)) override.size = Number(value);
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
