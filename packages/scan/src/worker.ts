/** Entry of a worker thread, built into `scan-worker.mjs`: batches of files in, answers out. */
import { parentPort } from 'node:worker_threads';
import { readBelow } from './disk.ts';
import { type LookAnswer, look } from './look.ts';
import type { LookBatch } from './pool.ts';

/** Whole files are read into the same bytes one after the other: fresh ones would have to be made, and cleared away. */
const room = Buffer.allocUnsafeSlow(1024 * 1024);

parentPort?.on('message', async ({ root, tasks }: LookBatch) => {
  const answers: LookAnswer[] = [];
  for (const task of tasks) {
    const { bytes } = task;
    const whole = bytes === undefined ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const answer = await look(task, (file, offset, length) =>
      whole === undefined
        ? readBelow(root, file.path, offset, length, offset === 0 && length === file.size ? room : undefined)
        : whole.subarray(offset, offset + length),
    );
    answers.push(answer);
  }
  parentPort?.postMessage(answers);
});
