/**
 * Bytes changed at random, the same ones in every run: no reader of pickles and archives throws, hangs or gives no reason.
 */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { lz4Of, sevenZipOf, tarOf, zstdOf } from './testing/archives.ts';
import { inspectBytes } from './testing/inspected.ts';
import { joblibOf } from './testing/joblib.ts';
import { evilPickle, PickleWriter, pickle, stateDictionary } from './testing/pickle.ts';
import { torchZip, zipOf } from './testing/zip.ts';

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

test.each(Object.entries(SEEDS))('%s', (name, bytes) => {
  const next = chance(name.length * 7_919);
  for (let round = 0; round < ROUNDS; round++) {
    const input = mutated(bytes, next);
    const start = performance.now();
    const result = inspectBytes(input, 'model.bin', LIMITS);
    expect(performance.now() - start).toBeLessThan(SLOW);
    if (result.verdict === 'not_inspected') {
      const { skipped, members, of, bytes: understood, total } = result.coverage;
      expect(skipped.length > 0 || members < of || understood < total).toBe(true);
      for (const { why } of skipped) expect(why).not.toMatch(/undefined|is not a function|Cannot read/);
    } else if (result.verdict !== 'clean')
      expect(result.findings.filter((one) => one.weight !== 'info').length).toBeGreaterThan(0);
  }
});

test('every seed is understood as it is', () => {
  for (const [name, bytes] of Object.entries(SEEDS))
    expect([name, inspectBytes(bytes, 'model.bin').coverage.skipped]).toEqual([name, []]);
});
