/** Small indexes for tests, in a folder of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type BuildOptions, IndexBuilder } from '../index/builder.ts';
import type { Manifest } from '../index/manifest.ts';
import { aSourceInfo } from './source-info.ts';

export { aSourceInfo as aSource };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'custos-provenance-'));
  folders.push(made);
  return made;
}

export interface TestRecord {
  url: string;
  time: number;
  digest: number;
  /** Which of the sources of this build. */
  source: number;
}

/** Adds records to the index in a folder, with buffers so small that there are many runs and segments. */
export async function addRecords(
  dir: string,
  records: readonly TestRecord[],
  options: BuildOptions = { runBytes: 48 * 500, segmentRecords: 3000 },
): Promise<Manifest> {
  const builder = new IndexBuilder(dir, options);
  const count = Math.max(0, ...records.map(({ source }) => source)) + 1;
  const numbers = Array.from({ length: count }, (_, i) => builder.addSource(aSourceInfo(`dataset:d${i}`)));
  for (const { url, time, digest, source } of records) {
    if (builder.full) await builder.drain();
    const refused = builder.add(url, time, digest, numbers[source] ?? 0);
    if (refused < 0) throw new Error(`${url} was refused: ${refused}`);
  }
  return builder.finish();
}
