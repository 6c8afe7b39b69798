/** The look at one file, in whatever thread: read it, run the scanners that want it, say what could not be read. */
import { examine, interested, scannersOf } from './examine.ts';
import { type ReadBytes, readSource } from './read.ts';
import { emptyResult, type FileResult, type TreeFile } from './types.ts';

export interface LookTask {
  readonly file: TreeFile;
  /** The scanners that want it: bits of `wantedBy`. */
  readonly wanted: number;
  /** Name of the content that a result is known for. */
  readonly known?: string;
  /** The bytes, where they do not lie on disk under the file's own path. */
  readonly bytes?: Uint8Array;
}

export interface LookAnswer {
  /** SHA-256 of the content, or the git blob id; '' where it was not hashed. */
  readonly content: string;
  /** Bytes that were looked into. */
  readonly bytes: number;
  /** JSON of a FileResult; '' for one with nothing in it, undefined where the known result holds. */
  readonly result: string | undefined;
  /** True where another look may see more: it must not be remembered. */
  readonly passing?: boolean;
}

/** Never rejects for anything that the file is or holds. */
export async function look(task: LookTask, read: ReadBytes): Promise<LookAnswer> {
  const { file } = task;
  const scanners = scannersOf(task.wanted);
  const textual = scanners.some((one) => one.reads !== 'head');
  try {
    const { source, problem } = await readSource(read, file, textual);
    const content = file.contentName ?? source.digest ?? '';
    if (content !== '' && content === task.known) return { content, bytes: source.size, result: undefined };
    const able = source.content === undefined ? scanners.filter((one) => one.reads === 'head') : scanners;
    const result = await examine(interested(able, source), source);
    if (problem !== undefined && (problem.code !== 'binary' || result.assets.length === 0)) {
      result.unknowns.push({ scanner: 'reader', ...problem, location: { path: file.path } });
    }
    return { content, bytes: source.size, result: pack(result) };
  } catch (error) {
    return lost(file, error);
  }
}

/** Thrown where a file takes longer than it may. */
export class TookTooLong extends Error {
  /** @param limit milliseconds */
  constructor(limit: number) {
    super(`not read within ${limit / 1_000} s`);
  }
}

/** The answer for a file that could not be read to its end. */
export function lost(file: TreeFile, error: unknown): LookAnswer {
  if (error instanceof TookTooLong)
    return notLooked(file.path, 'parse-timeout', `Not decided: ${error.message} (${file.size} bytes).`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
  return notLooked(file.path, 'unreadable', `Cannot be read: ${code}.`);
}

/** The answer for a file that nobody could look into. */
export function notLooked(path: string, code: string, message: string): LookAnswer {
  const result = emptyResult();
  result.unknowns.push({ scanner: 'reader', code, message, location: { path } });
  return { content: '', bytes: 0, result: pack(result), passing: true };
}

function pack(result: FileResult): string {
  const count = result.assets.length + result.edges.length + result.findings.length + result.unknowns.length;
  return count === 0 ? '' : JSON.stringify(result);
}
