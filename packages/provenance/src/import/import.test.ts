import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fixedClock } from '@custos/core';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { IndexBuilder } from '../index/builder.ts';
import { IndexReader } from '../index/index-reader.ts';
import type { FoundRecord } from '../index/scan-blocks.ts';
import { formatDigestPrefix } from '../records/digest-text.ts';
import { formatTime } from '../records/time.ts';
import { folder } from '../testing/build.fixture.ts';
import type { ColumnNames } from './columns.ts';
import { detectFormat, type ImportFormat } from './format.ts';
import { type ImportedFile, importFile } from './import-file.ts';

interface Got extends ImportedFile {
  records: string[];
}

async function imported(
  name: string,
  content: Uint8Array | string,
  more: { format?: ImportFormat; columns?: ColumnNames } = {},
): Promise<Got> {
  const dir = folder();
  const path = join(dir, name);
  writeFileSync(path, content);
  const builder = new IndexBuilder(join(dir, 'index'), { runBytes: 100_000 });
  try {
    const result = await importFile(builder, path, {
      dataset: 'dataset:web',
      visibility: 'public',
      acquisition: 'Fetched for a test of the import',
      usedIn: [],
      format: more.format ?? detectFormat(path),
      columns: more.columns ?? {},
      clock: fixedClock('2026-01-01T00:00:00Z'),
    });
    await builder.finish();
    const index = new IndexReader(join(dir, 'index'));
    const records = [...index.records({})].flat().map(shown).sort();
    index.close();
    return { ...result, records };
  } finally {
    await builder.abort();
  }
}

const shown = ({ url, time, digest }: FoundRecord) =>
  `${url} ${formatTime(time)} ${formatDigestPrefix(digest) || '-'}`;
const EMPTY = createHash('sha256').update('').digest('hex');
const SHA1 = '3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ';

function warcRecord(
  fields: Record<string, string>,
  body = 'HTTP/1.1 200 OK\r\n\r\nhello',
  length = body.length,
): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `WARC/1.1\r\n${lines.join('')}Content-Length: ${length}\r\n\r\n${body}\r\n\r\n`;
}

const response = (url: string, body?: string, length?: number) =>
  warcRecord(
    {
      'WARC-Type': 'response',
      'WARC-Target-URI': url,
      'WARC-Date': '2024-03-05T10:00:00.123Z',
      'WARC-Payload-Digest': `sha1:${SHA1}`,
    },
    body,
    length,
  );

const WARC = `${warcRecord({ 'WARC-Type': 'warcinfo' })}${response('https://example.org/a')}${warcRecord({ 'WARC-Type': 'request', 'WARC-Target-URI': 'https://example.org/a' })}${warcRecord({ 'warc-type': 'resource', 'warc-target-uri': '<https://example.org/b>' }, 'x'.repeat(300_000))}`;
const WARC_RECORDS = [
  'https://example.org/a 2024-03-05T10:00:00Z da39a3ee5e6b',
  'https://example.org/b unknown -',
];
const JSONL = `{"url":"https://example.org/a","timestamp":"2024-03-05T10:00:00Z","sha256":"${EMPTY}"}\n{"url":"https://example.org/b","timestamp":null}\n`;
const LIST_RECORDS = [
  'https://example.org/a 2024-03-05T10:00:00Z e3b0c44298fc',
  'https://example.org/b unknown -',
];
const CSV = `url,timestamp,sha256\nhttps://example.org/a,2024-03-05T10:00:00Z,${EMPTY}\n"https://example.org/b",,\n`;
const CDXJ = `org,example)/a 20240305100000 {"url": "https://example.org/a", "digest": "sha1:${SHA1}"}\norg,example)/b 2024 {}\n`;
const CDX = ` CDX N b a m s k r M S V g\norg,example)/a 20240305100000 https://example.org/a text/html 200 ${SHA1} - - 5 6 f.warc.gz\n`;

const parquetOf = () =>
  Buffer.from(
    parquetWriteBuffer({
      columnData: [
        {
          name: 'url',
          data: ['https://example.org/a', 'https://example.org/b', null],
          type: 'STRING',
          nullable: true,
        },
        {
          name: 'timestamp',
          data: [new Date('2024-03-05T10:00:00Z'), null, null],
          type: 'TIMESTAMP',
          nullable: true,
        },
        { name: 'sha256', data: [EMPTY, null, null], type: 'STRING', nullable: true },
      ],
    }),
  );

describe('formats', () => {
  it.each<[string, Uint8Array | string, string[]]>([
    ['a.warc', WARC, WARC_RECORDS],
    [
      'a.warc.gz',
      Buffer.concat(
        [response('https://example.org/a'), response('https://example.org/c')].map((record) =>
          gzipSync(record),
        ),
      ),
      [WARC_RECORDS[0] ?? '', 'https://example.org/c 2024-03-05T10:00:00Z da39a3ee5e6b'],
    ],
    ['a.jsonl', JSONL, LIST_RECORDS],
    ['a.jsonl.gz', gzipSync(JSONL), LIST_RECORDS],
    ['a.csv', CSV, LIST_RECORDS],
    ['a.csv.gz', gzipSync(`\uFEFF${CSV.replaceAll('\n', '\r\n')}`), LIST_RECORDS],
    ['a.tsv', CSV.replaceAll(',', '\t'), LIST_RECORDS],
    ['a.parquet', parquetOf(), LIST_RECORDS],
    ['a.cdxj', CDXJ, ['http://example.org/b 2024-01-01T00:00:00Z -', WARC_RECORDS[0] ?? '']],
    ['a.cdx', CDX, [WARC_RECORDS[0] ?? '']],
    ['a.txt', '# list\nhttps://example.org/b\n\n', ['https://example.org/b unknown -']],
    [
      'a.dvc',
      'deps:\n- path: https://example.org/b\nouts:\n- md5: d41d8cd98f00b204e9800998ecf8427e\n  path: b\n',
      ['https://example.org/b unknown d41d8cd98f00'],
    ],
    [
      'dvc.lock',
      'schema: "2.0"\nstages:\n  get:\n    cmd: x\n    deps:\n    - path: data\n      repo:\n        url: https://example.org/b\n    outs:\n    - md5: d41d8cd98f00b204e9800998ecf8427e.dir\n      path: b\n',
      ['https://example.org/b unknown d41d8cd98f00'],
    ],
    [
      'README.md',
      '---\nlicense: mit\nsource_datasets:\n- extended|squad\n- original\n---\n# Card\n',
      ['https://huggingface.co/datasets/squad unknown -'],
    ],
    [
      'a.json',
      JSON.stringify({
        eventType: 'COMPLETE',
        eventTime: '2024-03-05T10:00:00Z',
        run: {},
        inputs: [{ namespace: 's3://bucket', name: 'a/b' }],
      }),
      ['s3://bucket/a/b 2024-03-05T10:00:00Z -'],
    ],
    [
      'b.json',
      JSON.stringify({
        '@context': {
          '@vocab': 'https://schema.org/',
          sha256: 'sc:sha256',
          sc: 'https://schema.org/',
          prov: 'http://www.w3.org/ns/prov#',
          cr: 'http://mlcommons.org/croissant/',
        },
        '@type': 'sc:Dataset',
        name: 'x',
        license: 'MIT',
        distribution: [
          {
            '@type': 'cr:FileObject',
            '@id': 'f',
            name: 'f',
            contentUrl: 'https://example.org/a',
            encodingFormat: 'text/csv',
            sha256: EMPTY,
          },
        ],
        'prov:wasGeneratedBy': { 'prov:endedAtTime': '2024-03-05T10:00:00Z' },
      }),
      [LIST_RECORDS[0] ?? ''],
    ],
  ])('%s', async (name, content, records) => {
    expect((await imported(name, content)).records).toEqual(records);
  });

  it('takes the columns that it is told to', async () => {
    const text = '{"a":"https://example.org/a","b":1709632800000}\n';
    const { records } = await imported('x.jsonl', text, { columns: { url: 'a', time: 'b' } });
    expect(records).toEqual(['https://example.org/a 2024-03-05T10:00:00Z -']);
    await expect(imported('x.jsonl', text, { columns: { url: 'c' } })).rejects.toMatchObject({
      code: 'INPUT_COLUMN',
    });
  });

  it('takes rows that do not all have the same keys', async () => {
    const text = '{"url":"https://example.org/a"}\n{"uri":"https://example.org/b","date":"2024-03-05"}\n';
    expect((await imported('x.jsonl', text)).records).toEqual([
      'https://example.org/a unknown -',
      'https://example.org/b 2024-03-05T00:00:00Z -',
    ]);
  });

  it('keeps what a description says of licence', async () => {
    const { source } = await imported('README.md', '---\nlicense: cc-by-4.0\n---\n');
    expect(source).toMatchObject({
      licence: 'cc-by-4.0',
      rows: 1,
      rowsWithSource: 0,
      refused: { no_address: 1 },
    });
  });
});

describe('rows that are wrong are counted, by line and reason', () => {
  it('in JSON Lines', async () => {
    const lines = [
      '{"url":"https://example.org/a"}',
      'garbage',
      '{"url":"https://exa\\u0000mple.org"}',
      '{"url":7}',
      `{"url":"https://example.org/${'x'.repeat(9000)}"}`,
      '['.repeat(100_000),
      `{"url":"${'y'.repeat(1 << 21)}"}`,
      '{"url":"https://example.org/z","time":"soon"}',
    ];
    const bad = Buffer.concat([
      Buffer.from(`${lines.join('\n')}\n`),
      Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 10]),
    ]);
    const { source, faults } = await imported('a.jsonl', bad);
    expect(source).toMatchObject({ rows: 9, rowsWithSource: 2, rowsWithTime: 0 });
    expect(faults.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'not_json'],
      [3, 'url_control_character'],
      [4, 'no_address'],
      [5, 'url_too_long'],
      [6, 'not_json'],
      [7, 'line_too_long'],
      [9, 'not_utf8'],
    ]);
  });

  it('in CSV', async () => {
    const { source, faults } = await imported(
      'a.csv',
      'url,time\nhttps://example.org/a,2024\nonly-one\na,b,c\nhttps://example.org/b,"x\ny"\n',
    );
    expect(source.rows).toBe(4);
    expect(source.rowsWithSource).toBe(2);
    expect(faults).toHaveLength(2);
  });

  it('in WARC, where lengths lie', async () => {
    const short = `${response('https://example.org/a', 'body of some length', 4)}${response('https://example.org/b')}`;
    const long = `${response('https://example.org/a', 'body', 30)}${response('https://example.org/b')}${response('https://example.org/c')}`;
    const cut = response('https://example.org/a').slice(0, -20);
    expect(await imported('a.warc', short)).toMatchObject({
      source: { rows: 3, rowsWithSource: 2, refused: { wrong_length: 1 } },
    });
    expect((await imported('b.warc', long)).source.refused).toEqual({ wrong_length: 1 });
    expect((await imported('c.warc', cut)).source.refused).toEqual({ truncated: 1 });
  });
});

describe('files that are not what they claim end with a reason', () => {
  const bomb = gzipSync(Buffer.alloc(1 << 26));
  it.each<[string, Uint8Array | string, string]>([
    ['truncated.parquet', parquetOf().subarray(0, 200), 'INPUT_PARQUET'],
    ['headless.parquet', parquetOf().subarray(10), 'INPUT_PARQUET'],
    ['cut.jsonl.gz', gzipSync(JSONL.repeat(1000)).subarray(0, 60), 'INPUT_GZIP'],
    ['empty.jsonl', '', 'INPUT_EMPTY'],
    ['unknown.bin', 'what is this', 'INPUT_FORMAT'],
    ['card.md', '# no front matter', 'INPUT_CARD'],
    ['bad.dvc', 'a: [', 'INPUT_YAML'],
    ['other.dvc', 'a: 1', 'INPUT_DVC'],
    [
      'aliases.dvc',
      `a: &a [1,1,1,1,1,1,1,1,1]\n${'bcdefghi'
        .split('')
        .map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
        .join('\n')}\n`,
      'INPUT_YAML',
    ],
    ['bad.json', '{"@context":{},"@type":"sc:Thing"}', 'CROISSANT_INVALID'],
  ])('%s', async (name, content, code) => {
    await expect(imported(name, content)).rejects.toMatchObject({ code });
  });

  it('a compressed bomb costs no memory', async () => {
    const before = process.memoryUsage.rss();
    const { source } = await imported(
      'bomb.jsonl.gz',
      Buffer.concat([bomb, gzipSync('\n{"url":"https://example.org/a"}\n')]),
      { format: 'jsonl' },
    );
    expect(source).toMatchObject({ rows: 2, rowsWithSource: 1, refused: { line_too_long: 1 } });
    expect(process.memoryUsage.rss() - before).toBeLessThan(200e6);
  });

  it('a missing file, a folder', async () => {
    const builder = new IndexBuilder(folder());
    expect(() => detectFormat('/nowhere/at/all.jsonl')).toThrow(/can't be read \(ENOENT\)/);
    expect(() => detectFormat(builder.dir)).toThrow(/is no file/);
    await builder.abort();
  });

  it('the same file for the same dataset again', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'a.jsonl'), JSONL);
    const builder = new IndexBuilder(join(dir, 'index'));
    const options = {
      dataset: 'dataset:web',
      visibility: 'public',
      acquisition: 'Fetched for a test of the import',
      usedIn: [],
      format: 'jsonl',
      columns: {},
      clock: fixedClock('2026-01-01T00:00:00Z'),
    } as const;
    await importFile(builder, join(dir, 'a.jsonl'), options);
    await expect(importFile(builder, join(dir, 'a.jsonl'), options)).rejects.toMatchObject({
      code: 'INPUT_REPEATED',
    });
    await builder.abort();
  });
});

it('keeps no passwords and no query strings in what it says of hosts', async () => {
  const text = [
    'https://user:secret@example.org/a',
    'https://example.org?token=secret',
    'https://example.org#secret',
    'ftp://a:b@secret@example.org/x',
  ].join('\n');
  const { source } = await imported('a.txt', `${text}\n`);
  expect(source.origins.map(({ uri }) => uri).sort()).toEqual(['ftp://example.org', 'https://example.org']);
  expect(JSON.stringify(source)).not.toContain('secret');
});

it('a time after the import is no time of acquisition', async () => {
  const row = (day: string) => `{"url":"https://example.org/${day}","time":"${day}"}\n`;
  const { source, records } = await imported('a.jsonl', row('2025-12-31') + row('2099-01-01'));
  expect(records).toEqual([
    'https://example.org/2025-12-31 2025-12-31T00:00:00Z -',
    'https://example.org/2099-01-01 unknown -',
  ]);
  expect(source).toMatchObject({ rows: 2, rowsWithTime: 1, maxTime: Date.UTC(2025, 11, 31) / 1000 });
});

it('a file that changes while it is read is not imported', async () => {
  const dir = folder();
  const path = join(dir, 'a.jsonl');
  writeFileSync(path, JSONL.repeat(20_000));
  const builder = new IndexBuilder(join(dir, 'index'));
  const options = {
    dataset: 'dataset:web',
    visibility: 'public',
    acquisition: 'Fetched for a test of the import',
    usedIn: [],
    format: 'jsonl',
    columns: {},
    clock: fixedClock('2026-01-01T00:00:00Z'),
  } as const;
  let grown = false;
  const growing = importFile(builder, path, {
    ...options,
    onProgress: () => {
      if (!grown) appendFileSync(path, JSONL);
      grown = true;
    },
  });
  await expect(growing).rejects.toMatchObject({ code: 'INPUT_CHANGED' });
  await expect(importFile(builder, '/dev/null', { ...options, format: 'card' })).rejects.toMatchObject({
    code: 'INPUT_PATH',
  });
  await builder.abort();
});

it('a header of very many columns costs no more than its length', async () => {
  const names = Array.from({ length: 200_000 }, (_, i) => `c${i}`)
    .join(',')
    .slice(0, 1_000_000);
  const started = performance.now();
  await expect(imported('a.csv', `url,${names}\nhttps://example.org/a,b\n`)).resolves.toMatchObject({
    source: { refused: { bad_columns: 1 } },
  });
  expect(performance.now() - started).toBeLessThan(5000);
});
