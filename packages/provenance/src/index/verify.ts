/** Is an index what was written? Every segment is read whole and compared with its name. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CustosError } from '@custos/core';
import { hashFile } from '@custos/trust';
import { BUILD_DIR, requireManifest, SEGMENT } from './manifest.ts';
import { segmentFile } from './segment-format.ts';

export interface IndexReport {
  readonly segments: number;
  readonly records: number;
  readonly bytes: number;
  readonly problems: readonly string[];
}

/**
 * @returns what is wrong, by file; an empty list means that every byte is the one that was written
 * @throws CustosError NO_INDEX, INDEX_DAMAGED for the manifest itself
 */
export async function verifyIndex(dir: string): Promise<IndexReport> {
  // Listed first: what a build adds meanwhile is marked, or named by the manifest that is read after it.
  const found = list(dir).filter((name) => SEGMENT.test(name));
  const ofBuilds = new Set(list(join(dir, BUILD_DIR)));
  const manifest = requireManifest(dir);
  const problems: string[] = [];
  let records = 0;
  let bytes = 0;
  for (const info of manifest.segments) {
    const name = segmentFile(info.digest);
    records += info.records;
    try {
      const path = join(dir, name);
      bytes += statSync(path).size;
      if ((await hashFile(path)) !== `sha256:${info.digest}`)
        problems.push(`${name}: its content is not what its name says`);
    } catch (error) {
      if (error instanceof CustosError) problems.push(`${name}: ${error.message}`);
      else if (error instanceof Error && 'code' in error)
        problems.push(`${name}: can't be read (${String(error.code)})`);
      else throw error;
    }
  }
  const named = new Set(manifest.segments.map(({ digest }) => segmentFile(digest)));
  for (const name of found)
    if (!named.has(name) && !ofBuilds.has(name) && existsSync(join(dir, name)))
      problems.push(
        `${name}: no manifest names it, so nothing is answered from it; restore the manifest that does, or delete the file`,
      );
  return { segments: manifest.segments.length, records, bytes, problems };
}

function list(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir) : [];
}
