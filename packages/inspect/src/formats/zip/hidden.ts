/** Members that no directory names: readers that walk the file find them, readers of the directory do not. */
import type { Report } from '../../bytes/report.ts';
import { SliceSource } from '../../sources.ts';
import type { ByteSource, Inspection } from '../../types.ts';
import { openMember } from './member.ts';
import { type LocalHeader, readLocal } from './structure.ts';

const STEP = 1 << 20;
const SIGNATURE = Buffer.from('PK\x03\x04', 'latin1');
const DESCRIPTOR = Buffer.from('PK\x07\x08', 'latin1');

export interface Gap {
  readonly start: number;
  readonly end: number;
}

/** @param hidden whether there is a directory that does not name these members */
export function inspectHidden(
  source: ByteSource,
  gaps: readonly Gap[],
  inspection: Inspection,
  report: Report,
  hidden: boolean,
): void {
  for (const gap of gaps) {
    let at = gap.start;
    while (at < gap.end) {
      const found = search(source, SIGNATURE, at, gap.end, inspection);
      const local = found === undefined ? undefined : readLocal(source, found);
      if (found === undefined || local === undefined) break;
      if (hidden)
        report.suspicious('zip.hidden-member', `"${local.name}" is in the file and not in the directory.`, {
          names: [local.name],
          offset: found,
        });
      const packed = packedSize(source, local, gap.end, inspection);
      openMember(
        source,
        {
          header: { ...local, packed, crc: (local.flags & 8) === 0 ? local.crc : undefined },
          data: local.data,
        },
        inspection,
        report,
        (content) => {
          inspection.nested(new SliceSource(content, 0, content.size, `${source.path}!${local.name}`));
        },
      );
      at = Math.max(local.data + packed, found + 4);
    }
  }
}

/** A member that was written in one go has its size behind it. */
function packedSize(source: ByteSource, local: LocalHeader, end: number, inspection: Inspection): number {
  if (local.packed !== 0 || (local.flags & 8) === 0) return Math.min(local.packed, end - local.data);
  const next = search(source, DESCRIPTOR, local.data, end, inspection);
  return (next ?? search(source, SIGNATURE, local.data, end, inspection) ?? end) - local.data;
}

function search(
  source: ByteSource,
  wanted: Buffer,
  from: number,
  to: number,
  inspection: Inspection,
): number | undefined {
  for (let at = from; at < to; at += STEP) {
    const part = source.read(at, Math.min(STEP + 3, to - at));
    inspection.tick(part.length);
    const found = Buffer.from(part.buffer, part.byteOffset, part.length).indexOf(wanted);
    if (found >= 0) return at + found;
  }
  return undefined;
}
