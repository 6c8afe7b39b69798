/** Cuts the space of keys into ranges of about equal work, by samples of the keys that are there. */
import { compareKeys } from './cursor.ts';

export interface Sample {
  readonly key: Uint8Array;
  /** How many records it stands for. */
  readonly records: number;
}

export interface Range {
  /** First key; absent in the first range. */
  readonly from: Uint8Array | undefined;
  /** First key after it; absent in the last range. */
  readonly to: Uint8Array | undefined;
}

/** Ranges that follow one another and cover every key. All records of one key fall into one range. */
export function rangesOf(samples: Sample[], recordsPerRange: number): Range[] {
  const total = samples.reduce((sum, { records }) => sum + records, 0);
  const count = Math.max(1, Math.ceil(total / recordsPerRange));
  const sorted = [...samples].sort((a, b) => compareKeys(a.key, a.key.length, b.key, b.key.length));
  const cuts: Uint8Array[] = [];
  let seen = 0;
  for (const { key, records } of sorted) {
    const last = cuts.at(-1);
    const fresh = !last || compareKeys(last, last.length, key, key.length) < 0;
    if (fresh && seen >= ((cuts.length + 1) * total) / count && cuts.length + 1 < count) cuts.push(key);
    seen += records;
  }
  return [undefined, ...cuts].map((from, i) => ({ from, to: cuts[i] }));
}
