/** Questions to a real index: what was not recorded is unknown, and a window ends where its words say. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock } from '@custos/core';
import { detectFormat, IndexBuilder, IndexReader, importFile } from '@custos/provenance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LookBackAnswer, type LookBackOptions, lookBack } from './look-back.ts';
import { type LookBackQuestion, parseQuestion } from './query.ts';
import { renderLookBack } from './render-look-back.ts';

const clock = fixedClock('2026-06-01T00:00:00Z');
const SHA1 = 'sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709';
const SHA256 = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const use = {
  model: 'model:base',
  digest: SHA256,
  purpose: 'Fine-tuning of the answers to customers',
} as const;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'custos-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function imported(...rows: object[]): Promise<void> {
  const file = join(home, `${rows.length}-${JSON.stringify(rows).length}.jsonl`);
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const builder = new IndexBuilder(join(home, 'index'));
  await importFile(builder, file, {
    dataset: 'dataset:web',
    visibility: 'public',
    acquisition: 'Fetched for a test of the look-back',
    usedIn: [use],
    format: detectFormat(file),
    columns: {},
    clock,
  });
  await builder.finish();
}

async function asked(
  question: LookBackQuestion,
  damaged: LookBackOptions['damaged'] = [],
): Promise<LookBackAnswer> {
  const index = new IndexReader(join(home, 'index'));
  try {
    return await lookBack(question, { index, evidence: [], damaged, clock, elapsed: () => 0 });
  } finally {
    index.close();
  }
}

describe('a digest of an algorithm', () => {
  it('that no row has leaves it unknown whether the content is there', async () => {
    await imported({ url: 'https://a.example/', digest: SHA1 }, { url: 'https://b.example/', digest: SHA1 });
    const answer = await asked({ digests: [SHA256] });
    expect(answer).toMatchObject({ records: 0, unknownTime: 0, complete: false });
    expect(answer.limits).toEqual([
      expect.stringMatching(
        /^No sha256 digest was recorded for any of 2 imported rows \(recorded: sha1 2\), so it is unknown/,
      ),
    ]);
    expect(renderLookBack(answer)).toMatch(/^0 records\nThis is not all that may be touched/);
    expect((await asked({ digests: [SHA1] })).limits).toEqual([]);
    expect(await asked({ digests: ['md5:d41d8cd98f00b204e9800998ecf8427e'] })).toMatchObject({
      complete: false,
    });
  });

  it('that some rows lack says how many', async () => {
    await imported({ url: 'https://a.example/', digest: SHA1 });
    await imported({ url: 'https://b.example/', digest: SHA256 }, { url: 'https://c.example/' });
    expect((await asked({ digests: [SHA256] })).limits).toEqual([
      "2 imported rows have no sha256 digest and can't be found by one.",
    ]);
  });

  it('whose length is not its own is no digest', async () => {
    await imported({ url: 'https://a.example/', digest: 'sha256:da39a3ee5e6b4b0d3255bfef95601890afd80709' });
    expect((await asked({ digests: [SHA1] })).unknownTime).toBe(0);
    await expect(
      asked({ digests: ['sha256:da39a3ee5e6b4b0d3255bfef95601890afd80709'] }),
    ).rejects.toMatchObject({
      code: 'DIGEST_INVALID',
    });
  });

  it('that shares its length with another is told by its name', async () => {
    await imported({ url: 'https://a.example/', digest: SHA256.replace('sha256', 'blake3') });
    expect((await asked({ digests: [SHA256] })).limits[0]).toMatch(/recorded: blake3 1/);
  });
});

it.each([
  ['2026', '2026-12-31T23:59:59Z'],
  ['202605', '2026-05-31T23:59:59Z'],
  ['2026-05', '2026-05-31T23:59:59Z'],
  ['20260501', '2026-05-01T23:59:59Z'],
  [' 2026-05-01 ', '2026-05-01T23:59:59Z'],
  ['2026050112', '2026-05-01T12:59:59Z'],
  ['202605011200', '2026-05-01T12:00:59Z'],
  ['2026-05-01T12:00Z', '2026-05-01T12:00:59Z'],
  ['2026-05-01T12:00+02:00', '2026-05-01T10:00:59Z'],
  ['20260501120000', '2026-05-01T12:00:00Z'],
  ['2026-05-01T12:00:00.9Z', '2026-05-01T12:00:00Z'],
  ['20240229', '2024-02-29T23:59:59Z'],
  ['2106', '2106-02-07T06:28:15Z'],
])('a window to %s ends with %s', (to, end) => {
  expect(parseQuestion({ to }).window?.to).toBe(Date.parse(end) / 1000);
});

it('what was acquired late on the last day of a window is in it', async () => {
  await imported({ url: 'https://a.example/', timestamp: '2026-05-01T23:59:59Z' });
  for (const to of ['20260501', '2026-05-01', '20260501235959'])
    expect(await asked({ domains: ['a.example'], from: '20260501', to })).toMatchObject({ records: 1 });
  expect(await asked({ domains: ['a.example'], to: '20260430' })).toMatchObject({ records: 0 });
});

it('a ledger entry that can not be read makes the answer not whole', async () => {
  await imported({ url: 'https://a.example/' });
  const question = { domains: ['b.example'] };
  expect(await asked(question)).toMatchObject({ records: 0, complete: true });
  const answer = await asked(question, [{ index: 7, why: 'its payload is no JSON' }]);
  expect(answer).toMatchObject({ records: 0, complete: false });
  expect(renderLookBack(answer)).toContain('7 (its payload is no JSON)');
});

it('years of two digits are none', () => {
  expect(() => parseQuestion({ to: '00990101' })).toThrow(/is no time/);
});
