/**
 * Bytes changed at random, the same ones in every run: no reader of pickles and archives throws, hangs or gives no reason, and
 * none says clean while a payload is still there.
 */
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { lz4Of, sevenZipOf, tarOf, zstdOf } from './testing/archives.ts';
import { inspectBytes } from './testing/inspected.ts';
import { joblibOf } from './testing/joblib.ts';
import { evilPickle, PickleWriter, pickle, stateDictionary } from './testing/pickle.ts';
import { torchZip, zipOf } from './testing/zip.ts';
import type { FileInspection } from './types.ts';

const data = pickle()
  .emptyDict()
  .memoize()
  .mark()
  .unicode('weights')
  .binary(Buffer.alloc(40, 1))
  .unicode('layers')
  .emptyList()
  .mark()
  .int(1)
  .int(300)
  .float(2.5)
  .none()
  .appends()
  .unicode('estimator')
  .stackGlobal('sklearn.svm._classes', 'SVC')
  .tuple(0)
  .newObject()
  .memoize()
  .emptyDict()
  .unicode('C')
  .int(1)
  .setItem()
  .build()
  .unicode('call')
  .call('collections', 'OrderedDict')
  .setItems()
  .stop()
  .done();

const SEEDS: Readonly<Record<string, Buffer>> = {
  pickle: data,
  'pickle of protocol 0': new PickleWriter()
    .text("(dp0\nS'a'\np1\nI1\nsS'b'\n(lp2\nI1\naF2.5\nas(S'id'\nicollections\nOrderedDict\n.")
    .done(),
  joblib: joblibOf({ dtype: 'f8', count: 3, bytes: Buffer.alloc(24, 0x63), padding: 5 }),
  'object array of joblib': joblibOf({ dtype: 'O8', count: 1, bytes: data }),
  'legacy PyTorch': Buffer.concat([
    Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex'),
    pickle(2).int(1001).stop().done(),
    pickle(2).emptyDict().stop().done(),
    stateDictionary([2]),
    pickle(2).emptyList().stop().done(),
    Buffer.alloc(16),
  ]),
  PyTorch: torchZip(stateDictionary([4, 2]), [Buffer.alloc(16), Buffer.alloc(8)]),
  zip: zipOf([
    { name: 'a/b.pkl', content: data, method: 8 },
    { name: 'c.txt', content: Buffer.from('text') },
    { name: 'e', content: evilPickle(), hidden: true },
  ]),
  tar: tarOf([
    { name: 'a.pkl', content: data },
    { name: 'l', type: '2', link: 'a.pkl' },
  ]),
  '7z': sevenZipOf('a.pkl', data, 'lzma2'),
  gzip: gzipSync(data),
  lz4: lz4Of(data),
  zstd: zstdOf(data),
  bzip2: Buffer.from(
    'QlpoOTFBWSZTWXo2NHwAAHH/4X///////+AAAAgAAibnjoJABAYAAgAgAHURITCGmCaANNGEYmTI9RpoZM0EYaKQ9QaepoNA0aAAAAGmQDxJGZcQDNa2iaMAAMMzBKMtiJk2c3PTQco0qdR2rWr2LL1raxuZ38Gm3HePJ5+DnDF0ejk69h9/EoyVgAgluoABB8srIQQCHxH4iAglgEFqcgidbelKYxKEx/xdyRThQkHo2NHw',
    'base64',
  ),
  xz: Buffer.from(
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ADvAIFdAEABDnxOCpWbOjrzTGavXIMP0WEdglCXBwsNwVdO95c51Z5zpOxYjlabuSEAYJgZ3z+ST0EGo3/K+3zg6GXFdsOT0e3XxQ89InSqPonPo18yMk1dEXpK+p87KEzpuNmHjN6uK8W5pARooPZ6I00iwfgyZCsXu++/kk4CgF30AqkAAAAAAACixv0DGTvQzAABnQHwAQAAYIRp2LHEZ/sCAAAAAARZWg==',
    'base64',
  ),
  lzma: Buffer.from(
    'XQAAgAD//////////wBAAQ58TgqVmzo680xmr1yDD9FhHYJQlwcLDcFXTveXOdWec6TsWI5Wm7khAGCYGd8/kk9BBqN/yvt84OhlxXbDk9Ht18UPPSJ0qj6Jz6NfMjJNXRF6SvqfOyhM6bjZh4zerivFuaQEaKD2eiNNIsH4MmQrF7vvv5JOAoBd9Fcrvb//9YPQAA==',
    'base64',
  ),
  npy: Buffer.concat([
    Buffer.from(
      "\x93NUMPY\x01\x00\x37\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,)}\n",
      'latin1',
    ),
    data,
  ]),
};

const ROUNDS = 250;
/** Damaged files in which the payload is still whole. */
const ENOUGH = 50;
const LIMITS = { ...DEFAULT_LIMITS, milliseconds: 2_000, bytes: 64 * 2 ** 20 };
/** A machine that is busy with other things is slow; what hangs is slower. */
const SLOW = 8_000;

/** Mulberry32: small, and the same everywhere. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutated(bytes: Buffer, next: () => number): Buffer {
  const result = Buffer.from(bytes);
  const pick = (most: number) => Math.floor(next() * most);
  for (let left = 1 + pick(6); left > 0; left--) {
    const at = pick(result.length);
    const way = pick(5);
    if (way === 0) result[at] = pick(256);
    else if (way === 1) result[at] = (result[at] ?? 0) ^ (1 << pick(8));
    else if (way === 2) result.fill(0xff, at, Math.min(result.length, at + 1 + pick(8)));
    else if (way === 3) result.copy(result, pick(result.length), at, Math.min(result.length, at + pick(32)));
    else return result.subarray(0, at);
  }
  return result;
}

function run(input: Uint8Array): FileInspection {
  const start = performance.now();
  const result = inspectBytes(input, 'model.bin', LIMITS);
  expect(performance.now() - start).toBeLessThan(SLOW);
  const { skipped, members, of, bytes, total } = result.coverage;
  expect(total).toBe(input.length);
  const weighty = result.findings.filter((one) => one.weight !== 'info').length;
  if (result.verdict === 'clean') expect([skipped, members, bytes, weighty]).toEqual([[], of, total, 0]);
  else if (result.verdict === 'not_inspected') {
    expect(skipped.length > 0 || members < of || bytes < total).toBe(true);
    for (const { why } of skipped) expect(why).not.toMatch(/undefined|is not a function|Cannot read/);
  } else expect(weighty).toBeGreaterThan(0);
  return result;
}

test.each(Object.entries(SEEDS))('%s', (name, bytes) => {
  const next = chance(name.length * 7_919);
  for (let round = 0; round < ROUNDS; round++) run(mutated(bytes, next));
});

const GOOD = pickle().emptyList().stop().done();
/** Long, so that no damage by chance copies it; with a mark in front, so that it is a pickle wherever it begins. */
const EVIL = evilPickle('a command that stands here in words');
const NPY = Buffer.from(
  "\x93NUMPY\x01\x00\x37\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,)}\n",
  'latin1',
);

/** Where the payload lies as it is: what is left of it after damage can be seen without any reader. */
const STORED: Readonly<Record<string, Buffer>> = {
  zip: zipOf([
    { name: 'good.pkl', content: GOOD },
    { name: 'evil.pkl', content: EVIL },
  ]),
  'hidden member of zip': zipOf([
    { name: 'good.pkl', content: GOOD },
    { name: 'evil.pkl', content: EVIL, hidden: true },
  ]),
  PyTorch: torchZip(EVIL, [Buffer.alloc(16)]),
  tar: tarOf([
    { name: 'good.pkl', content: GOOD },
    { name: 'evil.pkl', content: EVIL },
    { name: 'good.npy', content: GOOD },
  ]),
  '7z': sevenZipOf('evil.pkl', EVIL),
  '7z with LZMA2': sevenZipOf('evil.pkl', EVIL, 'lzma2'),
  lz4: lz4Of(EVIL),
  zstd: zstdOf(EVIL),
  npy: Buffer.concat([NPY, EVIL]),
  'npy in zip in tar': tarOf([
    { name: 'a', content: zipOf([{ name: 'b', content: Buffer.concat([NPY, EVIL]) }]) },
  ]),
  joblib: joblibOf({ dtype: 'O8', count: 1, bytes: EVIL }),
};

test.each(Object.entries(STORED))('%s is never clean while the payload is whole in it', (name, bytes) => {
  expect(run(bytes).verdict).toBe('unsafe');
  const next = chance(name.length * 104_729);
  let whole = 0;
  for (let round = 0; round < 20 * ROUNDS && whole < ENOUGH; round++) {
    const input = mutated(bytes, next);
    if (!input.includes(EVIL)) continue;
    whole++;
    const { verdict } = run(input);
    expect([verdict, input.toString('base64')]).not.toEqual(['clean', input.toString('base64')]);
  }
  expect(whole).toBe(ENOUGH);
});

/** What Node unpacks is what a loader would read. */
const UNPACKERS = {
  gzip: [gzipSync(EVIL), (input: Buffer) => gunzipSync(input)],
  zlib: [deflateSync(EVIL), (input: Buffer) => inflateSync(input)],
  'gzip in two members': [
    Buffer.concat([gzipSync(EVIL.subarray(0, 20)), gzipSync(EVIL.subarray(20))]),
    (input: Buffer) => gunzipSync(input),
  ],
} satisfies Record<string, readonly [Buffer, (input: Buffer) => Buffer]>;

test.each(Object.entries(UNPACKERS))(
  '%s is never clean while the payload comes out of it',
  (name, [bytes, unpack]) => {
    const next = chance(name.length * 15_485_863);
    let whole = 0;
    for (let round = 0; round < 8 * ROUNDS; round++) {
      const input = mutated(bytes, next);
      const { verdict } = run(input);
      let content: Buffer;
      try {
        content = unpack(input);
      } catch {
        // Broken to every loader; its verdict may still not be clean.
        expect([verdict, input.toString('base64')]).not.toEqual(['clean', input.toString('base64')]);
        continue;
      }
      if (!content.includes(EVIL)) continue;
      whole++;
      expect([verdict, input.toString('base64')]).not.toEqual(['clean', input.toString('base64')]);
    }
    expect(whole).toBeGreaterThan(0);
  },
);

test('every seed is understood as it is', () => {
  for (const [name, bytes] of Object.entries(SEEDS))
    expect([name, inspectBytes(bytes, 'model.bin').coverage.skipped]).toEqual([name, []]);
});
