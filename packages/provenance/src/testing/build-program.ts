/**
 * A build in a process of its own, to be killed or starved: `build-program.ts FOLDER RECORDS [die]`. Says `sorted` after the
 * first run. With `die` it merges everything and kills itself just before the manifest would be replaced.
 */
import { IndexBuilder } from '../index/builder.ts';
import { aSourceInfo } from './source-info.ts';
import { SyntheticUrls } from './synthetic-urls.ts';

const [dir = '', count = '0', die] = process.argv.slice(2);
const urls = new SyntheticUrls(Number(count));
const builder = new IndexBuilder(dir, { runBytes: 2_000_000, ...(die ? { maxBuilds: 1 } : {}) });
try {
  const source = builder.addSource(aSourceInfo('dataset:big'));
  for (let i = 0; i < Number(count); i++) {
    if (builder.full) {
      await builder.drain();
      process.stdout.write('sorted\n');
    }
    builder.add(urls.url(i), 1_700_000_000, i + 1, source);
  }
  await builder.finish(async () => {
    if (die) process.kill(process.pid, 'SIGKILL');
  });
} catch (error) {
  await builder.abort();
  process.stderr.write(
    `${error instanceof Error && 'code' in error ? String(error.code) : ''} ${String(error)}\n`,
  );
  process.exitCode = 2;
}
