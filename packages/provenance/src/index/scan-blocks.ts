/** From blocks to records: keys are rebuilt, compared with the range, and turned into addresses. */
import { originOfKey } from '../url/from-key.ts';
import { MAX_KEY } from '../url/url-key.ts';
import { compareKeys } from './cursor.ts';
import type { Block } from './decode-block.ts';
import type { TimeWindow } from './segment-reader.ts';

const HOST_END = 0x29;
const NO_HOST = 0x21;

/** One record of an answer. */
export interface FoundRecord {
  readonly url: string;
  /** Seconds since 1970 in UTC; 0 when the time is unknown. */
  readonly time: number;
  /** First 48 bits of the content's digest; 0 when it is unknown. */
  readonly digest: number;
  /** Number of its source in the manifest. */
  readonly source: number;
}

export interface RecordFilter {
  /** First key, and first key after the range. */
  readonly from?: Uint8Array | undefined;
  readonly to?: Uint8Array | undefined;
  /** Records of unknown time are always let through: they may be touched. */
  readonly window?: TimeWindow | undefined;
  /** First 48 bits of a digest. Records without a digest do not match. */
  readonly digest?: number | undefined;
}

/** Rebuilds records block by block; one for each sequence of blocks of one segment. */
export class BlockScan {
  readonly #filter: RecordFilter;
  readonly #key = Buffer.alloc(MAX_KEY);
  #host = '';
  #origins: (string | undefined)[] = [];
  #hostLength = -1;

  constructor(filter: RecordFilter) {
    this.#filter = filter;
  }

  /** The records of a block that the filter lets through, in order of their keys. */
  records(block: Block): FoundRecord[] {
    const { from, to, window, digest } = this.#filter;
    const key = this.#key;
    const { suffixes, commons, lengths } = block;
    const found: FoundRecord[] = [];
    let suffix = 0;
    this.#hostLength = -1;
    // Where the block begins in the range no key is compared with its beginning, and likewise at the end.
    let checkFrom = from !== undefined;
    let first = true;
    for (let i = 0; i < block.count; i++) {
      const common = commons[i] ?? 0;
      const length = common + (lengths[i] ?? 0);
      for (let k = common; k < length; k++) key[k] = suffixes[suffix++] ?? 0;
      if (common <= this.#hostLength) this.#hostLength = -1;
      if (checkFrom && from) {
        if (compareKeys(key, length, from, from.length) < 0) continue;
        checkFrom = false;
      }
      if (to && this.#reached(to, common, length, first)) break;
      first = false;
      const time = block.timeAt(i);
      if (window && time !== 0 && (time < window.from || time > window.to)) continue;
      const hash = block.digestAt(i);
      if (digest !== undefined && hash !== digest) continue;
      const source = block.sourceAt(i);
      found.push({ url: this.#url(length, source & 3), time, digest: hash, source: source >>> 2 });
    }
    return found;
  }

  #shared = 0;

  /** Whether the key is at or after the end; looks at bytes only where the last answer may have changed. */
  #reached(to: Uint8Array, common: number, length: number, first: boolean): boolean {
    if (!first && common > this.#shared) return false;
    const end = Math.min(length, to.length);
    let i = first ? 0 : common;
    while (i < end && this.#key[i] === to[i]) i++;
    this.#shared = i;
    if (i === end) return length >= to.length;
    return (this.#key[i] ?? 0) > (to[i] ?? 0);
  }

  #url(length: number, scheme: number): string {
    const key = this.#key;
    if (key[0] === NO_HOST) return key.toString('latin1', 1, length);
    if (this.#hostLength < 0) {
      this.#hostLength = key.subarray(0, length).indexOf(HOST_END);
      const host = key.toString('latin1', 0, this.#hostLength);
      if (host !== this.#host) {
        this.#host = host;
        this.#origins = [];
      }
    }
    let origin = this.#origins[scheme];
    if (origin === undefined) {
      origin = originOfKey(this.#host, scheme);
      this.#origins[scheme] = origin;
    }
    return origin + key.toString('latin1', this.#hostLength + 1, length);
  }
}
