/** Every reader, on seeded mutations of good files: rows, or an error with a code; never a crash, never a hang. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CustosError } from '@custos/core';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, it } from 'vitest';
import { folder } from '../testing/build.fixture.ts';
import { mutations } from '../testing/mutate.ts';
import { cdx, cdxj } from './cdx.ts';
import { croissantRows, datasetCardRows, dvcRows, openLineageRows } from './documents.ts';
import { jsonLines, urlList } from './lists.ts';
import { parquet } from './parquet.ts';
import type { ImportRow, Rows } from './row.ts';
import { separated } from './separated.ts';
import { WarcReader, warc } from './warc.ts';

const WARC =
  'WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/a\r\nWARC-Date: 2024-03-05T10:00:00Z\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n'.repeat(
    4,
  );
const JSONL = '{"url":"https://example.org/a","timestamp":"2024-03-05T10:00:00Z"}\n'.repeat(5);
const CSV = `url,timestamp\n${'"https://example.org/a,b",2024-03-05\n'.repeat(5)}`;
const PARQUET = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      { name: 'url', data: Array.from({ length: 50 }, (_, i) => `https://example.org/${i}`), type: 'STRING' },
      { name: 'time', data: Array.from({ length: 50 }, (_, i) => BigInt(1_700_000_000 + i)), type: 'INT64' },
    ],
  }),
);
const CROISSANT = JSON.stringify({
  '@type': 'sc:Dataset',
  name: 'x',
  distribution: [
    { '@type': 'cr:FileObject', '@id': 'f', contentUrl: 'https://example.org/a', encodingFormat: 'text/csv' },
  ],
});
const EVENT = JSON.stringify({
  eventType: 'COMPLETE',
  eventTime: '2024-03-05T10:00:00Z',
  run: { runId: 'x' },
  inputs: [{ namespace: 's3://b', name: 'n', facets: { dataSource: { uri: 'https://example.org/a' } } }],
});

const one = (read: (path: string) => { rows: readonly ImportRow[] }) =>
  async function* (path: string): Rows {
    yield read(path).rows;
  };

const cases: [string, Buffer | string, (path: string) => Rows, number][] = [
  ['warc', WARC, warc, 300],
  ['warc.gz', gzipSync(WARC), warc, 200],
  ['jsonl', JSONL, (path) => jsonLines(path, {}), 300],
  ['csv', CSV, (path) => separated(path, {}, ','), 300],
  ['urls', 'https://example.org/a\n'.repeat(5), urlList, 150],
  ['cdxj', 'org,example)/a 20240305100000 {"url": "https://example.org/a"}\n'.repeat(3), cdxj, 250],
  [
    'cdx',
    ' CDX N b a m s k r M S V g\norg,example)/a 20240305100000 https://example.org/a text/html 200 - - - 5 6 f\n',
    cdx,
    250,
  ],
  ['parquet', PARQUET, (path) => parquet(path, {}, 3000), 150],
  ['croissant', CROISSANT, one(croissantRows), 300],
  ['card', '---\nlicense: [mit]\nsource_datasets:\n- a/b\n---\ntext', one(datasetCardRows), 300],
  [
    'dvc',
    'deps:\n- path: https://example.org/b\nouts:\n- md5: d41d8cd98f00b204e9800998ecf8427e\n  path: b\n',
    one(dvcRows),
    300,
  ],
  ['openlineage', `${EVENT}\n${EVENT}\n`, one(openLineageRows), 300],
];

it.each(cases)('%s', async (name, good, read, count) => {
  const path = join(folder(), `x.${name}`);
  let errors = 0;
  for (const bytes of mutations(Buffer.from(good), count, name.length * 7919)) {
    writeFileSync(path, bytes);
    try {
      for await (const rows of read(path))
        for (const row of rows) {
          expect(row.line).toBeGreaterThanOrEqual(0);
          expect(Number.isSafeInteger(row.time) && row.time >= 0 && row.time < 2 ** 32).toBe(true);
          expect(Number.isSafeInteger(row.digest) && row.digest >= 0 && row.digest < 2 ** 48).toBe(true);
        }
    } catch (error) {
      if (!(error instanceof CustosError))
        throw new Error(`${name}: ${String(error)} for ${bytes.toString('base64').slice(0, 400)}`, {
          cause: error,
        });
      errors++;
    }
  }
  expect(errors).toBeLessThan(count);
});

it('WARC gives the same rows however its bytes are cut into pieces', () => {
  const rowsOf = (pieces: Buffer[]) => {
    const reader = new WarcReader();
    return [...pieces.flatMap((piece) => reader.feed(piece)), ...reader.end()];
  };
  for (const bytes of mutations(Buffer.from(WARC), 200, 17)) {
    const single = Array.from(bytes, (byte) => Buffer.of(byte));
    expect(rowsOf(single)).toEqual(rowsOf([bytes]));
  }
});

it('a Parquet file that keeps a decoder busy for ever is given up', async () => {
  // A mutation found by this fuzzing: lengths of runs that never fill the page.
  const path = join(folder(), 'endless.parquet');
  for (const bytes of mutations(PARQUET, 77, 12_345)) writeFileSync(path, bytes);
  const read = async () => {
    for await (const rows of parquet(path, {}, 1000)) void rows;
  };
  await expect(read()).rejects.toMatchObject({ message: expect.stringMatching(/not decoded in 1 seconds/) });
});
