/**
 * Zip, and what is a zip: PyTorch, NumPy's `.npz`, Keras v3, skops, MAR. Read by its directory and by the headers before
 * the members, since loaders use one or the other.
 */
import { Malformed } from '../../bytes/malformed.ts';
import { Report } from '../../bytes/report.ts';
import { memberPath, SliceSource } from '../../sources.ts';
import type { ByteSource, Format, FormatResult, Inspection } from '../../types.ts';
import { checkLink, checkName } from '../archive/names.ts';
import { withinLimits } from '../archive/unpack.ts';
import { isTarMember } from '../tar/index.ts';
import { checkDuplicates, checkOverlaps, compareHeaders, type Span } from './compare.ts';
import { inspectHidden } from './hidden.ts';
import { openMember } from './member.ts';
import { inspectStoragePickle, isStorage, picklesWithStorages } from './pytorch.ts';
import { type Directory, type Entry, findEnd, readDirectory, readLocal } from './structure.ts';

const SYMLINK = 0xa000;
const TYPE = 0xf000;

export const zip: Format = {
  name: 'zip',
  recognises(head, source) {
    if (head.length >= 4 && head[0] === 0x50 && head[1] === 0x4b) {
      const third = head[2];
      if ((third === 3 && head[3] === 4) || (third === 5 && head[3] === 6)) return true;
    }
    return isZipByItsEnd(source);
  },
  inspect,
};

/** A zip with something before it: its end record leads to a directory whose first member is where it should be. */
function isZipByItsEnd(source: ByteSource): boolean {
  if (source.size < 22 || findEnd(source) === undefined) return false;
  try {
    const directory = readDirectory(source, { tick: () => undefined });
    const first = directory?.entries[0];
    // The last member of a tar, which is inspected there, is no second view of the whole.
    if (
      directory !== undefined &&
      isTarMember(source, directory.prepended, directory.end - directory.prepended)
    )
      return false;
    return first !== undefined && readLocal(source, first.offset) !== undefined;
  } catch {
    return false;
  }
}

function inspect(source: ByteSource, inspection: Inspection): FormatResult {
  const report = new Report(source.size);
  let entries: readonly Entry[] = [];
  withinLimits(source, report, () => {
    try {
      const directory = readDirectory(source, inspection);
      if (directory === undefined)
        throw new Malformed('the zip has no directory: it is cut off, or hides one');
      entries = directory.entries;
      reportPlace(source, directory, report);
      const spans = inspectEntries(source, entries, inspection, report);
      const gaps = gapsBetween(spans, Math.max(0, directory.prepended), directory.start);
      inspectHidden(source, gaps, inspection, report, true);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      report.skip(source.path, error.message);
      inspectHidden(source, [{ start: 0, end: source.size }], inspection, report, false);
    }
  });
  const variant = variantOf(entries);
  return { ...report.result(), ...(variant === undefined ? {} : { variant }) };
}

/** What stands around the zip. */
function reportPlace(source: ByteSource, directory: Directory, report: Report): void {
  const { prepended, end, rivals } = directory;
  if (prepended !== 0)
    report.suspicious(
      'zip.prepended-data',
      `${prepended} bytes stand before the zip: another file in front of it.`,
    );
  if (end < source.size)
    report.suspicious('zip.trailing-data', `${source.size - end} bytes follow the end of the zip.`, {
      offset: end,
    });
  if (rivals.length > 0)
    report.suspicious('zip.two-directories', 'There are two directories; readers choose differently.');
}

interface Placed {
  readonly entry: Entry;
  readonly data: number;
}

/** Compares the two descriptions of every member, then looks into the members. */
function inspectEntries(
  source: ByteSource,
  entries: readonly Entry[],
  inspection: Inspection,
  report: Report,
): Span[] {
  checkDuplicates(entries, report);
  const placed: Placed[] = [];
  const spans: Span[] = [];
  for (const entry of entries) {
    inspection.tick(64);
    checkName(entry.name, report);
    if (entry.otherName !== undefined && entry.otherName !== entry.name) {
      checkName(entry.otherName, report);
      report.suspicious(
        'zip.name-mismatch',
        `"${entry.name}" calls itself "${entry.otherName}" in a second place.`,
        {
          names: [entry.name, entry.otherName],
        },
      );
    }
    const local = readLocal(source, entry.offset);
    if (local === undefined) {
      report.suspicious('zip.no-member', `"${entry.name}" is in the directory and not in the file.`, {
        names: [entry.name],
      });
      report.skip(memberPath(source, entry.name), 'is not where the directory says');
      continue;
    }
    compareHeaders(entry, local, report);
    const end = local.data + entry.packed + descriptorSize(source, entry, local.data);
    spans.push({ name: entry.name, start: local.offset, end });
    placed.push({ entry, data: local.data });
  }
  spans.sort((a, b) => a.start - b.start);
  checkOverlaps(spans, report);
  inspectContents(source, placed, inspection, report);
  return spans;
}

function inspectContents(
  source: ByteSource,
  placed: readonly Placed[],
  inspection: Inspection,
  report: Report,
): void {
  const pickles = picklesWithStorages(placed.map((one) => one.entry));
  const storages = new Map<string, number>();
  // Pickles first: they tell which members are storages.
  const isPickle = (one: Placed) => pickles.has(one.entry.name);
  for (const { entry, data } of [...placed.filter(isPickle), ...placed.filter((one) => !isPickle(one))]) {
    if (entry.name.endsWith('/') && entry.size === 0 && entry.packed === 0) continue;
    if (isStorage({ entry, content: new SliceSource(source, data, entry.packed) }, storages, report)) {
      report.member();
      continue;
    }
    openMember(source, { header: entry, data }, inspection, report, (content) => {
      if ((entry.mode & TYPE) === SYMLINK)
        checkLink(entry.name, Buffer.from(content.read(0, 4_096)).toString('utf8'), report);
      if (!pickles.has(entry.name)) inspection.nested(content);
      else
        for (const [name, bytes] of inspectStoragePickle(source, entry.name, content, inspection, report))
          storages.set(name, bytes);
    });
  }
}

/** Checksum and sizes behind a member that was written in one go. */
function descriptorSize(source: ByteSource, entry: Entry, data: number): number {
  if ((entry.flags & 8) === 0) return 0;
  const after = source.read(data + entry.packed, 24).slice();
  const signed = after[0] === 0x50 && after[1] === 0x4b && after[2] === 7 && after[3] === 8;
  const view = new DataView(after.buffer);
  const from = signed ? 4 : 0;
  const narrow = after.length >= from + 8 && view.getUint32(from + 4, true) === entry.packed;
  const wide =
    after.length >= from + 20 &&
    Number(view.getBigUint64(from + 12, true)) === entry.size &&
    view.getUint32(from + 8, true) === 0;
  return from + (wide ? 20 : narrow || signed ? 12 : 0);
}

function gapsBetween(spans: readonly Span[], from: number, to: number): { start: number; end: number }[] {
  const gaps: { start: number; end: number }[] = [];
  let at = from;
  for (const span of spans) {
    if (span.start > at) gaps.push({ start: at, end: span.start });
    at = Math.max(at, span.end);
  }
  if (to > at) gaps.push({ start: at, end: to });
  return gaps;
}

function variantOf(entries: readonly Entry[]): string | undefined {
  const has = (pattern: RegExp) => entries.some((one) => pattern.test(one.name));
  if (has(/(^|\/)data\.pkl$/)) return has(/(^|\/)code\/__torch__/) ? 'torchscript' : 'pytorch';
  if (has(/^metadata\.json$/) && has(/^config\.json$/) && has(/\.h5$/)) return 'keras';
  if (has(/^schema\.json$/)) return 'skops';
  if (has(/^MAR-INF\/MANIFEST\.json$/i)) return 'mar';
  return entries.length > 0 && entries.every((one) => one.name.endsWith('.npy')) ? 'npz' : undefined;
}
