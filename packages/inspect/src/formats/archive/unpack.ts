/** Unpacks content and has it inspected, also the part that came out before something went wrong. */
import { Malformed } from '../../bytes/malformed.ts';
import type { Report } from '../../bytes/report.ts';
import { Input, type Output } from '../../codecs/codec.ts';
import { LimitReached } from '../../limits.ts';
import { Bomb, Spool } from '../../spool.ts';
import type { ByteSource, FileInspection, Inspection } from '../../types.ts';

export type Decoder = (input: Input, output: Output) => void;

export interface Packed {
  /** The compressed bytes. */
  readonly source: ByteSource;
  readonly decode: Decoder;
  /** Name of the content, as findings show it. */
  readonly path: string;
}

/**
 * Hands the unpacked content to `use` and frees it afterwards.
 * @returns whether all of it could be unpacked; otherwise the report says why
 * @throws LimitReached of the whole file, after `use` has seen what there is; see {@link withinLimits}
 */
export function unpack(
  packed: Packed,
  inspection: Inspection,
  report: Report,
  use: (content: ByteSource, whole: boolean) => void,
): boolean {
  const spool = new Spool(inspection, packed.source.size);
  let stopped: unknown;
  try {
    try {
      packed.decode(new Input(packed.source), spool);
    } catch (error) {
      stopped = error;
    }
    if (spool.size > 0 || stopped === undefined) use(spool.source(packed.path), stopped === undefined);
    if (stopped === undefined) return true;
    if (stopped instanceof LimitReached) throw stopped;
    if (stopped instanceof Bomb)
      report.suspicious('archive.bomb', `"${packed.path}" is a decompression bomb: ${stopped.message}.`, {
        member: packed.path,
      });
    else if (!(stopped instanceof Malformed)) throw stopped;
    report.skip(packed.path, `could not be unpacked: ${stopped.message}`);
    return false;
  } finally {
    spool.close();
  }
}

/** The usual use: whatever recognises the content inspects it. */
export function unpackAndInspect(packed: Packed, inspection: Inspection, report: Report): void {
  unpack(packed, inspection, report, (content): FileInspection => inspection.nested(content));
}

/** Keeps what a format has reported so far when the limits of the file are reached. */
export function withinLimits(source: ByteSource, report: Report, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    report.skip(source.path, error.message);
  }
}
