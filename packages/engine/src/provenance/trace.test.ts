import {
  type Content,
  type Digest,
  type Evidence,
  hexOf,
  type PredicateName,
  predicateType,
} from '@custos/core';
import { sha256 } from '@custos/trust';
import { expect, it } from 'vitest';
import { trace } from './trace.ts';

const DATA = sha256('data');
const OLD_DATA = sha256('older data');
const BASE = sha256('base');
const TUNED = sha256('tuned');
const OTHER = sha256('other');
const AT = '2026-01-01T00:00:00Z';
const PURPOSE = 'Fine-tuning of the answers to customers';

const about = (name: string, digest: Digest) => ({ name, digest: { sha256: hexOf(digest) } });

function seen<N extends PredicateName>(
  name: N,
  content: Content<N>,
  { subject = about('bot', OTHER), observedAt = AT, verified = true } = {},
): Evidence {
  const statement: Evidence['statement'] = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [subject],
    predicateType: predicateType(name),
    predicate: { producer: { name: 'ci', version: '1' }, observedAt, validFrom: observedAt, content },
  };
  return {
    id: sha256(JSON.stringify(statement)),
    statement,
    authenticity: verified ? { verified, keyId: 'test' } : { verified, why: 'its signature does not verify' },
  };
}

const run = (input: ReturnType<typeof about>, output: ReturnType<typeof about>) =>
  seen('lifecycle-event', {
    event: 'training_run',
    id: output.name,
    at: AT,
    by: 'dev@example.org',
    asset: output.name,
    kind: 'model',
    inputs: [input],
    outputs: [output],
  });
const record = (version: Digest, digest: Digest) =>
  seen(
    'data-provenance',
    {
      dataset: 'dataset:web',
      visibility: 'public',
      acquisition: 'Crawled by our own crawler',
      rows: 1,
      rowsWithSource: 1,
      rowsWithTime: 1,
      sources: [],
      usedIn: [{ model: 'model:base', digest, purpose: PURPOSE }],
    },
    { subject: about('dataset:web', version) },
  );
const release = (id: string, digest: Digest) =>
  seen('release', {
    id,
    version: '1',
    environment: 'production',
    releasedAt: AT,
    securityRelevant: false,
    modelChange: true,
    artefacts: [about('weights', digest)],
  });
const status = (of: string, share: number, observedAt = AT) =>
  seen(
    'deployment-status',
    { environment: 'production', release: of, deployedAt: AT, share },
    { observedAt },
  );

const touched = [{ dataset: 'dataset:web', digests: [DATA], usedIn: [] }];

it('follows records, training runs of training runs, releases and deployments', () => {
  const found = trace(touched, [
    release('r2', TUNED),
    release('r9', OTHER),
    status('r2', 1),
    status('r9', 1),
    run(about('model:base', BASE), about('model:tuned', TUNED)),
    run(about('model:tuned', TUNED), about('model:tuned-again', sha256('again'))),
    run(about('elsewhere', OTHER), about('model:unrelated', sha256('unrelated'))),
    record(DATA, BASE),
  ]);
  expect(found.models.map(({ model, from }) => [model, from])).toEqual([
    ['model:base', 'dataset:web'],
    ['model:tuned', 'model:base'],
    ['model:tuned-again', 'model:tuned'],
  ]);
  expect(found.releases.map((item) => item.release)).toEqual(['r2']);
  expect(found.systems.map((item) => item.release)).toEqual(['r2']);
  expect(found.gaps).toEqual([]);
});

it('a record of another version of the dataset is not followed', () => {
  expect(trace(touched, [record(OLD_DATA, BASE)]).models).toEqual([]);
  expect(
    trace([{ dataset: 'dataset:web', digests: [], usedIn: [] }], [record(OLD_DATA, BASE)]).models,
  ).toHaveLength(1);
});

it('a release that is no longer deployed is not live', () => {
  const evidence = [record(DATA, BASE), release('r2', BASE), status('r2', 0.9, '2026-01-01T00:00:00Z')];
  expect(trace(touched, evidence).systems).toHaveLength(1);
  expect(trace(touched, [...evidence, status('r2', 0, '2026-02-01T00:00:00Z')]).systems).toEqual([]);
});

it('says what could not be followed', () => {
  const gaps = (evidence: Evidence[]) => trace(touched, evidence).gaps.join(' ');
  expect(gaps([])).toMatch(/No model is recorded for dataset:web/);
  expect(gaps([record(DATA, BASE)])).toMatch(/No release is recorded/);
  expect(gaps([record(DATA, BASE), release('r2', BASE)])).toMatch(/No deployment is recorded/);
  const { statement, ...rest } = record(DATA, BASE);
  const strange = {
    ...rest,
    statement: { ...statement, predicate: { ...statement.predicate, content: { dataset: 5 } } },
  };
  expect(gaps([strange])).toMatch(/1 observations do not fit their type/);
  const forged = {
    ...record(DATA, BASE),
    authenticity: { verified: false, why: 'its signature does not verify' },
  } as const;
  expect(trace(touched, [forged])).toMatchObject({
    models: [],
    gaps: [expect.anything(), expect.stringMatching(/1 observations do not verify/)],
  });
});
