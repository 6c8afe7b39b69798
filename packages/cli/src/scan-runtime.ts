/** Where scan and inspection find their workers: beside the bundle; from source they have none. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

type Runtime = { workerUrl?: URL };

export function scanRuntime(): Runtime {
  return runtime('scan-worker.mjs');
}

export function inspectRuntime(): Runtime {
  return runtime('inspect-worker.mjs');
}

function runtime(name: string): Runtime {
  const worker = join(dirname(fileURLToPath(import.meta.url)), name);
  return existsSync(worker) ? { workerUrl: pathToFileURL(worker) } : {};
}
