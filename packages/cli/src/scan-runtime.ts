/** Where the scan finds its worker: beside the bundle; from source it has none. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export function scanRuntime(): { workerUrl?: URL } {
  const worker = join(dirname(fileURLToPath(import.meta.url)), 'scan-worker.mjs');
  return existsSync(worker) ? { workerUrl: pathToFileURL(worker) } : {};
}
