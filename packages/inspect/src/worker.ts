/** Entry of a worker thread; built into `inspect-worker.mjs`. */
import { parentPort } from 'node:worker_threads';
import { type InspectAnswer, type InspectTask, inspectFile } from './work.ts';

parentPort?.on('message', (task: InspectTask) => {
  const answer: InspectAnswer = { inspection: inspectFile(task) };
  parentPort?.postMessage(answer);
});
