/** Inspection of bytes, as tests ask for it. */
import { inspectSource } from '../inspect.ts';
import type { Limits } from '../limits.ts';
import { BytesSource } from '../sources.ts';
import type { FileInspection } from '../types.ts';

export function inspectBytes(bytes: Uint8Array, path = 'model.pkl', limits?: Limits): FileInspection {
  return inspectSource(new BytesSource(bytes, path), limits === undefined ? {} : { limits });
}

/** Rules of the findings that count, each once, sorted. */
export function rulesOf(result: FileInspection): string[] {
  return [...new Set(result.findings.filter((one) => one.weight !== 'info').map((one) => one.rule))].sort();
}
