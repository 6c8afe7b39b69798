/** Records in memory before they are sorted: keys end to end in one buffer, the other columns in typed arrays. */
import { MAX_KEY, writeUrlKey } from '../url/url-key.ts';

/** Columns as they cross to a worker thread. */
export interface RunColumns {
  readonly count: number;
  readonly keys: Uint8Array;
  readonly offsets: Uint32Array;
  readonly lengths: Uint16Array;
  readonly times: Uint32Array;
  readonly digestHigh: Uint32Array;
  readonly digestLow: Uint16Array;
  readonly sources: Uint32Array;
}

/** Largest source number: two bits of 32 hold the scheme. */
export const MAX_SOURCE = 2 ** 30 - 1;

export class RunBuffer {
  readonly keys: Uint8Array;
  readonly offsets: Uint32Array;
  readonly lengths: Uint16Array;
  readonly times: Uint32Array;
  readonly digestHigh: Uint32Array;
  readonly digestLow: Uint16Array;
  readonly sources: Uint32Array;
  count = 0;
  used = 0;

  /** @param room bytes for keys, with room for one record per 48 of them; or the columns of an earlier buffer, for use again */
  constructor(room: number | RunColumns) {
    if (typeof room !== 'number') {
      this.keys = room.keys;
      this.offsets = room.offsets;
      this.lengths = room.lengths;
      this.times = room.times;
      this.digestHigh = room.digestHigh;
      this.digestLow = room.digestLow;
      this.sources = room.sources;
      return;
    }
    const records = Math.max(1, Math.floor(room / 48));
    this.keys = new Uint8Array(room + MAX_KEY);
    this.offsets = new Uint32Array(records);
    this.lengths = new Uint16Array(records);
    this.times = new Uint32Array(records);
    this.digestHigh = new Uint32Array(records);
    this.digestLow = new Uint16Array(records);
    this.sources = new Uint32Array(records);
  }

  get full(): boolean {
    return this.count === this.offsets.length || this.used + MAX_KEY > this.keys.length;
  }

  /**
   * Adds a record; the buffer must not be {@link full}.
   * @param seconds since 1970 in UTC; 0 when the time is unknown
   * @param digest its first 48 bits; 0 when it is unknown
   * @returns 0, or a negative {@link writeUrlKey} problem, in which case nothing was added
   */
  add(url: string, seconds: number, digest: number, source: number): number {
    const made = writeUrlKey(url, this.keys, this.used);
    if (made < 0) return made;
    const at = this.count++;
    this.offsets[at] = this.used;
    this.lengths[at] = made >> 2;
    this.times[at] = seconds;
    this.digestHigh[at] = digest / 65536;
    this.digestLow[at] = digest & 0xffff;
    this.sources[at] = source * 4 + (made & 3);
    this.used += made >> 2;
    return 0;
  }

  columns(): RunColumns {
    const { count, keys, offsets, lengths, times, digestHigh, digestLow, sources } = this;
    return { count, keys, offsets, lengths, times, digestHigh, digestLow, sources };
  }
}

/** What a message hands over instead of copying. */
export function transferable(columns: RunColumns): ArrayBuffer[] {
  const { keys, offsets, lengths, times, digestHigh, digestLow, sources } = columns;
  return [keys, offsets, lengths, times, digestHigh, digestLow, sources].flatMap(({ buffer }) =>
    buffer instanceof ArrayBuffer ? [buffer] : [],
  );
}
