/**
 * The provenance index beside LevelDB, in one run and with the same records:
 * `npx tsx bench/provenance-peer.ts FOLDER [records]`, where FOLDER has `classic-level` installed. LevelDB gets what our index
 * keeps (key of the address; time, digest and source), in batches of 10,000, with Snappy, then a compaction. Both answer
 * look-ups of addresses and stream one domain. One thread each: from source our index starts none.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { IndexBuilder } from '../packages/provenance/src/index/builder.ts';
import { IndexReader } from '../packages/provenance/src/index/index-reader.ts';
import { aSourceInfo } from '../packages/provenance/src/testing/source-info.ts';
import { mix, SyntheticUrls } from '../packages/provenance/src/testing/synthetic-urls.ts';
import { domainRange, urlRange } from '../packages/provenance/src/url/from-key.ts';

interface Level {
  open(): Promise<void>;
  close(): Promise<void>;
  batch(operations: { type: 'put'; key: Buffer; value: Buffer }[]): Promise<void>;
  get(key: Buffer): Promise<Buffer | undefined>;
  compactRange(start: Buffer, end: Buffer): Promise<void>;
  iterator(range: { gte: Buffer; lt: Buffer }): {
    nextv(count: number): Promise<unknown[]>;
    close(): Promise<void>;
  };
}
interface LevelModule {
  ClassicLevel: new (dir: string, options: object) => Level;
}

const [peer = '.', count = '1000000'] = process.argv.slice(2);
const RECORDS = Number(count);
const LOOKUPS = 5000;
const { ClassicLevel }: LevelModule = createRequire(join(resolve(peer), 'x.js'))('classic-level');
const urls = new SyntheticUrls(RECORDS);
const time = (n: number) => 1_700_000_000 + (mix(n) % 1_000_000);
const digest = (n: number) => mix(n + 3) * 65_536 + (mix(n + 4) & 0xffff);
const home = mkdtempSync(join(tmpdir(), 'custos-peer-'));
const cpu = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

interface Measured {
  build: number;
  bytes: number;
  lookUp: number;
  stream: number;
}

function sizeOf(dir: string): number {
  return readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
}

/** Processor seconds, so that other work on the machine does not decide. */
async function spent(work: () => Promise<void> | void): Promise<number> {
  const before = cpu();
  await work();
  return cpu() - before;
}

const sample = Array.from({ length: LOOKUPS }, (_, i) => urls.url(mix(i) % RECORDS));

async function ours(): Promise<Measured> {
  const dir = join(home, 'custos');
  const build = await spent(async () => {
    const builder = new IndexBuilder(dir);
    const source = builder.addSource(aSourceInfo());
    for (let n = 0; n < RECORDS; n++) {
      if (builder.full) await builder.drain();
      builder.add(urls.url(n), time(n), digest(n), source);
    }
    await builder.finish();
  });
  const index = new IndexReader(dir);
  let streamed = 0;
  const lookUp = await spent(() => {
    for (const url of sample)
      if ([...index.records(urlRange(url))].length === 0) throw new Error(`${url} is missing`);
  });
  const stream = await spent(() => {
    for (const batch of index.records(domainRange('com'))) streamed += batch.length;
  });
  index.close();
  return {
    build: RECORDS / build,
    bytes: sizeOf(dir) / RECORDS,
    lookUp: (lookUp / LOOKUPS) * 1e3,
    stream: streamed / stream,
  };
}

async function theirs(): Promise<Measured> {
  const dir = join(home, 'level');
  const level = new ClassicLevel(dir, { keyEncoding: 'buffer', valueEncoding: 'buffer', compression: true });
  await level.open();
  const build = await spent(async () => {
    for (let n = 0; n < RECORDS; ) {
      const operations: { type: 'put'; key: Buffer; value: Buffer }[] = [];
      for (let i = 0; i < 10_000 && n < RECORDS; i++, n++) {
        const value = Buffer.alloc(14);
        value.writeUInt32LE(time(n), 0);
        value.writeUIntLE(digest(n), 4, 6);
        operations.push({ type: 'put', key: urlRange(urls.url(n)).from, value });
      }
      await level.batch(operations);
    }
    await level.compactRange(Buffer.of(0), Buffer.of(255));
  });
  const lookUp = await spent(async () => {
    for (const url of sample)
      if (!(await level.get(urlRange(url).from))) throw new Error(`${url} is missing`);
  });
  let streamed = 0;
  const { from, to } = domainRange('com');
  const stream = await spent(async () => {
    const iterator = level.iterator({ gte: from, lt: to });
    for (;;) {
      const batch = await iterator.nextv(2000);
      if (batch.length === 0) break;
      streamed += batch.length;
    }
    await iterator.close();
  });
  await level.close();
  return {
    build: RECORDS / build,
    bytes: sizeOf(dir) / RECORDS,
    lookUp: (lookUp / LOOKUPS) * 1e3,
    stream: streamed / stream,
  };
}

const [a, b] = [await ours(), await theirs()];
rmSync(home, { recursive: true, force: true });
const show = (name: string, mine: number, other: number, unit: string, better: 'more' | 'less') =>
  console.log(
    `${name.padEnd(34)} custos ${mine.toFixed(2)}, LevelDB ${other.toFixed(2)} ${unit}; ratio ${(better === 'more' ? mine / other : other / mine).toFixed(2)}`,
  );
console.log(`${RECORDS} records, processor time, ratio above 1: ours is better`);
show('build', a.build / 1e3, b.build / 1e3, 'thousand records/s', 'more');
show('size (LevelDB: no digest look-up)', a.bytes, b.bytes, 'bytes a record', 'less');
show('look-up', a.lookUp, b.lookUp, 'ms', 'less');
show('a domain', a.stream / 1e6, b.stream / 1e6, 'million records/s', 'more');
