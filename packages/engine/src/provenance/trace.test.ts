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

type Event = Content<'lifecycle-event'>;
type Subject = Event['inputs'][number];
const long = (name: string): Subject => ({ name, digest: { sha512: 'ab'.repeat(64) } });

const run = (input: Subject, output: Subject, more: Partial<Event> = {}) =>
  seen('lifecycle-event', {
    event: 'training_run',
    id: output.name,
    at: AT,
    by: 'dev@example.org',
    asset: output.name,
    kind: 'model',
    inputs: [input],
    outputs: [output],
    ...more,
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
const release = (id: string, digest: Digest, more: Partial<Content<'release'>> = {}) =>
  seen('release', {
    id,
    version: '1',
    environment: 'production',
    releasedAt: AT,
    securityRelevant: false,
    modelChange: true,
    artefacts: [about('weights', digest)],
    ...more,
  });
const status = (
  of: string,
  share: number,
  observedAt = AT,
  environment: 'staging' | 'production' = 'production',
) => seen('deployment-status', { environment, release: of, deployedAt: AT, share }, { observedAt });

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

const live = [record(DATA, BASE), release('r2', BASE), status('r2', 1)];
const gapsOf = (evidence: Evidence[], searched: Digest[] = []) =>
  trace(touched, evidence, { searched: new Set([DATA, ...searched]) }).gaps;

it('a whole chain leaves no gap', () => {
  expect(gapsOf(live)).toEqual([]);
});

it.each<[string, Evidence[], RegExp]>([
  [
    'a deployment in an environment without such a release',
    [...live, status('r2', 1, AT, 'staging')],
    /Live in an environment.*r2 in staging of bot/,
  ],
  ['a deployment of a release that nothing records', [...live, status('r7', 1)], /Live.*r7 in production/],
  [
    'a touched release that no deployment names',
    [...live, release('r3', BASE)],
    /No deployment status names these touched releases.*r3 in production/,
  ],
  [
    'an artefact without a SHA-256',
    [...live, release('r4', OTHER, { artefacts: [long('weights')] })],
    /An artefact of a release has no SHA-256.*weights in r4/,
  ],
  [
    'an artefact of another version of a touched model',
    [...live, release('r5', OTHER, { artefacts: [about('base', sha256('newer base'))] })],
    /An artefact of a release is a version of which nothing is recorded.*base in r5/,
  ],
  [
    'a run on another version of the dataset',
    [...live, run(about('dataset:web', OLD_DATA), about('model:old', OTHER))],
    /An input of an event is a version of which nothing is recorded.*dataset:web in model:old/,
  ],
  [
    'a run on something without a SHA-256',
    [...live, run(long('crawl'), about('model:new', OTHER))],
    /An input of an event has no SHA-256.*crawl in model:new/,
  ],
  [
    'a run that made something without a SHA-256',
    [...live, run(about('dataset:web', DATA), long('model:new'))],
    /Made of something touched, without a SHA-256.*model:new/,
  ],
  [
    'a run that names nothing it made',
    [...live, run(about('dataset:web', DATA), about('x', OTHER), { outputs: [] })],
    /names nothing that came of it: training_run x/,
  ],
  [
    'an event that is no making',
    [...live, run(about('dataset:web', DATA), about('report', OTHER), { event: 'evaluation' })],
    /no making of data or models.*evaluation report/,
  ],
  [
    'a record of a version that is not in the index',
    [...live, record(OLD_DATA, OTHER)],
    /Dataset versions.*not in the index.*: dataset:web sha256:/,
  ],
])('says that it did not follow %s', (_name, evidence, gap) => {
  expect(gapsOf(evidence)).toEqual([expect.stringMatching(gap)]);
});

it('a version that was searched, or whose making is recorded, is no gap', () => {
  expect(
    gapsOf(
      [
        ...live,
        record(OLD_DATA, OTHER),
        run(about('dataset:web', OLD_DATA), about('model:base', sha256('old base'))),
        release('r5', OTHER, { artefacts: [about('model:base', sha256('old base'))] }),
      ],
      [OLD_DATA],
    ),
  ).toEqual([]);
});

it('follows data made of touched data, and a version recorded under another name', () => {
  const clean = sha256('clean data');
  const found = trace(touched, [
    run(about('dataset:web', DATA), about('dataset:clean', clean), {
      event: 'data_checked',
      kind: 'dataset',
    }),
    run(about('dataset:clean', clean), about('model:clean', TUNED)),
  ]);
  expect(found.models).toMatchObject([{ model: 'model:clean', from: 'dataset:clean' }]);
  expect(found.gaps.join()).not.toMatch(/No model is recorded/);
  expect(
    trace([{ ...touched[0], dataset: 'dataset:crawl', digests: [DATA], usedIn: [] }], live).systems,
  ).toHaveLength(1);
});

it('a version in the ledger that the index does not hold was not searched, whatever was found', () => {
  const record1 = record(OLD_DATA, OTHER);
  const gap = expect.stringMatching(/nothing was looked for in them: dataset:web sha256:/);
  expect(trace([], [record1], { searched: new Set([DATA]) }).gaps).toEqual([gap]);
  expect(trace([], [record1], { searched: new Set([OLD_DATA]) }).gaps).toEqual([]);
  const withdrawn = seen('retraction', { of: record1.id, reason: 'This version was never made' });
  expect(trace([], [record1, withdrawn]).gaps).toEqual([]);
});

it('nothing touched asks nothing of the ledger, but entries that can not be read are told', () => {
  expect(trace([], [run(long('crawl'), about('model:new', OTHER))]).gaps).toEqual([]);
  expect(trace([], [], { damaged: [{ index: 3, why: 'no JSON.' }] }).gaps).toEqual([
    expect.stringMatching(/Entries of the ledger can't be read.*3 \(no JSON\)/),
  ]);
});

it('a status of no share counts neither once it is retracted, nor beside another of its time', () => {
  const gone = status('r2', 0, '2026-02-01T00:00:00Z');
  const back = seen('retraction', { of: gone.id, reason: 'The telemetry of that day was wrong' });
  expect(trace(touched, [...live, gone]).systems).toEqual([]);
  expect(trace(touched, [...live, gone, back]).systems).toHaveLength(1);
  for (const both of [
    [status('r2', 0), ...live],
    [...live, status('r2', 0)],
  ])
    expect(trace(touched, both).systems).toHaveLength(1);
});

it('two datasets of one model both lead to it', () => {
  const use = { model: 'model:base', digest: BASE, purpose: PURPOSE };
  const both = ['dataset:a', 'dataset:b'].map((dataset) => ({ dataset, digests: [], usedIn: [use] }));
  expect(trace(both, live).gaps.join()).not.toMatch(/No model/);
});
