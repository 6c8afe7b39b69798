/** Entry of a worker thread; built into `scan-worker.mjs`. */
import { parentPort } from 'node:worker_threads';
import { type WorkerAnswer, type WorkerTask, work } from './work.ts';

parentPort?.on('message', async (task: WorkerTask) => {
  const answer: WorkerAnswer = { result: await work(task) };
  parentPort?.postMessage(answer);
});
