/** A build in a process of its own, to be killed or starved: `build-program.ts FOLDER RECORDS`. Says `sorted` after the first run. */
import { IndexBuilder } from '../index/builder.ts';
import { aSourceInfo } from './source-info.ts';
import { SyntheticUrls } from './synthetic-urls.ts';

const [dir = '', count = '0'] = process.argv.slice(2);
const urls = new SyntheticUrls(Number(count));
const builder = new IndexBuilder(dir, { runBytes: 2_000_000 });
try {
  const source = builder.addSource(aSourceInfo('dataset:big'));
  for (let i = 0; i < Number(count); i++) {
    if (builder.full) {
      await builder.drain();
      process.stdout.write('sorted\n');
    }
    builder.add(urls.url(i), 1_700_000_000, i + 1, source);
  }
  await builder.finish();
} catch (error) {
  await builder.abort();
  process.stderr.write(
    `${error instanceof Error && 'code' in error ? String(error.code) : ''} ${String(error)}\n`,
  );
  process.exitCode = 2;
}
