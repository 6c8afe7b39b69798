/** Thread of a build: one task at a time, answered with its result or with why it failed. */
import { parentPort } from 'node:worker_threads';
import { transferable } from './run-buffer.ts';
import { type Answer, perform, type Task } from './tasks.ts';

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
