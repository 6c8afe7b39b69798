/** Where the two descriptions of a zip differ, two readers see two different files: scanners see one, loaders the other. */
import type { Report } from '../../bytes/report.ts';
import type { Entry, LocalHeader } from './structure.ts';

/** Encryption, patch data, strong encryption, masked headers: readers refuse these or ignore them. */
const ODD_FLAGS = 0x0001 | 0x0020 | 0x0040 | 0x2000;
/** Sizes and CRC follow the data, and may be zero in the local header. */
const DESCRIPTOR = 0x0008;

export function compareHeaders(entry: Entry, local: LocalHeader, report: Report): void {
  const say = (rule: string, message: string) =>
    report.suspicious(rule, `"${entry.name}": ${message}`, { names: [entry.name], offset: local.offset });
  if (entry.name !== local.name)
    say(
      'zip.name-mismatch',
      `the member calls itself "${local.name}"; readers disagree on which file this is.`,
    );
  if (entry.method !== local.method)
    say('zip.method-mismatch', 'directory and member name different compressions.');
  if ((entry.flags & ODD_FLAGS) !== (local.flags & ODD_FLAGS))
    say('zip.flag-mismatch', 'directory and member disagree on encryption flags.');
  else if ((entry.flags & ODD_FLAGS & ~1) !== 0)
    say('zip.odd-flags', 'has flags at which some readers stop and others do not.');
  const later = (local.flags & DESCRIPTOR) !== 0;
  const sizes =
    (!later || local.packed !== 0) && (entry.packed !== local.packed || entry.size !== local.size);
  if (sizes) say('zip.size-mismatch', 'directory and member give different sizes.');
  if ((!later || local.crc !== 0) && entry.crc !== local.crc)
    say('zip.crc-mismatch', 'directory and member give different checksums.');
}

export interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Members that share bytes: bombs, or a member hidden in another. */
export function checkOverlaps(spans: readonly Span[], report: Report): void {
  let last: Span | undefined;
  for (const span of spans) {
    if (last !== undefined && span.start < last.end)
      report.suspicious('zip.overlap', `"${span.name}" shares bytes with "${last.name}".`, {
        names: [span.name, last.name],
        offset: span.start,
      });
    if (last === undefined || span.end > last.end) last = span;
  }
}

export function checkDuplicates(entries: readonly Entry[], report: Report): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name))
      report.suspicious(
        'zip.duplicate-name',
        `"${name}" is there twice; readers take the first or the last.`,
        {
          names: [name],
        },
      );
    seen.add(name);
  }
}
