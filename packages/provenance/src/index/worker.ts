/** Thread of a build: one task at a time, answered with its result or with why it failed. */
import { parentPort } from 'node:worker_threads';
import { transferable } from './run-buffer.ts';
import { perform, type Task, type TaskResult } from './tasks.ts';

/** What a thread answers. An error keeps its code, for what the system says of a full disk. */
export type Answer =
  | { readonly ok: true; readonly result: TaskResult }
  | { readonly ok: false; readonly message: string; readonly code: string | undefined };

export function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean';
}

parentPort?.on('message', (task: Task) => {
  let answer: Answer;
  try {
    answer = { ok: true, result: perform(task) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    answer = { ok: false, message: error instanceof Error ? error.message : String(error), code };
  }
  const columns = answer.ok && answer.result.kind === 'sort' ? answer.result.columns : undefined;
  parentPort?.postMessage(answer, columns ? transferable(columns) : []);
});
