/**
 * The provenance index at size: `npx tsx bench/provenance.ts [--records 100000000] [--dir DIR] [--keep]`.
 * Builds an index of made-up but crawl-like records in one go, then looks records up, streams domains over time windows
 * and samples keys. `--keep` leaves the index in DIR, and `--reuse` asks it again without building. With `--peer FOLDER`, the folder of an installed `classic-level`, the same records (2 million) also go
 * into LevelDB, and ratios are printed.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { IndexBuilder } from '../packages/provenance/src/index/builder.ts';
import { IndexReader } from '../packages/provenance/src/index/index-reader.ts';
import {
  type Manifest,
  requireManifest,
  type SourceInfo,
} from '../packages/provenance/src/index/manifest.ts';
import { segmentFile } from '../packages/provenance/src/index/segment-format.ts';
import { mix, SyntheticUrls } from '../packages/provenance/src/testing/synthetic-urls.ts';
import { domainRange, urlRange } from '../packages/provenance/src/url/from-key.ts';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '5000000' },
    dir: { type: 'string' },
    keep: { type: 'boolean' },
    reuse: { type: 'boolean' },
    peer: { type: 'string' },
  },
});
const RECORDS = Number(values.records);
const SOURCES = 16;
const CRAWL_SECONDS = 14 * 86_400;
const FIRST = Date.UTC(2024, 0, 1) / 1000;
const LOOKUPS = 20_000;

const urls = new SyntheticUrls(RECORDS);
const source = (n: number) => Math.floor((n / RECORDS) * SOURCES);
/** Crawls last two weeks each, one a month; one record in 50 has no time. */
const time = (n: number) =>
  n % 50 === 7 ? 0 : FIRST + source(n) * 30 * 86_400 + (mix(n + 5) % CRAWL_SECONDS);
const digest = (n: number) => mix(n ^ 0x51ed270b) * 65_536 + (mix(n + 77) & 0xffff);

function sourceInfo(number: number): SourceInfo {
  return {
    dataset: `dataset:crawl-${number}`,
    visibility: 'public',
    acquisition: 'Made-up records for a benchmark',
    file: `crawl-${number}`,
    format: 'jsonl',
    importedAt: '2026-01-01T00:00:00Z',
    rows: RECORDS / SOURCES,
    rowsWithSource: RECORDS / SOURCES,
    rowsWithTime: RECORDS / SOURCES,
    rowsWithDigest: RECORDS / SOURCES,
    refused: {},
    minTime: FIRST,
    maxTime: FIRST,
    origins: [],
    usedIn: [],
  };
}

const dir = values.dir ?? mkdtempSync(join(tmpdir(), 'custos-provenance-'));
const worker = join(dir, 'provenance-worker.mjs');
await build({
  entryPoints: [join(import.meta.dirname, '../packages/provenance/src/index/worker.ts')],
  outfile: worker,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 200);
const seconds = (since: number) => (performance.now() - since) / 1000;
/** Processor seconds of all threads: what the work costs when the machine is shared. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
const line = (name: string, value: string) => console.log(`${name.padEnd(44)} ${value}`);
const million = (n: number) => `${(n / 1e6).toFixed(2)} M`;

async function generatorCost(): Promise<number> {
  const start = performance.now();
  const sample = Math.min(RECORDS, 500_000);
  let sum = 0;
  for (let n = 0; n < sample; n++) sum += urls.url(n).charCodeAt(9) + time(n) + digest(n) + source(n);
  return sum > 0 ? seconds(start) / sample : 0;
}

async function buildIndex(): Promise<Manifest> {
  const builder = new IndexBuilder(dir, { workerUrl: pathToFileURL(worker) });
  for (let i = 0; i < SOURCES; i++) builder.addSource(sourceInfo(i));
  for (let n = 0; n < RECORDS; n++) {
    if (builder.full) await builder.drain();
    if (builder.add(urls.url(n), time(n), digest(n), source(n)) < 0)
      throw new Error(`refused ${urls.url(n)}`);
  }
  const read = seconds(started);
  const manifest = await builder.finish();
  line('  records in and sorted runs out', `${read.toFixed(1)} s`);
  return manifest;
}

function percentiles(of: number[]): string {
  of.sort((a, b) => a - b);
  const at = (q: number) => (of[Math.min(of.length - 1, Math.floor(of.length * q))] ?? 0).toFixed(3);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
}

function lookUps(index: IndexReader, name: string, of: 'url' | 'digest', count: number): void {
  const times: number[] = [];
  const cpuTimes: number[] = [];
  let missed = 0;
  for (let i = 0; i < count; i++) {
    const n = Math.floor((mix(i + 4242) / 2 ** 32) * RECORDS);
    const url = urls.url(n);
    const wanted = digest(n);
    const start = performance.now();
    const cpuStart = cpu();
    const filter = of === 'url' ? urlRange(url) : { digest: wanted };
    const found = [...index.records(filter)].flat();
    times.push(performance.now() - start);
    cpuTimes.push((cpu() - cpuStart) * 1000);
    if (
      !found.some((r) => r.url === url && r.digest === wanted && r.time === time(n) && r.source === source(n))
    )
      missed++;
  }
  line(name, `${percentiles(times)}; ${count - missed} of ${count} found`);
  line('  processor time alone', percentiles(cpuTimes));
  if (missed > 0) process.exitCode = 1;
}

function streams(index: IndexReader): void {
  const window = { from: FIRST + 3 * 30 * 86_400, to: FIRST + 12 * 30 * 86_400 };
  let records = 0;
  let scanned = 0;
  const start = performance.now();
  for (const tld of ['com', 'org', 'de']) {
    const range = domainRange(tld);
    for (const batch of index.records({ ...range, window })) records += batch.length;
    if (records > 20_000_000) break;
  }
  const streamed = seconds(start);
  const again = performance.now();
  for (const batch of index.records(domainRange('org'))) scanned += batch.length;
  line('domain over a time window', `${million(records / streamed)} records/s (${million(records)} records)`);
  line(
    'domain without a window',
    `${million(scanned / seconds(again))} records/s (${million(scanned)} records)`,
  );
}

const generator = await generatorCost();
const started = performance.now();
const cpuBefore = cpu();
const manifest = values.reuse === true ? requireManifest(dir) : await buildIndex();
const took = seconds(started);
const cpuTook = cpu() - cpuBefore;
const bytes = manifest.segments.reduce(
  (sum, { digest: name }) => sum + statSync(join(dir, segmentFile(name))).size,
  0,
);
const kept = manifest.segments.reduce((sum, { records }) => sum + records, 0);
line(
  'records',
  `${RECORDS.toLocaleString('en')} (${kept.toLocaleString('en')} distinct), ${manifest.segments.length} segments`,
);
if (values.reuse !== true) {
  line('build', `${took.toFixed(1)} s, ${Math.round(RECORDS / took).toLocaleString('en')} records/s`);
  line('  of which making the records up', `${(generator * RECORDS).toFixed(1)} s`);
  line('  processor time', `${cpuTook.toFixed(1)} s, ${((cpuTook / RECORDS) * 1e6).toFixed(2)} µs a record`);
}
line('size', `${(bytes / kept).toFixed(2)} bytes per URL, ${(bytes / 1e6).toFixed(0)} MB`);
line('peak memory', `${(peak / 1e6).toFixed(0)} MB`);
const index = new IndexReader(dir);
lookUps(index, 'look-up of a URL, first', 'url', Math.min(2000, LOOKUPS));
lookUps(index, 'look-up of a URL', 'url', LOOKUPS);
lookUps(index, 'look-up of a digest', 'digest', LOOKUPS / 4);
streams(index);
index.close();
clearInterval(watch);
if (values.keep !== true) rmSync(dir, { recursive: true, force: true });
