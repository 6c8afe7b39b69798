import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Asset, digestFromHex, type Evidence } from '@custos/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspectAssets, inspectionStatements } from './inspect-assets.ts';

/** `[]`, and a call of `os.system`; only ever read. */
const GOOD = Buffer.from('80045d2e', 'hex');
const EVIL = Buffer.from('\x80\x04\x8c\x02os\x8c\x06system\x93(\x8c\x02idtR.', 'latin1');
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'custos-engine-inspection-'));
  mkdirSync(join(dir, 'models'));
  writeFileSync(join(dir, 'models/good.pkl'), GOOD);
  writeFileSync(join(dir, 'models/evil.pkl'), EVIL);
  writeFileSync(join(dir, 'models/cut.pkl'), EVIL.subarray(0, 12));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function model(name: string, bytes: Buffer): Asset {
  return {
    id: `model:models/${name}`,
    kind: 'model',
    name: `models/${name}`,
    digest: digestFromHex(createHash('sha256').update(bytes).digest('hex')),
    properties: { format: 'pickle' },
    locations: [{ path: `models/${name}` }],
  };
}

const assets = () => [
  model('good.pkl', GOOD),
  model('evil.pkl', EVIL),
  model('cut.pkl', EVIL.subarray(0, 12)),
];
const NOW = '2026-05-01T00:00:00.000Z';

test('findings and unknowns are about the asset, by paths of the repository', async () => {
  const inspected = await inspectAssets(dir, assets());
  expect(inspected.findings).toMatchObject([
    {
      rule: 'inspect/pickle.unsafe-call',
      severity: 'critical',
      asset: 'model:models/evil.pkl',
      location: { path: 'models/evil.pkl' },
    },
    { rule: 'inspect/pickle.broken', severity: 'info', asset: 'model:models/cut.pkl' },
  ]);
  expect(inspected.unknowns).toMatchObject([{ code: 'not-inspected', location: { path: 'models/cut.pkl' } }]);
  expect(JSON.stringify(inspected)).not.toContain(dir);
});

test('observations are about the digest; a finding keeps the day on which it was first seen', async () => {
  const inspected = await inspectAssets(dir, assets());
  const first = inspectionStatements(inspected, [], NOW);
  expect(first.map((one) => one.predicate.content)).toMatchObject([
    { asset: 'model:models/good.pkl', verdict: 'clean', findings: [] },
    {
      asset: 'model:models/evil.pkl',
      verdict: 'unsafe',
      findings: [{ id: 'pickle.unsafe-call:os.system', openedAt: NOW }],
    },
    { asset: 'model:models/cut.pkl', verdict: 'not_inspected' },
  ]);
  expect(first[1]?.subject[0]?.digest.sha256).toBe(createHash('sha256').update(EVIL).digest('hex'));
  const known = first.map(
    (statement): Evidence => ({
      id: digestFromHex('0'.repeat(64)),
      statement,
      authenticity: { verified: true, keyId: 'k' },
    }),
  );
  const later = inspectionStatements(inspected, known, '2026-06-01T00:00:00.000Z');
  expect(later[1]?.predicate.content).toMatchObject({ findings: [{ openedAt: NOW }] });
});

test('what has no file of its own is not asked', async () => {
  const hosted: Asset = {
    id: 'model:gpt',
    kind: 'model',
    name: 'gpt',
    locations: [{ path: 'app.py', line: 3 }],
  };
  expect(await inspectAssets(dir, [hosted])).toEqual({ files: [], findings: [], unknowns: [] });
});

test('a model that is not here, or whose digest is not known, is an unknown', async () => {
  const there = model('good.pkl', GOOD);
  const { digest: _, ...withoutDigest } = there;
  const pointer = { ...there, properties: { ...there.properties, lfs: true } };
  const inspected = await inspectAssets(dir, [pointer, withoutDigest]);
  expect(inspected.files).toEqual([]);
  expect(inspected.unknowns).toMatchObject([
    {
      code: 'not-fetched',
      message: expect.stringContaining('run git lfs pull'),
      location: { path: 'models/good.pkl' },
    },
    { code: 'no-digest', location: { path: 'models/good.pkl' } },
  ]);
});

test('two names of one file are two assets', async () => {
  symlinkSync('good.pkl', join(dir, 'models/link.pkl'));
  const inspected = await inspectAssets(dir, [model('good.pkl', GOOD), model('link.pkl', GOOD)]);
  expect(inspected.files.map(({ inspection }) => [inspection.path, inspection.verdict])).toEqual([
    ['models/good.pkl', 'clean'],
    ['models/link.pkl', 'clean'],
  ]);
});

test('a file that went away since the scan is an unknown', async () => {
  const inspected = await inspectAssets(dir, [model('gone.pkl', GOOD), model('evil.pkl', EVIL)]);
  expect(inspected.files.map(({ inspection }) => inspection.verdict)).toEqual(['unsafe']);
  expect(inspected.unknowns).toMatchObject([{ code: 'gone', location: { path: 'models/gone.pkl' } }]);
});
