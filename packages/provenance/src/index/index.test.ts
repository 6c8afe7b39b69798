import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { addRecords, folder, type TestRecord } from '../testing/build.fixture.ts';
import { mix, SyntheticUrls } from '../testing/synthetic-urls.ts';
import { domainRange, normalUrl, urlRange } from '../url/from-key.ts';
import { IndexReader } from './index-reader.ts';
import type { FoundRecord, RecordFilter } from './scan-blocks.ts';
import { verifyIndex } from './verify.ts';

const urls = new SyntheticUrls(6000, 7);

function made(count: number, seed: number): TestRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const r = mix(i * 31 + seed);
    return {
      url: urls.url(r % 6000),
      time: r % 11 === 0 ? 0 : 1_700_000_000 + (mix(r) % 10_000_000),
      digest: r % 7 === 0 ? 0 : mix(r + 1) * 65_536 + (mix(r + 2) & 0xffff),
      source: r % 3,
    };
  });
}

const line = ({ url, time, digest, source }: FoundRecord | TestRecord) =>
  `${url} ${time} ${digest} ${source}`;

function ask(dir: string, filter: RecordFilter): string[] {
  const index = new IndexReader(dir);
  try {
    return [...index.records(filter)].flat().map(line).sort();
  } finally {
    index.close();
  }
}

const sameHost = (url: string, domain: string) => {
  const { hostname } = new URL(url);
  return hostname === domain || hostname.endsWith(`.${domain}`);
};

it('answers as a list of all records would, over many runs, segments and builds', async () => {
  const dir = folder();
  const all = new Set<string>();
  const records: TestRecord[] = [];
  for (let build = 0; build < 3; build++) {
    const batch = made(4000, build * 1000);
    const manifest = await addRecords(dir, batch);
    expect(manifest.segments.length).toBeGreaterThan(build + 1);
    for (const record of batch) {
      const kept = { ...record, source: record.source + build * 3 };
      if (!all.has(line(kept))) records.push(kept);
      all.add(line(kept));
    }
  }
  const expected = (where: (record: TestRecord) => boolean) => records.filter(where).map(line).sort();
  expect(ask(dir, {})).toEqual(expected(() => true));
  for (const record of records.filter((_, i) => i % 197 === 0)) {
    expect(ask(dir, urlRange(record.url))).toEqual(
      expected(({ url }) => url.replace(/^http:/, 'https:') === record.url.replace(/^http:/, 'https:')),
    );
    if (record.digest !== 0)
      expect(ask(dir, { digest: record.digest })).toEqual(expected(({ digest }) => digest === record.digest));
  }
  const window = { from: 1_702_000_000, to: 1_704_000_000 };
  const within = ({ time }: TestRecord) => time === 0 || (time >= window.from && time <= window.to);
  expect(ask(dir, { window })).toEqual(expected(within));
  const domains = [
    ...new Set(
      records
        .slice(0, 40)
        .flatMap(({ url }) => [new URL(url).hostname, new URL(url).hostname.split('.').slice(1).join('.')]),
    ),
  ];
  for (const domain of domains) {
    expect(ask(dir, domainRange(domain))).toEqual(expected(({ url }) => sameHost(url, domain)));
    expect(ask(dir, { ...domainRange(domain), window })).toEqual(
      expected((record) => sameHost(record.url, domain) && within(record)),
    );
  }
  expect(ask(dir, urlRange('https://nowhere.example/'))).toEqual([]);
  expect(ask(dir, { digest: 12_345 })).toEqual([]);
  expect((await verifyIndex(dir)).problems).toEqual([]);
});

it('merges builds into one without losing or doubling a record', async () => {
  const dir = folder();
  for (let build = 0; build < 4; build++)
    await addRecords(dir, made(1500, build), { runBytes: 48 * 400, segmentRecords: 800 });
  const before = ask(dir, {});
  const manifest = await addRecords(dir, [], { maxBuilds: 1, segmentRecords: 2000 });
  expect(new Set(manifest.segments.map(({ build }) => build)).size).toBe(1);
  expect(ask(dir, {})).toEqual(before);
  expect(readdirSync(dir).filter((name) => name.endsWith('.seg'))).toHaveLength(manifest.segments.length);
});

it('keeps every record of one address that fills many blocks', async () => {
  const dir = folder();
  const records = Array.from({ length: 9000 }, (_, i) => ({
    url: 'https://example.com/feed',
    time: 1_700_000_000 + i,
    digest: i + 1,
    source: 0,
  }));
  await addRecords(dir, records);
  expect(ask(dir, urlRange('https://example.com/feed'))).toHaveLength(9000);
  expect(ask(dir, { digest: 8999 })).toHaveLength(1);
});

it('keeps a repeated record once', async () => {
  const dir = folder();
  const record = { url: 'https://example.com/a', time: 1_700_000_000, digest: 5, source: 0 };
  await addRecords(dir, [record, record, { ...record, time: 0 }, record]);
  expect(ask(dir, {})).toHaveLength(2);
});

it('holds addresses of every length', async () => {
  const dir = folder();
  const records = [1, 254, 255, 256, 511, 4000, 8000].map((length) => ({
    url: `https://example.com/${'x'.repeat(length)}`,
    time: 2 ** 32 - 1,
    digest: 2 ** 48 - 1,
    source: 0,
  }));
  await addRecords(dir, records);
  for (const { url } of records) expect(ask(dir, urlRange(url))).toHaveLength(1);
  expect(normalUrl(records[3]?.url ?? '')).toBe(records[3]?.url);
});

it('is the same bytes for the same records', async () => {
  const [one, two] = [folder(), folder()];
  const digests = await Promise.all(
    [one, two].map(async (dir) =>
      (await addRecords(dir, made(5000, 1))).segments.map(({ digest }) => digest),
    ),
  );
  expect(digests[0]).toEqual(digests[1]);
});
