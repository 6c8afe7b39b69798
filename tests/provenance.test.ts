/** `custos provenance` by the built command line: what it records decides 5.2.4-2.1, and a look-back finds live systems. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli, startCli } from './run-cli.ts';

const MODEL = `sha256:${'a1'.repeat(32)}`;
const TUNED = `sha256:${'b2'.repeat(32)}`;

/** When an import is killed, as parts of the time that a whole one takes. */
const KILLS = [0.4, 0.6, 0.75, 0.85, 0.95];

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'custos-'));
  mkdirSync(join(home, 'bot'));
  writeFileSync(join(home, 'bot/custos.yaml'), DECLARATION);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const DECLARATION = `id: support-bot
name: Support bot
purpose: Answers customers about their orders and returns
phase: deployment
use:
  inputs: [text]
  outputs: [text]
  exposure: public
roles:
  developer: [dev@example.org]
  data_custodian: [data@example.org]
features:
  public_training_data: true
`;

const custos = (...words: string[]) => runCli(home, words);

const rows = (of: (i: number) => object) =>
  Array.from({ length: 40 }, (_, i) => `${JSON.stringify(of(i))}\n`).join('');
const whole = (i: number) => ({
  url: `https://${i % 2 === 0 ? 'docs' : 'www'}.example.org/page/${i}`,
  timestamp: `2024-0${1 + (i % 6)}-15T00:00:00Z`,
});

const importing = [
  'provenance',
  'import',
  'crawl.jsonl',
  '--dataset',
  'dataset:web',
  '--dir',
  'bot',
  '--acquisition',
  'Crawled by our own crawler, robots.txt kept',
  '--by',
  'data@example.org',
  '--used-in',
  `model:base=${MODEL}=Fine-tuning of the answers to customers`,
];
const drill = [
  'provenance',
  'look-back',
  '--domain',
  'docs.example.org',
  '--dir',
  'bot',
  '--record',
  '--expect-dataset',
  'dataset:web',
  '--expect-model',
  'model:base',
];

const Assessment = z.object({
  provisions: z.array(
    z.object({
      duties: z.array(
        z.object({ id: z.string(), verdict: z.string(), reasons: z.array(z.object({ code: z.string() })) }),
      ),
    }),
  ),
});

/** Verdict and reasons by duty. */
async function assessed(): Promise<Map<string, { verdict: string; codes: string[] }>> {
  const { out } = await custos('assess', 'bot', '--format', 'json');
  const duties = Assessment.parse(JSON.parse(out)).provisions.flatMap((provision) => provision.duties);
  return new Map(
    duties.map(({ id, verdict, reasons }) => [id, { verdict, codes: reasons.map(({ code }) => code) }]),
  );
}

async function prepared(of: (i: number) => object): Promise<void> {
  writeFileSync(join(home, 'crawl.jsonl'), rows(of));
  await custos('assess', 'bot');
  expect(await custos(...importing)).toMatchObject({ code: 0 });
  // The ledger names no release, so where the model is in use is not known.
  expect(await custos(...drill)).toMatchObject({
    code: 3,
    out: expect.stringContaining('No release is recorded'),
  });
}

describe('what it records decides 5.2.4-2.1', () => {
  it('passes with sources, times and a drill', async () => {
    await prepared(whole);
    const duties = await assessed();
    expect(duties.get('5.2.4-2.1/a')).toEqual({ verdict: 'pass', codes: ['EVIDENCE_HOLDS'] });
    expect(duties.get('5.2.4-2.1/b')).toEqual({ verdict: 'pass', codes: ['EVIDENCE_HOLDS'] });
    expect(duties.get('5.2.4-2/a')).toMatchObject({ verdict: 'pass' });
    expect(duties.get('5.2.4-2/b')).toMatchObject({ verdict: 'pass' });
  });

  it('fails when times are missing', async () => {
    await prepared((i) => (i < 4 ? { url: whole(i).url } : whole(i)));
    const duties = await assessed();
    expect(duties.get('5.2.4-2.1/a')).toMatchObject({ verdict: 'pass' });
    expect(duties.get('5.2.4-2.1/b')).toEqual({ verdict: 'fail', codes: ['COVERAGE_LOW'] });
  });

  it('fails when sources are missing', async () => {
    await prepared((i) => (i < 4 ? { url: 'somewhere', timestamp: whole(i).timestamp } : whole(i)));
    expect((await assessed()).get('5.2.4-2.1/a')).toEqual({ verdict: 'fail', codes: ['COVERAGE_LOW'] });
  });
});

it('follows a poisoned page to what is live, and drafts an incident that can be recorded', async () => {
  await prepared(whole);
  const subject = (name: string, digest: string) => ({ name, digest: { sha256: digest.slice(7) } });
  const at = '2025-01-01T00:00:00Z';
  const step = (type: string, content: object) => ({
    type,
    subject: [subject('support-bot', MODEL)],
    producer: { name: 'ci', version: '1' },
    content,
  });
  const released = {
    version: '2',
    releasedAt: at,
    securityRelevant: false,
    modelChange: true,
    artefacts: [subject('tuned', TUNED)],
  };
  writeFileSync(
    join(home, 'evidence.json'),
    JSON.stringify([
      step('lifecycle-event', {
        event: 'training_run',
        id: 'run-1',
        at,
        by: 'dev@example.org',
        asset: 'model:tuned',
        kind: 'model',
        inputs: [subject('base', MODEL)],
        outputs: [subject('model:tuned', TUNED)],
      }),
      step('release', { id: 'r2', environment: 'production', ...released }),
      step('release', {
        id: 'r1',
        environment: 'staging',
        ...released,
        artefacts: [subject('other', `sha256:${'c3'.repeat(32)}`)],
      }),
      step('deployment-status', { environment: 'production', release: 'r2', deployedAt: at, share: 0.8 }),
    ]),
  );
  expect(await custos('observe', 'evidence.json', '--dir', 'bot')).toMatchObject({ code: 0 });
  const asked = [
    'provenance',
    'look-back',
    '--url',
    'http://docs.example.org/page/2',
    '--dir',
    'bot',
    '--incident',
    'incident.yaml',
  ];
  const { code, out } = await custos(...asked, '--format', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    records: 1,
    unknownTime: 0,
    datasets: [{ dataset: 'dataset:web' }],
    models: [
      { model: 'model:base', from: 'dataset:web' },
      { model: 'model:tuned', digest: TUNED, from: 'model:base' },
    ],
    releases: [{ release: 'r2', artefacts: ['tuned'] }],
    systems: [{ system: 'support-bot', release: 'r2', share: 0.8 }],
    gaps: [],
  });
  expect(readFileSync(join(home, 'incident.yaml'), 'utf8')).toContain(
    '# Live: support-bot, production, release r2',
  );
  expect(await custos('observe', 'incident.yaml', '--dir', 'bot')).toMatchObject({
    code: 0,
    err: expect.stringContaining('Recorded 2 of 2'),
  });
  expect((await custos(...asked)).err).toContain('exists already');
});

describe('an import that can not be recorded changes nothing', () => {
  const more = (name: string) => {
    const text = rows((i) => ({ url: `https://more.example.org/${name}/${i}` }));
    writeFileSync(join(home, name), text);
    return name;
  };
  const manifest = () => readFileSync(join(home, 'data/provenance/default/manifest.json'), 'utf8');
  const importOf = (...files: string[]) => [...importing.slice(0, 2), ...files, ...importing.slice(3)];

  it('for want of a digest of the version', async () => {
    const refused = { code: 2, out: '', err: expect.stringMatching(/Nothing was imported.*Give --digest/) };
    expect(await custos(...importOf(more('a.jsonl'), more('b.jsonl')))).toMatchObject(refused);
    expect(await custos('provenance', 'coverage')).toMatchObject({ code: 2 });
    expect(await custos(...importOf('a.jsonl'))).toMatchObject({ code: 0 });
    const before = manifest();
    expect(await custos(...importOf('b.jsonl'))).toMatchObject(refused);
    expect(manifest()).toBe(before);
    expect(await custos(...importOf('a.jsonl', 'b.jsonl'), '--digest', MODEL)).toMatchObject({
      code: 0,
      err: expect.stringContaining('Recorded 1 of 1'),
    });
  });

  it('when the ledger can not be opened', async () => {
    await custos(...importOf(more('a.jsonl')));
    const before = manifest();
    rmSync(join(home, 'bot/.custos/checkpoint'));
    const done = await custos(...importOf(more('b.jsonl')), '--digest', MODEL);
    expect(done).toMatchObject({ code: 2, out: '', err: expect.stringContaining('checkpoint is missing') });
    expect(manifest()).toBe(before);
  });

  it('when the ledger refuses at the end', async () => {
    // Nothing there yet, and no place to make it: only recording can find out.
    symlinkSync(join(home, 'nowhere/at/all'), join(home, 'bot/.custos'));
    expect(await custos(...importOf(more('a.jsonl')))).toMatchObject({ code: 2, out: '' });
    expect(await custos('provenance', 'coverage')).toMatchObject({ code: 2 });
    rmSync(join(home, 'bot/.custos'));
    expect(await custos(...importOf('a.jsonl'))).toMatchObject({ code: 0 });
  });
});

it('an import that is killed at any moment leaves the index before or the index after, and can be said again', async () => {
  const rowsOf = (n: number) =>
    Array.from({ length: 40_000 }, (_, i) => `{"url":"https://k${i % 97}.example.org/${n}/${i}"}\n`).join('');
  const words = (n: number) => [
    ...importing.slice(0, 2),
    `k${n}.jsonl`,
    ...importing.slice(3),
    '--digest',
    MODEL,
  ];
  writeFileSync(join(home, 'k0.jsonl'), rowsOf(0));
  const started = performance.now();
  expect(await custos(...words(0))).toMatchObject({ code: 0 });
  const length = performance.now() - started;
  const count = async () => {
    expect(await custos('provenance', 'verify')).toMatchObject({ code: 0 });
    const { code, out, err } = await custos(
      'provenance',
      'look-back',
      '--domain',
      'example.org',
      '--format',
      'json',
      '--dir',
      'bot',
    );
    expect(code, err).toBe(3);
    return z.object({ records: z.number(), unknownTime: z.number() }).parse(JSON.parse(out)).unknownTime;
  };
  for (const [n, part] of KILLS.entries()) {
    writeFileSync(join(home, `k${n + 1}.jsonl`), rowsOf(n + 1));
    const child = startCli(home, words(n + 1));
    const ended = new Promise((done) => child.once('exit', done));
    const timer = setTimeout(() => child.kill('SIGKILL'), length * part);
    await ended;
    clearTimeout(timer);
    const found = await count();
    expect([40_000 * (n + 1), 40_000 * (n + 2)]).toContain(found);
    const again = await custos(...words(n + 1));
    if (found === 40_000 * (n + 2))
      expect(again).toMatchObject({ code: 2, err: expect.stringContaining('already') });
    else expect(again).toMatchObject({ code: 0 });
    expect(await count()).toBe(40_000 * (n + 2));
    expect(await custos('ledger', 'verify', 'bot')).toMatchObject({ code: 0 });
  }
}, 280_000);

describe('usage', () => {
  it('lists all records as CSV, and what is outside the window is not among them', async () => {
    writeFileSync(
      join(home, 'crawl.jsonl'),
      rows((i) => (i === 0 ? { url: whole(0).url } : whole(i))),
    );
    expect(
      await custos(...importing.filter((word) => word !== '--by' && word !== 'data@example.org')),
    ).toMatchObject({ code: 0 });
    const { out } = await custos(
      'provenance',
      'look-back',
      '--domain',
      'docs.example.org',
      '--from',
      '2024-03-01',
      '--to',
      '2024-03-31',
      '--format',
      'csv',
    );
    const lines = out.trim().split('\n').slice(1);
    expect(lines[0]).toBe('unknown,,dataset:web,crawl.jsonl,https://docs.example.org/page/0');
    expect(lines.slice(1).every((line) => line.startsWith('2024-03-15'))).toBe(true);
    expect(lines).toHaveLength(1 + 7);
    expect((await custos('provenance', 'coverage')).out).toContain('40 rows: source 100.0 %, time 97.5 %');
  });

  it.each([
    ['no question', ['look-back'], /Nothing was asked|no provenance index/],
    ['no index', ['coverage'], /There is no provenance index/],
    [
      'a time that is none',
      ['look-back', '--url', 'https://a.example/', '--from', 'spring'],
      /no provenance index|is no time/,
    ],
    [
      'a drill without an expectation',
      ['look-back', '--domain', 'a.example', '--record'],
      /--expect-dataset/,
    ],
    [
      'a use without a digest',
      ['import', 'x', '--dataset', 'd', '--acquisition', 'x', '--used-in', 'm'],
      /MODEL=sha256/,
    ],
    [
      'a person without the role',
      importing.slice(1),
      /is not named as data_custodian|crawl.jsonl can't be read/,
    ],
  ])('%s ends with 2 and says what to do', async (_name, words, says) => {
    const done = await custos('provenance', ...words);
    expect(done).toMatchObject({ code: 2, out: '' });
    expect(done.err).toMatch(says);
  });

  it('answers with 3 when something is not known', async () => {
    writeFileSync(join(home, 'crawl.jsonl'), `${rows(whole)}garbage\n`);
    const unused = importing.slice(0, 9);
    expect(await custos(...unused)).toMatchObject({ code: 0 });
    const asked = (...words: string[]) => custos('provenance', 'look-back', ...words);
    expect(await asked('--domain', 'elsewhere.example')).toMatchObject({
      code: 3,
      out: expect.stringMatching(/^0 records\nThis is not all.*1 imported rows have no usable address/s),
    });
    writeFileSync(join(home, 'crawl.jsonl'), rows(whole));
    const other = join(home, 'other');
    expect(await custos(...unused, '--index', other)).toMatchObject({ code: 0 });
    expect(await asked('--domain', 'elsewhere.example', '--index', other)).toMatchObject({ code: 0 });
    expect(await asked('--digest', MODEL, '--index', other)).toMatchObject({
      code: 3,
      out: expect.stringContaining('No sha256 digest was recorded'),
    });
  });

  it('no control characters of others reach the terminal', async () => {
    writeFileSync(join(home, 'crawl.jsonl'), rows(whole));
    const hostile = importing.slice(0, 9).map((word) => (word === 'dataset:web' ? 'web\x1b[2J\x07' : word));
    expect(await custos(...hostile)).toMatchObject({ code: 0 });
    const { out } = await custos('provenance', 'look-back', '--domain', 'docs.example.org');
    expect(out).toContain('web');
    expect(out.includes('\x1b') || out.includes('\x07')).toBe(false);
  });

  it('an index that is a file is named', async () => {
    writeFileSync(join(home, 'crawl.jsonl'), rows(whole));
    expect(await custos(...importing.slice(0, 9), '--index', 'crawl.jsonl')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/crawl\.jsonl can't be written \(EEXIST\)/),
    });
    expect(readFileSync(join(home, 'crawl.jsonl'), 'utf8')).toBe(rows(whole));
  });

  it('says what is damaged', async () => {
    writeFileSync(join(home, 'crawl.jsonl'), rows(whole));
    await custos(...importing.slice(0, 9));
    expect(await custos('provenance', 'verify')).toMatchObject({ code: 0 });
    const index = join(home, 'data/provenance/default');
    const { segments } = z
      .object({ segments: z.array(z.object({ digest: z.string() })) })
      .parse(JSON.parse(readFileSync(join(index, 'manifest.json'), 'utf8')));
    const path = join(index, `${segments[0]?.digest}.seg`);
    expect(existsSync(path)).toBe(true);
    const bytes = readFileSync(path);
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(await custos('provenance', 'verify')).toMatchObject({
      code: 1,
      out: expect.stringContaining('its content is not what its name says'),
    });
    expect(await custos('provenance', 'look-back', '--domain', 'example.org')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('nothing is answered from it'),
    });
  });
});
