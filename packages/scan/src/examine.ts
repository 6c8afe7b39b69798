/** Runs the scanners on one file. Everything that goes wrong inside a scanner becomes an unknown about that file. */
import { reasonOf } from './data-file.ts';
import { spellsInNumbers } from './escapes.ts';
import { SCANNERS } from './registry.ts';
import { emptyResult, type FileResult, type Scanner, type SourceFile } from './types.ts';
import { Words } from './words.ts';

export function scannersFor(path: string): Scanner[] {
  return SCANNERS.filter((one) => one.wants(path));
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
