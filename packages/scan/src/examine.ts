/** Runs the scanners on one file. Everything that goes wrong inside a scanner becomes an unknown about that file. */
import { reasonOf } from './data-file.ts';
import { spellsInNumbers } from './escapes.ts';
import { SCANNERS } from './registry.ts';
import { emptyResult, type FileResult, type Scanner, type SourceFile } from './types.ts';
import { Words } from './words.ts';

/** The scanners that want a file, one bit each: asked once, in the main thread, and told to the others. */
export function wantedBy(path: string): number {
  let wanted = 0;
  for (const [index, one] of SCANNERS.entries()) if (one.wants(path)) wanted |= 1 << index;
  return wanted;
}

/** The scanners that the bits of `wantedBy` stand for. */
export function scannersOf(wanted: number): readonly Scanner[] {
  let scanners = byBits.get(wanted);
  if (scanners === undefined) {
    scanners = SCANNERS.filter((_, index) => (wanted & (1 << index)) !== 0);
    byBits.set(wanted, scanners);
  }
  return scanners;
}

const byBits = new Map<number, readonly Scanner[]>();
if (SCANNERS.length > 31) throw new Error('more scanners than a number has bits');

export function scannersFor(path: string): readonly Scanner[] {
  return scannersOf(wantedBy(path));
}

/** Those that have a reason to look inside. */
export function interested(scanners: readonly Scanner[], file: SourceFile): Scanner[] {
  const { content, path } = file;
  if (content === undefined || spellsInNumbers(path, content)) return [...scanners];
  const words = new Words(content);
  return scanners.filter(
    (one) =>
      one.glance?.(words, path) !== false &&
      (one.prefilter === undefined || one.prefilter(file.text ?? '', path, words)),
  );
}

export async function examine(scanners: readonly Scanner[], file: SourceFile): Promise<FileResult> {
  const all = emptyResult();
  for (const scanner of scanners) {
    const one = await runOne(scanner, file);
    all.assets.push(...one.assets);
    all.edges.push(...one.edges);
    all.findings.push(...one.findings);
    all.unknowns.push(...one.unknowns);
  }
  return all;
}

async function runOne(scanner: Scanner, file: SourceFile): Promise<FileResult> {
  try {
    return await scanner.scan(file);
  } catch (error) {
    return {
      ...emptyResult(),
      unknowns: [
        {
          scanner: scanner.name,
          code: 'scanner-error',
          message: `Not decided: ${reasonOf(error)}`,
          location: { path: file.path },
        },
      ],
    };
  }
}
