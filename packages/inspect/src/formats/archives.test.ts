/** Tar, 7z and compressed streams: what is in them is inspected, and where they lead out is told. */
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { lz4Of, nestedGzip, sevenZipOf, tarOf, zstdOf } from '../testing/archives.ts';
import { inspectBytes, rulesOf } from '../testing/inspected.ts';
import { evilPickle, pickle } from '../testing/pickle.ts';

const good = pickle().emptyList().stop().done();
const evil = evilPickle();
const base64 = (text: string) => Buffer.from(text, 'base64');

/** A pickle of `[]` and one that calls `os.system`, packed by Python's standard library. */
const PACKED: Readonly<Record<string, readonly [Buffer, Buffer]>> = {
  gzip: [gzipSync(good), gzipSync(evil)],
  zlib: [deflateSync(good), deflateSync(evil)],
  lz4: [lz4Of(good), lz4Of(evil)],
  zstd: [zstdOf(good), zstdOf(evil)],
  '7z': [sevenZipOf('a.pkl', good), sevenZipOf('a.pkl', evil)],
  '7z with LZMA2': [sevenZipOf('a.pkl', good, 'lzma2'), sevenZipOf('a.pkl', evil, 'lzma2')],
  tar: [tarOf([{ name: 'a.pkl', content: good }]), tarOf([{ name: 'a.pkl', content: evil }])],
  bzip2: [
    base64('QlpoOTFBWSZTWXGw7xcAAAHSQAQAAAEAAkAAIAAhmmgzTRc8XckU4UJBxsO8XA=='),
    base64('QlpoOTFBWSZTWZMQAA4AAAlT4BUAAEEQAAYijCBABAgAIAAiJoANH6UKGmmAAYdZIe8OtnkwFF8XckU4UJCTEAAO'),
  ],
  xz: [
    base64('/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQADgARdLgDxF7nKNw1CeQABHARvLJzBH7bzfQEAAAAABFla'),
    base64(
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAWgASMAm9zjAZzeXN0ZW2TKIwCaWR0Ui4AAIngbNBkzanIAAEvF4EISbEftvN9AQAAAAAEWVo=',
    ),
  ],
  lzma: [
    base64('XQAAgAD//////////wBAAQdF0ToP///8PwAA'),
    base64('XQAAgAD//////////wBAAQ02/AcoN2NJafwJgBT4dwLkeSzmiDVLeqW7//8zcgAA'),
  ],
};

test.each(Object.entries(PACKED))('%s', (_, [clean, unsafe]) => {
  const fine = inspectBytes(clean, 'a.bin');
  expect(fine.coverage.skipped).toEqual([]);
  expect(fine.verdict).toBe('clean');
  expect(inspectBytes(unsafe, 'a.bin').verdict).toBe('unsafe');
});

test.each(Object.entries(PACKED))('%s, cut off', (_, [, unsafe]) => {
  for (let length = 1; length < unsafe.length; length++) {
    const result = inspectBytes(unsafe.subarray(0, length), 'a.bin');
    expect(['unsafe', 'suspicious', 'not_inspected']).toContain(result.verdict);
  }
});

test('long names of tar, by pax and by GNU', () => {
  const path = `${'x'.repeat(120)}/../../../etc/passwd`;
  const record = `path=${path}\n`;
  const length = record.length + 4;
  const pax = { name: 'p', type: 'x', content: Buffer.from(`${length} ${record}`) };
  const gnu = { name: 'l', type: 'L', content: Buffer.from(`${path}\0`) };
  for (const header of [pax, gnu])
    expect(rulesOf(inspectBytes(tarOf([header, { name: 'short', content: good }])))).toEqual([
      'archive.path-traversal',
    ]);
});

test('links and devices of tar', () => {
  const link = tarOf([{ name: 'a/l', type: '2', link: '../../etc/passwd' }]);
  expect(rulesOf(inspectBytes(link))).toEqual(['archive.link-outside']);
  expect(rulesOf(inspectBytes(tarOf([{ name: 'a/l', type: '2', link: '../b' }])))).toEqual([]);
  expect(rulesOf(inspectBytes(tarOf([{ name: 'd', type: '3' }])))).toEqual(['archive.device']);
});

test('a member of tar that claims a terabyte', () => {
  const result = inspectBytes(tarOf([{ name: 'a.pkl', content: evil, size: 2 ** 32 }]));
  expect(result.verdict).toBe('unsafe');
  expect(result.coverage.skipped[0]?.why).toContain('longer than the archive');
});

test('layers end at the limit of depth', () => {
  const result = inspectBytes(nestedGzip(evil, 20));
  expect(result.verdict).toBe('not_inspected');
  expect(result.coverage.skipped[0]?.why).toContain('depth');
});
