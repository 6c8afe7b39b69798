/** The work of one inspecting thread on one file, wherever it runs. */
import { inspectSource } from './inspect.ts';
import type { Limits } from './limits.ts';
import { FileSource } from './sources.ts';
import type { FileInspection } from './types.ts';
import { verdictOf } from './verdict.ts';

/** What goes to a thread. */
export interface InspectTask {
  readonly path: string;
  readonly limits?: Limits;
}

/** What comes back. */
export interface InspectAnswer {
  readonly inspection: FileInspection;
}

export function isInspectAnswer(value: unknown): value is InspectAnswer {
  return typeof value === 'object' && value !== null && 'inspection' in value;
}

/** Never throws: what can not be opened or read is not inspected. */
export function inspectFile(task: InspectTask): FileInspection {
  let source: FileSource;
  try {
    source = new FileSource(task.path);
  } catch (error) {
    return uninspected(
      task.path,
      0,
      `can not be opened: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  try {
    return inspectSource(source, task.limits === undefined ? {} : { limits: task.limits });
  } catch (error) {
    return uninspected(
      task.path,
      source.size,
      `could not be inspected: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    source.close();
  }
}

/** A file about which nothing can be said, and why. */
export function uninspected(path: string, size: number, why: string): FileInspection {
  const coverage = { bytes: 0, total: size, members: 0, of: 1, skipped: [{ member: path, why }] };
  return { path, format: 'unknown', size, findings: [], coverage, verdict: verdictOf([], coverage) };
}
