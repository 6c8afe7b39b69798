import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { validateCroissant } from '../croissant/validate.ts';
import { croissantRows, openLineageRows } from '../import/documents.ts';
import { emptyManifest } from '../index/manifest.ts';
import { folder } from '../testing/build.fixture.ts';
import { aSourceInfo } from '../testing/source-info.ts';
import { toCroissant } from './croissant.ts';
import { datasetsOf } from './datasets.ts';
import { toOpenLineage } from './openlineage.ts';
import { toProvJson } from './prov.ts';

const MODEL = {
  model: 'model:org/m',
  digest: `sha256:${'a1'.repeat(32)}`,
  purpose: 'Fine-tuning of the answers',
} as const;
const time = {
  minTime: 1_700_000_000,
  maxTime: 1_700_100_000,
  origins: [{ uri: 'https://example.org', rows: 9, time: 1_700_000_000 }],
};
const sources = [
  aSourceInfo('dataset:web', {
    ...time,
    rows: 10,
    rowsWithSource: 9,
    licence: 'MIT',
    collector: 'crawler',
    usedIn: [MODEL],
    refused: { not_json: 1 },
    fileDigest: `sha256:${'b2'.repeat(32)}`,
  }),
  aSourceInfo('dataset:web', { rows: 30, rowsWithSource: 30, rowsWithTime: 0, file: 'späte Liste.csv' }),
  aSourceInfo('dataset:other'),
];
const summaries = datasetsOf({ ...emptyManifest(), sources });

it('takes the sources of a dataset together', () => {
  expect(summaries).toHaveLength(2);
  expect(summaries[0]).toMatchObject({
    rows: 40,
    rowsWithSource: 39,
    rowsWithTime: 1,
    refused: { not_json: 1 },
    minTime: time.minTime,
    usedIn: [MODEL],
  });
  expect(summaries[0]?.digest).toBeUndefined();
});

it('writes Croissant that its own validator accepts, and reads it back', () => {
  const path = join(folder(), 'c.json');
  for (const summary of summaries) {
    const report = validateCroissant(JSON.parse(JSON.stringify(toCroissant(summary))));
    expect(report.issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(report.version).toBe('1.1');
  }
  writeFileSync(path, JSON.stringify(toCroissant(summaries[0] ?? expect.fail())));
  const back = croissantRows(path);
  expect(back).toMatchObject({ licence: 'MIT', collector: 'crawler', name: 'dataset:web' });
  expect(back.rows.map(({ url, time: at }) => [url, at])).toContainEqual([
    'https://example.org',
    time.maxTime,
  ]);
});

it('writes PROV-JSON whose relations name only what it declares', () => {
  const document = JSON.parse(JSON.stringify(toProvJson(summaries)));
  const declared = new Set(['entity', 'activity', 'agent'].flatMap((kind) => Object.keys(document[kind])));
  for (const relation of ['used', 'wasGeneratedBy', 'wasAssociatedWith', 'wasDerivedFrom']) {
    expect(Object.keys(document[relation]).length).toBeGreaterThan(0);
    for (const ends of Object.values<Record<string, string>>(document[relation]))
      for (const end of Object.values(ends)) expect(declared).toContain(end);
  }
});

it('writes OpenLineage events that it reads back', () => {
  const events = toOpenLineage(summaries, 'urn:custos:test');
  expect(events).toHaveLength(3);
  const path = join(folder(), 'e.jsonl');
  writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  expect(openLineageRows(path).rows).toMatchObject([{ url: 'https://example.org/' }]);
  for (const event of events)
    expect(event).toMatchObject({
      run: {
        runId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      },
    });
});
