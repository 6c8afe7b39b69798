/**
 * One instance of the service in a process of its own, for the benches beside this file. Configuration is one line of JSON on
 * standard input; what it says is one line of JSON when it listens.
 */
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { loadSpecification } from '../../packages/engine/src/index.ts';
import { JOBS } from '../../packages/server/src/jobs/index.ts';
import { createLog } from '../../packages/server/src/observability/log.ts';
import { startService } from '../../packages/server/src/service.ts';
import { Keyring, signerFromPem } from '../../packages/trust/src/index.ts';

const Options = z.object({
  url: z.string(),
  schema: z.string(),
  port: z.int(),
  key: z.string(),
  root: z.string(),
  jobs: z.boolean(),
  /** Milliseconds between runs of every job, and a short lease, for chaos. */
  every: z.int().optional(),
});

const [line = ''] = await new Promise<string[]>((resolve) => {
  const lines = createInterface({ input: process.stdin });
  lines.once('line', (text) => resolve([text]));
});
const { url, schema, port, key, root, jobs, every } = Options.parse(JSON.parse(line));
const signer = signerFromPem(key, 'custos.local/bench');
const running = await startService({
  store: { kind: 'postgres', url, schema },
  signer,
  keyring: new Keyring([{ publicKey: signer.publicKey }]),
  specification: await loadSpecification(`${root}/standard/en-304-223`),
  secret: 'only for benches, and long enough for them',
  host: '127.0.0.1',
  port,
  version: '0.0.0',
  training: `${root}/content/training`,
  examples: { dir: `${root}/examples`, names: [] },
  log: createLog({ level: 'error', readable: true, to: process.stderr }),
  jobs,
  webhooksPrivate: true,
  ...(every === undefined
    ? {}
    : {
        jobOptions: {
          tick: 100,
          lease: 2000,
          atOnce: 4,
          jobs: JOBS.map(({ hour: _, ...job }) => ({ ...job, every })),
        },
      }),
});
process.stdout.write(`${JSON.stringify({ url: running.url, setUpUrl: running.setUpUrl })}\n`);
process.once('SIGTERM', () => void running.stop().then(() => process.exit(0)));
