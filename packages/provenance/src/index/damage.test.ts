import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { addRecords, folder } from '../testing/build.fixture.ts';
import { mix, SyntheticUrls } from '../testing/synthetic-urls.ts';
import { IndexReader } from './index-reader.ts';
import { MANIFEST, readManifest } from './manifest.ts';
import { segmentFile } from './segment-format.ts';
import { verifyIndex } from './verify.ts';

const DAMAGED = expect.objectContaining({ code: 'INDEX_DAMAGED' });
let dir: string;
let path: string;
let whole: Buffer;
let right: string;

function everything(): string {
  const index = new IndexReader(dir);
  try {
    const all = [...index.records({})].flat();
    const found = all
      .filter((_, i) => i % 50 === 0)
      .map(({ digest }) => [...index.records({ digest })].flat().length);
    return JSON.stringify([all, found]);
  } finally {
    index.close();
  }
}

beforeAll(async () => {
  dir = folder();
  const urls = new SyntheticUrls(5000);
  const records = Array.from({ length: 5000 }, (_, i) => ({
    url: urls.url(i),
    time: 1_700_000_000 + i,
    digest: mix(i) * 65_536 + i,
    source: i % 2,
  }));
  const manifest = await addRecords(dir, records, { segmentRecords: 100_000 });
  path = join(dir, segmentFile(manifest.segments[0]?.digest ?? ''));
  whole = readFileSync(path);
  right = everything();
});

describe('a damaged index', () => {
  it('gives an error or the right answer for any flipped bit, and verification finds each', async () => {
    let noticed = 0;
    for (let i = 0; i < 400; i++) {
      const bytes = Buffer.from(whole);
      const at = mix(i) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (i % 8));
      writeFileSync(path, bytes);
      try {
        expect(everything()).toBe(right);
      } catch (error) {
        expect(error).toEqual(DAMAGED);
        noticed++;
      }
      if (i % 40 === 0) expect((await verifyIndex(dir)).problems).toHaveLength(1);
    }
    // Only the unused bytes of header and footer are read by nobody.
    expect(noticed).toBeGreaterThan(390);
    writeFileSync(path, whole);
  });

  it('is noticed when it is cut short anywhere', () => {
    for (let i = 0; i < 60; i++) {
      writeFileSync(path, whole);
      truncateSync(path, mix(i + 9) % whole.length);
      expect(everything).toThrow(DAMAGED);
    }
    writeFileSync(path, whole);
  });

  it('is noticed when the manifest is altered or a segment is missing', () => {
    const manifest = join(dir, MANIFEST);
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.replace('"dataset:d1"', '"dataset:d0"'));
    expect(() => readManifest(dir)).toThrow(DAMAGED);
    writeFileSync(manifest, text.slice(0, 100));
    expect(() => readManifest(dir)).toThrow(DAMAGED);
    writeFileSync(manifest, text.replace(/"digest": "[0-9a-f]{4}/, '"digest": "0000'));
    expect(() => readManifest(dir)).toThrow(DAMAGED);
    writeFileSync(manifest, text);
    expect(everything()).toBe(right);
  });
});
