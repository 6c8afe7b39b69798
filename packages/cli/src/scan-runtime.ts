/** Where the scan finds its worker and grammars: beside the bundle, or its own defaults when run from source. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export function scanRuntime(): { workerUrl?: URL; wasmDir?: string } {
  const here = dirname(fileURLToPath(import.meta.url));
  const worker = join(here, 'scan-worker.mjs');
  const grammars = join(here, 'grammars');
  return {
    ...(existsSync(worker) ? { workerUrl: pathToFileURL(worker) } : {}),
    ...(existsSync(grammars) ? { wasmDir: grammars } : {}),
  };
}
