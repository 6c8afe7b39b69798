/**
 * Answers from an index. Memory holds the directories of the segments in use (about 60 bytes per 2,048 records, the least
 * recently used are closed), never the records.
 */
import { type Manifest, type ManifestSegment, requireManifest, type SourceInfo } from './manifest.ts';
import { BlockScan, type FoundRecord, type RecordFilter } from './scan-blocks.ts';
import { SegmentReader } from './segment-reader.ts';

export interface IndexReaderOptions {
  /** Memory for directories of open segments, bytes. Default 256 MiB. */
  directoryBytes?: number;
}

export class IndexReader {
  readonly dir: string;
  readonly manifest: Manifest;
  readonly #limit: number;
  readonly #segments: readonly { info: ManifestSegment; first: Buffer; last: Buffer }[];
  /** In order of their last use. */
  readonly #open = new Map<string, SegmentReader>();
  #held = 0;

  /** @throws CustosError NO_INDEX, INDEX_DAMAGED */
  constructor(dir: string, options: IndexReaderOptions = {}) {
    this.dir = dir;
    this.manifest = requireManifest(dir);
    this.#segments = this.manifest.segments.map((info) => ({
      info,
      first: Buffer.from(info.firstKey, 'latin1'),
      last: Buffer.from(info.lastKey, 'latin1'),
    }));
    this.#limit = options.directoryBytes ?? 256 * 1024 * 1024;
  }

  get sources(): readonly SourceInfo[] {
    return this.manifest.sources;
  }

  /**
   * The records that a filter lets through, in batches of up to one block. Keys ascend within a segment.
   * @throws CustosError INDEX_DAMAGED as soon as a damaged part is met: what came before it is right, the answer is not whole
   */
  *records(filter: RecordFilter): Generator<FoundRecord[]> {
    for (const { info, first, last } of this.#segments) {
      if (!mayHold(info, first, last, filter)) continue;
      const segment = this.#segment(info);
      const scan = new BlockScan(filter);
      const blocks =
        filter.digest === undefined
          ? segment.blocks(filter.from, filter.to, filter.window)
          : segment.blocksOf(Math.floor(filter.digest / 65536));
      for (const block of blocks) {
        const batch = scan.records(block);
        if (batch.length > 0) yield batch;
      }
    }
  }

  close(): void {
    for (const segment of this.#open.values()) segment.close();
    this.#open.clear();
    this.#held = 0;
  }

  #segment(info: ManifestSegment): SegmentReader {
    const known = this.#open.get(info.digest);
    if (known) {
      this.#open.delete(info.digest);
      this.#open.set(info.digest, known);
      return known;
    }
    const opened = new SegmentReader(this.dir, info);
    this.#open.set(info.digest, opened);
    this.#held += opened.held;
    for (const [digest, segment] of this.#open) {
      if (this.#held <= this.#limit || segment === opened) break;
      segment.close();
      this.#held -= segment.held;
      this.#open.delete(digest);
    }
    return opened;
  }
}

function mayHold(
  info: ManifestSegment,
  first: Buffer,
  last: Buffer,
  { from, to, window, digest }: RecordFilter,
): boolean {
  if (from && Buffer.compare(last, from) < 0) return false;
  if (to && Buffer.compare(first, to) >= 0) return false;
  if (digest !== undefined && info.digests === 0) return false;
  if (!window || info.unknownTimes > 0) return true;
  return info.minTime <= window.to && info.maxTime >= window.from;
}
