import type { Digest } from '@custos/core';
import { expect, test } from 'vitest';
import { producerOf } from './new-observation.ts';
import { parseEvidence } from './read-evidence.ts';
import { type References, resolveReferences } from './references.ts';

const PRINT: Digest = `sha256:${'f1'.repeat(32)}`;
const DATA: Digest = `sha256:${'d1'.repeat(32)}`;
const REFERENCES: References = {
  fingerprint: PRINT,
  assets: new Map([
    ['dataset:data/train.csv', DATA],
    ['model:hosted', undefined],
  ]),
};

test('a document names the scanned fingerprint and assets, in content and subject', () => {
  const text = `
type: test-run
subject: [{ name: data, digest: { sha256: '$asset:dataset:data/train.csv' } }]
content: { target: $fingerprint, deep: [{ digest: '$asset:dataset:data/train.csv' }], said: costs $fingerprint }
`;
  const [document] = parseEvidence(text, 'e.yaml', REFERENCES);
  expect(document?.subject?.[0]?.digest.sha256).toBe('d1'.repeat(32));
  expect(document?.content).toEqual({
    target: PRINT,
    deep: [{ digest: DATA }],
    said: 'costs $fingerprint',
  });
});

test('without references the words stay, and do not pass for a digest', () => {
  expect(() =>
    parseEvidence('{type: x, subject: [{name: a, digest: {sha256: $fingerprint}}], content: {}}', 'e.yaml'),
  ).toThrow(/e\.yaml: document 1/);
});

test('an unknown asset and one without digest are refused with the next step', () => {
  expect(() => resolveReferences(['$asset:dataset:data/trian.csv'], REFERENCES, 'e.yaml')).toThrow(
    'Did you mean $asset:dataset:data/train.csv?',
  );
  expect(() => resolveReferences({ a: '$asset:model:hosted' }, REFERENCES, 'e.yaml')).toThrow(
    'has no digest of its own',
  );
});

test.each(['scan-result', 'system-declaration'])('no file says what only Custos reads: %s', (type) => {
  const document = { type, content: {}, producer: { name: 'pytest', version: '8' } };
  expect(() => producerOf(document, 'e.yaml')).toThrow(/e\.yaml: .*no file can say it/);
});
