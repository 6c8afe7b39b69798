/** The work of one parsing thread on one program file, wherever it runs. */
import { useWasmDirectory } from './code/parser.ts';
import { examine } from './examine.ts';
import { SCANNERS } from './registry.ts';
import type { FileResult } from './types.ts';

/** What goes to a thread. */
export interface WorkerTask {
  readonly scanners: readonly string[];
  readonly path: string;
  readonly size: number;
  readonly digest?: `sha256:${string}`;
  readonly text: string;
  readonly wasmDir?: string;
}

/** What comes back. */
export interface WorkerAnswer {
  readonly result: FileResult;
}

export function isWorkerAnswer(value: unknown): value is WorkerAnswer {
  return typeof value === 'object' && value !== null && 'result' in value;
}

export async function work(task: WorkerTask): Promise<FileResult> {
  if (task.wasmDir !== undefined) useWasmDirectory(task.wasmDir);
  return examine(
    SCANNERS.filter((one) => task.scanners.includes(one.name)),
    {
      path: task.path,
      size: task.size,
      ...(task.digest === undefined ? {} : { digest: task.digest }),
      head: Buffer.alloc(0),
      text: task.text,
    },
  );
}
