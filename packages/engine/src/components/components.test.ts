import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bom, type Component, parseModelCard } from '@custos/bom';
import type { Asset, Content, Evidence, PredicateName } from '@custos/core';
import { predicateType, STATEMENT_TYPE } from '@custos/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AxeResults, axeOf, publicationStatement } from './check-page.ts';
import { installedFacts } from './installed-packages.ts';
import { JustificationInput, justificationStatements } from './justify.ts';
import { buildJustificationPage } from './page.ts';
import { componentStates, demands } from './register.ts';
import { scoreComponents, scoreStatement } from './score.ts';

const NOW = '2026-06-01T12:00:00Z';
const PRINT = `sha256:${'f1'.repeat(32)}` as const;
const SYSTEM = { name: 'bot', digest: { sha256: 'f1'.repeat(32) } };
const PEOPLE = {
  developer: 'dev@example.org',
  system_operator: 'ops@example.org',
  data_custodian: 'data@example.org',
  organisation: 'ciso@example.org',
  auditor: 'audit@example.org',
};
const ROLES = {
  developer: [PEOPLE.developer],
  system_operator: [PEOPLE.system_operator],
  data_custodian: [PEOPLE.data_custodian],
  organisation: [PEOPLE.organisation],
  auditor: [PEOPLE.auditor],
};
const HEX = 'a1'.repeat(32);

const MODEL: Asset = {
  id: 'model:models/m.safetensors',
  kind: 'model',
  name: 'models/m.safetensors',
  origin: 'external',
  provider: 'lindenhof',
  digest: `sha256:${HEX}`,
  locations: [{ path: 'models/m.safetensors' }],
};
const PACKAGE: Asset = {
  id: 'component:npm/left',
  kind: 'component',
  name: 'npm/left',
  origin: 'external',
  version: '1.2.3',
  locations: [{ path: 'package.json' }],
};
const OWN: Asset = { ...PACKAGE, id: 'component:own/.', origin: 'own' };

/** What axe-core says of a page with one violation. */
const AXE = {
  testEngine: { name: 'axe-core', version: '4.11.0' },
  url: 'https://example.org/',
  timestamp: NOW,
  passes: [{ id: 'document-title' }],
  violations: [{ id: 'color-contrast' }],
};

let counter = 0;
function observed<N extends PredicateName>(
  name: N,
  content: Content<N>,
  more: {
    hex?: string;
    name?: string;
    at?: string;
    until?: string;
    verified?: boolean;
    role?: keyof typeof PEOPLE;
    actor?: string;
    producer?: string;
  } = {},
): Evidence {
  counter += 1;
  const at = more.at ?? '2026-05-01T00:00:00Z';
  return {
    id: `sha256:${counter.toString(16).padStart(64, '0')}`,
    authenticity: more.verified === false ? { verified: false, why: 'x' } : { verified: true, keyId: 'k' },
    statement: {
      _type: STATEMENT_TYPE,
      subject: [{ name: more.name ?? 's', digest: { sha256: more.hex ?? HEX } }],
      predicateType: predicateType(name),
      predicate: {
        producer: { name: more.producer ?? 't', version: '1' },
        observedAt: at,
        validFrom: at,
        ...(more.until ? { validUntil: more.until } : {}),
        ...(more.role ? { actor: { id: more.actor ?? PEOPLE[more.role], role: more.role } } : {}),
        content,
      },
    },
  };
}

const SLSA = 'https://slsa.dev/provenance/v1';

/** An attestation of the content with this digest, recorded as being about `hex`. */
function slsa(more: { of?: string; hex?: string; type?: string; until?: string; signed?: boolean } = {}) {
  const statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: 'm', digest: { sha256: more.of ?? HEX } }],
    predicateType: more.type ?? SLSA,
    predicate: {},
  };
  return observed(
    'third-party-attestation',
    {
      envelope: {
        payloadType: 'application/vnd.in-toto+json',
        payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
        signatures: more.signed === false ? [] : [{ keyid: 'k', sig: 'c2ln' }],
      },
      predicateType: SLSA,
    },
    { ...(more.hex ? { hex: more.hex } : {}), ...(more.until ? { until: more.until } : {}) },
  );
}

type Sources = Parameters<typeof scoreComponents>[0];

const SOURCES: Omit<Sources, 'assets'> = {
  dir: '/nowhere',
  details: new Map(),
  evidence: [],
  fingerprint: PRINT,
  roles: ROLES,
  boms: [],
  facts: {},
  now: NOW,
  maintainedDays: 730,
  sourcedShare: 0.95,
};

function partsOf(asset: Asset, more: Partial<Sources> = {}) {
  const [score] = scoreComponents({ ...SOURCES, assets: [asset, OWN], ...more });
  return score?.parts ?? [];
}

function scored(asset: Asset, more: Partial<Sources> = {}) {
  return Object.fromEntries(partsOf(asset, more).map((part) => [part.name, part.met]));
}

/** The part is not met; its reason. */
function missing(name: string, asset: Asset, more: Partial<Sources>): string {
  const part = partsOf(asset, more).find((one) => one.name === name);
  expect(part).toMatchObject({ met: false });
  return part?.reason ?? '';
}

describe('the score', () => {
  test('of a model without any document or evidence: only what the inventory shows', () => {
    expect(scored(MODEL)).toEqual({
      licence: false,
      supplier: true,
      description: false,
      card: false,
      limitations: false,
      intended_use: false,
      training_data: false,
      evaluation: false,
      pinned: true,
      hashes: true,
      signature: false,
      provenance: false,
      maintained: false,
      inspected: false,
    });
  });

  test('takes facts from a card, a bill and a file, and evidence by digest', () => {
    const card = parseModelCard(
      '---\nlicense: mit\n---\n# M\nFinds places.\n## Intended use\nRouting of mail.\n## Limitations\nSmall towns.\n## Training data\nGazetteers.',
    );
    const parts = scored(MODEL, {
      details: new Map([[MODEL.id, { card, cardPath: 'models/README.md' }]]),
      boms: [
        {
          bomFormat: 'CycloneDX',
          specVersion: '1.7',
          components: [
            {
              type: 'machine-learning-model',
              name: 'm',
              hashes: [{ alg: 'SHA-256', content: HEX }],
              modelCard: { quantitativeAnalysis: { performanceMetrics: [{ type: 'f1', value: '0.9' }] } },
            },
          ],
        },
      ],
      facts: { [MODEL.id]: { released: '2026-01-01T00:00:00Z' } },
      evidence: [
        observed('signature-verification', {
          asset: 'm',
          method: 'sigstore',
          signer: 's',
          valid: true,
          at: 'receipt',
        }),
        observed('inspection', { asset: 'm', verdict: 'clean', findings: [] }),
        slsa(),
      ],
    });
    expect(Object.values(parts)).not.toContain(false);
  });

  test.each([
    ['a signature that does not hold', { valid: false }, 'signature'],
    ['a signature over something else', { hex: '00'.repeat(32) }, 'signature'],
    ['evidence that nobody can verify', { verified: false }, 'signature'],
  ] as const)('%s is none', (_, more, part) => {
    const { valid = true, ...options } = more as { valid?: boolean; hex?: string; verified?: boolean };
    const content = { asset: 'm', method: 'sigstore', signer: 's', valid, at: 'receipt' } as const;
    expect(scored(MODEL, { evidence: [observed('signature-verification', content, options)] })[part]).toBe(
      false,
    );
  });

  test('a suspicious inspection after a clean one counts, an old release does not', () => {
    const inspection = (verdict: 'clean' | 'suspicious', at: string) =>
      observed('inspection', { asset: 'm', verdict, findings: [] }, { at });
    const evidence = [
      inspection('suspicious', '2026-05-02T00:00:00Z'),
      inspection('clean', '2026-05-01T00:00:00Z'),
    ];
    expect(scored(MODEL, { evidence }).inspected).toBe(false);
    expect(
      scored(PACKAGE, { facts: { [PACKAGE.id]: { released: '2020-01-01T00:00:00Z' } } }).maintained,
    ).toBe(false);
    expect(
      scored(PACKAGE, { facts: { [PACKAGE.id]: { released: '2027-01-01T00:00:00Z' } } }).maintained,
    ).toBe(false);
  });

  test('packages are asked for no model card; `unknown` is no licence; own components are not scored', () => {
    expect(Object.keys(scored(PACKAGE))).toEqual([
      'licence',
      'supplier',
      'description',
      'documentation',
      'pinned',
      'hashes',
      'signature',
      'provenance',
      'maintained',
      'inspected',
    ]);
    expect(scored(PACKAGE, { facts: { [PACKAGE.id]: { licences: ['unknown'] } } }).licence).toBe(false);
    expect(scored({ ...PACKAGE, properties: { floating: true } }).pinned).toBe(false);
    expect(scored(OWN)).toEqual({});
  });
});

const DATA: Asset = { ...MODEL, id: 'dataset:d', name: 'd', kind: 'dataset' };
const GONE = '2026-05-30T00:00:00Z';
const OTHER = '00'.repeat(32);

const signed = (more: Parameters<typeof observed>[2] = {}) =>
  observed(
    'signature-verification',
    { asset: MODEL.id, method: 'sigstore', signer: 's', valid: true, at: 'receipt' },
    more,
  );
const inspected = (
  asset: string,
  more: Parameters<typeof observed>[2] = {},
  content: Partial<Content<'inspection'>> = {},
) => observed('inspection', { asset, verdict: 'clean', findings: [], ...content }, more);
const sourced = (rows: Partial<Content<'data-provenance'>> = {}, more: Parameters<typeof observed>[2] = {}) =>
  observed(
    'data-provenance',
    {
      dataset: DATA.id,
      visibility: 'public',
      acquisition: 'Downloaded from the portal of the state',
      rows: 1000,
      rowsWithSource: 1000,
      rowsWithTime: 1000,
      sources: [{ uri: 'https://example.org/data' }],
      usedIn: [],
      ...rows,
    },
    { role: 'developer', ...more },
  );
const withdrawn = (item: Evidence, actor = PEOPLE.auditor) =>
  observed('retraction', { of: item.id, reason: 'It was about another file' }, { role: 'auditor', actor });
/** Makes people known to evaluation. */
const declared = () =>
  observed(
    'system-declaration',
    {
      id: 'bot',
      name: 'Bot',
      purpose: 'Answers customers about their orders',
      phase: 'deployment',
      use: {
        inputs: ['text'],
        outputs: ['text'],
        tools: [],
        users: [],
        exposure: 'internal',
        prohibited: [],
      },
      roles: ROLES,
      features: {},
      thresholds: {},
      assets: [],
    },
    { producer: 'custos' },
  );

describe('evidence counts for a part only while it stands and is of this content', () => {
  test.each<[string, string, Asset, () => Evidence[], RegExp]>([
    ['signature that ended', 'signature', MODEL, () => [signed({ until: GONE })], /ended on 2026-05-30/],
    ['signature over other content', 'signature', MODEL, () => [signed({ hex: OTHER })], /other content/],
    ['signature that nobody can verify', 'signature', MODEL, () => [signed({ verified: false })], /: x$/],
    ['inspection that ended', 'inspected', MODEL, () => [inspected('m', { until: GONE })], /ended on/],
    [
      'inspection that is dated ahead',
      'inspected',
      MODEL,
      () => [inspected('m', { at: '2026-07-01T00:00:00Z' })],
      /2026-07-01/,
    ],
    [
      'inspection typed by a person',
      'inspected',
      MODEL,
      () => [inspected('m', { producer: 'custos-attest' })],
      /measured/,
    ],
    [
      'clean inspection with an open critical finding',
      'inspected',
      MODEL,
      () => [
        inspected(
          'm',
          {},
          {
            findings: [{ id: 'CVE-1', severity: 'critical', openedAt: '2026-05-01T00:00:00Z' }],
          },
        ),
      ],
      /CVE-1/,
    ],
    [
      'inspection of a package by its name, of whatever version',
      'inspected',
      PACKAGE,
      () => [inspected(PACKAGE.id)],
      /another version/,
    ],
    [
      'inspection of something else of the system',
      'inspected',
      PACKAGE,
      () => [inspected(OWN.id, { hex: PRINT.slice(7) })],
      /not inspected/,
    ],
    ['attestation that ended', 'provenance', MODEL, () => [slsa({ until: GONE })], /ended on/],
    ['attestation of other content', 'provenance', MODEL, () => [slsa({ of: OTHER })], /does not name/],
    [
      'attestation of something else',
      'provenance',
      MODEL,
      () => [slsa({ type: 'https://x.org/' })],
      /x\.org/,
    ],
    ['attestation without a signature', 'provenance', MODEL, () => [slsa({ signed: false })], /no signature/],
    [
      'provenance of another version',
      'provenance',
      DATA,
      () => [sourced({}, { hex: OTHER })],
      /other content/,
    ],
    [
      'provenance without a source',
      'provenance',
      DATA,
      () => [sourced({ rowsWithSource: 0 })],
      /0 of 1000 rows/,
    ],
    [
      'provenance with few sources',
      'provenance',
      DATA,
      () => [sourced({ rowsWithSource: 900 })],
      /900 of 1000 rows/,
    ],
    [
      'provenance of more rows than there are',
      'provenance',
      DATA,
      () => [sourced({ rowsWithSource: 2000 })],
      /2000 of 1000 rows/,
    ],
    ['provenance that names no source', 'provenance', DATA, () => [sourced({ sources: [] })], /no source/],
    [
      'provenance by nobody in a role',
      'provenance',
      DATA,
      () => [sourced({}, { actor: 'stranger@example.org' })],
      /stranger@example\.org/,
    ],
    ['provenance that ended', 'provenance', DATA, () => [sourced({}, { until: GONE })], /ended on/],
  ])('%s', (_, part, asset, evidence, reason) => {
    expect(missing(part, asset, { evidence: evidence() })).toMatch(reason);
  });

  test('withdrawn evidence does not count, and what the newest withdrawn one hid does', () => {
    const old = signed({ at: '2026-04-01T00:00:00Z' });
    const found = signed();
    const evidence = [declared(), found, withdrawn(found)];
    expect(missing('signature', MODEL, { evidence })).toMatch(/withdrawn/);
    expect(scored(MODEL, { evidence: [...evidence, old] }).signature).toBe(true);
    // A stranger withdraws nothing.
    const by = withdrawn(found, 'stranger@example.org');
    expect(scored(MODEL, { evidence: [declared(), found, by] }).signature).toBe(true);
  });

  test('an end that is past uncovers nothing older', () => {
    const bad = inspected('m', { at: '2026-05-02T00:00:00Z', until: GONE }, { verdict: 'unsafe' });
    expect(missing('inspected', MODEL, { evidence: [inspected('m'), bad] })).toMatch(/ended on/);
  });

  test('of this content, they count', () => {
    // Nobody looked at the attestation's own signature, and that is not kept back.
    expect(partsOf(MODEL, { evidence: [slsa()] }).find((part) => part.name === 'provenance')).toMatchObject({
      met: true,
      reason: expect.stringContaining('its own signature was not checked here'),
    });
    expect(scored(DATA, { evidence: [sourced()] }).provenance).toBe(true);
    expect(
      scored(PACKAGE, { evidence: [inspected('dependencies', { hex: PRINT.slice(7) })] }).inspected,
    ).toBe(true);
    expect(scored(PACKAGE, { evidence: [inspected(PACKAGE.name, { hex: PRINT.slice(7) })] }).inspected).toBe(
      true,
    );
  });
});

/** A bill that names MODEL. */
const bill = (component: Partial<Component>): Bom => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.7',
  components: [{ type: 'machine-learning-model', name: MODEL.name, ...component }],
});
const sha256 = (content: string) => ({ alg: 'SHA-256' as const, content });

describe('documents count for a part only where they say something of this version', () => {
  test('a bill with another digest of it is not used, and makes its content doubtful', () => {
    const versioned = { ...MODEL, version: '1' };
    const boms = [bill({ version: '1', description: 'Finds places', hashes: [sha256(OTHER)] })];
    expect(missing('description', versioned, { boms })).toContain('another SHA-256');
    expect(missing('hashes', versioned, { boms })).toContain(OTHER);
    const both = [bill({ version: '1', hashes: [sha256(HEX), sha256(OTHER)] })];
    expect(missing('hashes', versioned, { boms: both })).toContain(OTHER);
  });

  test('a digest in capitals is the same digest', () => {
    const boms = [bill({ description: 'Finds places', hashes: [sha256(HEX.toUpperCase())] })];
    expect(scored(MODEL, { boms })).toMatchObject({ description: true, hashes: true });
  });

  test('a bill without the version says nothing of it', () => {
    const { version: _, ...unpinned } = PACKAGE;
    const component = { name: 'left', purl: 'pkg:npm/left', description: 'Pads' };
    const boms = [bill({ ...component, type: 'library' })];
    expect(scored(unpinned, { boms }).description).toBe(false);
    const purl = 'pkg:npm/left@1.2.3';
    const hashed = (hash: { alg: 'SHA-512' | 'MD5'; content: string }) =>
      scored(PACKAGE, { boms: [bill({ ...component, type: 'library', purl, hashes: [hash] })] }).hashes;
    expect(hashed({ alg: 'SHA-512', content: 'ab'.repeat(64) })).toBe(true);
    for (const content of ['', ' ', 'ab', 'x'.repeat(128)])
      expect(hashed({ alg: 'SHA-512', content })).toBe(false);
    expect(hashed({ alg: 'MD5', content: 'ab'.repeat(16) })).toBe(false);
  });

  test.each([
    '',
    ' ',
    '\u00a0\n',
    '\u200b',
    '-',
    '?',
    'n/a',
    'TBD',
    'None',
    'unknown',
    '[More Information Needed]',
  ])('%j says nothing', (blank) => {
    const facts = {
      licences: [blank],
      supplier: blank,
      description: blank,
      documentation: blank,
      uses: blank,
      limitations: blank,
      training: blank,
      evaluation: blank,
    };
    const { provider: _, ...asset } = MODEL;
    const boms = [
      bill({
        hashes: [sha256(HEX)],
        description: blank,
        supplier: { name: blank },
        modelCard: { considerations: { useCases: [blank, blank] } },
      }),
    ];
    const met = partsOf(asset, { facts: { [MODEL.id]: facts }, boms }).filter((part) => part.met);
    expect(met.filter((part) => part.group === 'documentation')).toEqual([]);
    // It does not stand before what a later source says, either.
    const later = [bill({ hashes: [sha256(HEX)], description: 'Finds places' })];
    expect(scored(asset, { facts: { [MODEL.id]: facts }, boms: later }).description).toBe(true);
  });

  test.each([
    ['MIT', true],
    ['mit', true],
    ['Apache-2.0 OR MIT', true],
    ['LicenseRef-Acme', true],
    ['BSD', true],
    ['3-Clause BSD License', true],
    ['Llama 3.1 Community License Agreement', true],
    ['Proprietary', true],
    ['banana', false],
    ['yes', false],
    ['license', false],
    ['NOASSERTION', false],
    ['NONE', false],
    ['UNLICENSED', false],
    ['see LICENSE', false],
    ['no license', false],
    ['unlicensed software', false],
    ['the summit of permits', false],
    ['https://example.org/', false],
  ])('licence %j: %j', (name, met) => {
    expect(scored(PACKAGE, { facts: { [PACKAGE.id]: { licences: [name] } } }).licence).toBe(met);
    if (!met)
      expect(missing('licence', PACKAGE, { facts: { [PACKAGE.id]: { licences: [name] } } })).toMatch(
        /^no licence is named/,
      );
  });

  test('documentation is an address or a file, not a word', () => {
    const of = (documentation: string) =>
      scored(PACKAGE, { facts: { [PACKAGE.id]: { documentation } } }).documentation;
    expect(of('https://example.org/manual')).toBe(true);
    expect(of('git+https://example.org/left.git')).toBe(true);
    for (const word of ['yes', 'javascript:alert(1)', 'file:///etc/passwd', 'https://', 'http://?'])
      expect(of(word)).toBe(false);
  });

  test('the home page of a model is no card of it', () => {
    const referring = (type: 'website' | 'model-card') => [
      bill({ hashes: [sha256(HEX)], externalReferences: [{ type, url: 'https://example.org/m' }] }),
    ];
    expect(scored(MODEL, { boms: referring('website') }).card).toBe(false);
    expect(scored(MODEL, { boms: referring('model-card') }).card).toBe(true);
  });

  test('reasons are one short line, whatever documents hold', () => {
    const long = `MIT License\u001b[31m\n${'x'.repeat(100_000)}`;
    for (const part of partsOf(PACKAGE, {
      facts: { [PACKAGE.id]: { licences: [long, ...Array(5000).fill('MIT')] } },
    })) {
      expect(part.reason.length).toBeLessThan(400);
      expect(part.reason).not.toMatch(/\p{Cc}/u);
    }
  });

  test('a blank or moving version pins nothing', () => {
    for (const version of ['', ' ', 'latest', 'main', '*', '>=1', '1.x', '2.X.0'])
      expect(scored({ ...PACKAGE, version }).pinned).toBe(false);
  });
});

describe('installed packages', () => {
  let root: string;
  let outside: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'custos-installed-'));
    mkdirSync(join(root, 'node_modules/left'), { recursive: true });
    writeFileSync(
      join(root, 'node_modules/left/package.json'),
      JSON.stringify({ version: '1.2.3', license: 'MIT', author: { name: 'A' }, homepage: 7 }),
    );
    const info = join(root, '.venv/lib/python3.13/site-packages/some_pkg-2.0.dist-info');
    mkdirSync(info, { recursive: true });
    writeFileSync(
      join(info, 'METADATA'),
      'Name: some-pkg\nVersion: 2.0\nLicense-Expression: BSD-3-Clause\nSummary: does\n\nLicense: no\n',
    );
    const dist = (name: string, text: string) => {
      const folder = join(root, '.venv/lib/python3.13/site-packages', `${name}.dist-info`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'METADATA'), text);
    };
    dist('some_pkg-3.0', 'Name: some-pkg\nVersion: 2.0\nLicense-Expression: MIT\n');
    dist(
      'classified-1',
      [
        'Name: classified',
        'Version: 1',
        'License: Dual License',
        'Classifier: License :: OSI Approved :: MIT License',
        'Classifier: License :: OSI Approved :: Apache Software License',
        'Classifier: Topic :: Software Development',
        'Project-URL: Homepage, https://example.org/classified',
        '',
      ].join('\n'),
    );
    mkdirSync(join(root, 'node_modules/sourced'));
    writeFileSync(
      join(root, 'node_modules/sourced/package.json'),
      JSON.stringify({
        version: '1.2.3',
        licenses: [{ type: 'MIT' }, { type: 'Apache-2.0' }],
        repository: { url: 'git+https://example.org/sourced.git' },
      }),
    );
    outside = mkdtempSync(join(tmpdir(), 'custos-outside-'));
    writeFileSync(join(outside, 'package.json'), JSON.stringify({ version: '1.2.3', license: 'MIT' }));
    symlinkSync(outside, join(root, 'node_modules/linked'));
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
    rmSync(outside, { recursive: true, force: true });
  });

  test('say what they say, of the version in use only, and never outside the folder', () => {
    expect(installedFacts(root, PACKAGE)).toEqual({ licences: ['MIT'], supplier: 'A' });
    expect(installedFacts(root, { ...PACKAGE, version: '1.2.4' })).toEqual({});
    const python = { ...PACKAGE, name: 'pypi/Some.Pkg', version: '2.0' };
    expect(installedFacts(root, python)).toEqual({ licences: ['BSD-3-Clause'], description: 'does' });
    // A folder may be renamed; what the package says of itself counts.
    expect(installedFacts(root, { ...python, version: '3.0' })).toEqual({});
    expect(installedFacts(root, { ...PACKAGE, name: 'npm/linked' })).toEqual({});
    expect(installedFacts(root, { ...PACKAGE, name: 'pypi/classified', version: '1' })).toEqual({
      licences: ['Dual License', 'MIT License', 'Apache Software License'],
      documentation: 'https://example.org/classified',
    });
    expect(installedFacts(root, { ...PACKAGE, name: 'npm/sourced' })).toEqual({
      licences: ['MIT', 'Apache-2.0'],
      documentation: 'git+https://example.org/sourced.git',
    });
    expect(installedFacts(join(root, 'node_modules'), { ...PACKAGE, name: 'npm/../left' })).toEqual({});
  });
});

const INPUT = {
  rationale: 'No other library does what this one does',
  riskAssessment: 'A new version could bring code that nobody read',
  controls: ['CTL-1'],
  expires: '2027-01-01T00:00:00Z',
};
const OWNER = { id: 'ops@example.org', role: 'system_operator' } as const;

describe('the justification', () => {
  const context = { asset: PACKAGE, system: SYSTEM, owner: OWNER, now: NOW };

  test('names owner, version, controls and end', () => {
    const [statement] = justificationStatements(JustificationInput.parse(INPUT), context);
    expect(statement?.predicate).toMatchObject({
      actor: OWNER,
      validUntil: INPUT.expires,
      content: { component: PACKAGE.id, version: '1.2.3', controls: ['CTL-1'] },
    });
  });

  test('without controls, with an end that is past, or assessed by nobody, it is refused', () => {
    expect(JustificationInput.safeParse({ ...INPUT, controls: [] }).success).toBe(false);
    expect(() => justificationStatements({ ...INPUT, expires: '2026-01-01T00:00:00Z' }, context)).toThrow(
      'later end',
    );
    const blank = ' '.repeat(40);
    for (const more of [{ rationale: blank }, { riskAssessment: 'x'.repeat(40) }, { controls: [' '] }])
      expect(JustificationInput.safeParse({ ...INPUT, ...more }).success).toBe(false);
    expect(JustificationInput.parse({ ...INPUT, controls: [' CTL-1 '] }).controls).toEqual(['CTL-1']);
    const assessment = {
      aiRisks: 'Weights could be poisoned by anybody',
      dueDiligence: 'The last ten releases were read',
      process: 'intake',
      conclusion: 'accepted',
    } as const;
    expect(() => justificationStatements({ ...INPUT, assessment }, context)).toThrow('--assessor');
  });

  test('of what names no version it is refused: it could never count', () => {
    const { version: _, ...unpinned } = PACKAGE;
    for (const asset of [unpinned, { ...PACKAGE, version: ' ' }])
      expect(() => justificationStatements(INPUT, { ...context, asset })).toThrow(/no version.*Pin it/);
  });
});

const score = (version: string) =>
  observed('component-score', {
    component: PACKAGE.id,
    version,
    documentation: 0.2,
    security: 1,
    parts: { licence: false },
    reasons: { licence: 'no licence is named <b>' },
  });
const justification = (until = '2027-01-01T00:00:00Z', at = '2026-05-01T00:00:00Z') =>
  observed(
    'justification',
    {
      component: PACKAGE.id,
      version: '1.2.3',
      rationale: `${INPUT.rationale} <script>`,
      controls: ['CTL-1'],
    },
    { until, at, role: 'system_operator' },
  );

const STANDARD = { now: NOW, roles: ROLES, line: 0.6, assessmentDays: 365, reviewDays: 365 };
const assessed = (
  more: Partial<Content<'component-assessment'>> = {},
  options: Parameters<typeof observed>[2] = {},
  named = true,
) =>
  observed(
    'component-assessment',
    {
      component: PACKAGE.id,
      version: '1.2.3',
      aiRisks: 'Weights could be poisoned by anybody',
      dueDiligence: 'The last ten releases were read',
      process: 'intake',
      conclusion: 'accepted',
      controls: ['CTL-1'],
      ...more,
    },
    { ...(named ? { role: 'developer' } : {}), ...options },
  );

describe('the register', () => {
  test('what a component demands, until nothing is left', () => {
    const of = (...evidence: Evidence[]) => {
      const [state] = componentStates([PACKAGE], evidence, STANDARD);
      return state ? demands(state) : [];
    };
    const reason = 'Read together with the security team';
    const found = justification();
    const approved = observed(
      'approval',
      { of: 'justification', target: PACKAGE.id, decision: 'approved', reason },
      { hex: found.id.slice(7), role: 'organisation' },
    );
    const rejected = observed(
      'approval',
      { of: 'justification', target: PACKAGE.id, decision: 'rejected', reason },
      {
        hex: found.id.slice(7),
        role: 'organisation',
        at: '2026-05-02T00:00:00Z',
        until: '2099-01-01T00:00:00Z',
      },
    );
    const stranger = observed(
      'approval',
      { of: 'justification', target: PACKAGE.id, decision: 'approved', reason },
      { hex: found.id.slice(7), role: 'developer' },
    );
    const assessment = assessed();
    expect(of()).toEqual(['a score']);
    expect(of(score('1.2.2'))).toEqual(['a score (that of 2026-05-01 is of version 1.2.2)']);
    expect(of(score('1.2.3'), justification('2026-05-30T00:00:00Z'))).toContain(
      'a justification (that of 2026-05-01 ended on 2026-05-30)',
    );
    expect(of(score('1.2.3'), found, assessment)).toEqual(['an approval of the justification']);
    expect(of(score('1.2.3'), found, assessment, stranger)).toEqual([
      'an approval of the justification (that of 2026-05-01 is by dev@example.org as developer, who may not say it)',
    ]);
    expect(of(score('1.2.3'), found, assessment, approved, rejected)).toEqual([
      'an approval of the justification (that of 2026-05-02 rejects it)',
    ]);
    expect(of(score('1.2.3'), found, assessment, approved)).toEqual([]);
    expect(
      of(score('1.2.3'), found, justification(undefined, '2026-05-02T00:00:00Z'), assessment, approved),
    ).toEqual(['an approval of the justification']);
  });

  test.each<[string, () => Evidence[], string]>([
    ['rejected', () => [assessed({ conclusion: 'rejected' })], 'rejects it'],
    ['by nobody', () => [assessed({}, {}, false)], 'is by nobody by name'],
    [
      'by a stranger',
      () => [assessed({}, { actor: 'stranger@example.org' })],
      'is by stranger@example.org as developer, whom custos.yaml does not name so',
    ],
    ['ended', () => [assessed({}, { until: GONE })], 'ended on 2026-05-30'],
    [
      'ended, over one that stands',
      () => [assessed(), assessed({}, { until: GONE, at: '2026-05-02T00:00:00Z' })],
      'ended on 2026-05-30',
    ],
    ['too old', () => [assessed({}, { at: '2025-05-01T00:00:00Z' })], 'is older than 365 days'],
    ['of no version', () => [assessed({ version: undefined })], 'does not say of which version'],
    ['of another version', () => [assessed({ version: '1.2.2' })], 'is of version 1.2.2'],
    ['without controls', () => [assessed({ controls: [] })], 'names no control'],
    [
      'withdrawn',
      () => {
        const found = assessed();
        return [declared(), found, withdrawn(found)];
      },
      'was withdrawn',
    ],
  ])('an assessment that is %s is none', (_, evidence, why) => {
    const [state] = componentStates([PACKAGE], [score('1.2.3'), ...evidence()], STANDARD);
    if (!state) throw new Error('no state');
    expect(state.assessment).toBeUndefined();
    expect(demands(state)[0]).toMatch(/^a risk assessment \(that of \d{4}-\d\d-\d\d /);
    expect(demands(state)[0]).toContain(why);
  });

  test('a component that names no version demands to be pinned', () => {
    const { version: _, ...unpinned } = PACKAGE;
    const { version: __, ...bare } = score('1.2.3').statement.predicate.content as Content<'component-score'>;
    const [state] = componentStates([unpinned], [observed('component-score', bare)], STANDARD);
    if (!state) throw new Error('no state');
    expect(state.poor).toBeUndefined();
    expect(demands(state)[0]).toMatch(/^an exact version/);
  });

  test('weights are known by their digest', () => {
    const content = { component: MODEL.id, documentation: 0.2, security: 1, parts: {} };
    const poor = (more: Parameters<typeof observed>[2]) =>
      componentStates([MODEL], [observed('component-score', content, more)], STANDARD)[0]?.poor;
    expect(poor({ name: MODEL.id })).toBe(true);
    expect(poor({ name: MODEL.id, hex: OTHER })).toBeUndefined();
    expect(poor({ name: 'bot', hex: PRINT.slice(7) })).toBeUndefined();
  });

  test('a score becomes an observation with a reason for each part', () => {
    const [one] = scoreComponents({ ...SOURCES, assets: [PACKAGE] });
    if (!one) throw new Error('no score');
    const statement = scoreStatement(one, SYSTEM, NOW);
    // The system's name, so that its fingerprint is not taken for the component's digest.
    expect(statement.subject).toEqual([SYSTEM]);
    expect(scoreStatement({ ...one, asset: MODEL }, SYSTEM, NOW).subject).toEqual([
      { name: MODEL.id, digest: { sha256: HEX } },
    ]);
    expect(statement.predicate.content).toMatchObject({
      component: PACKAGE.id,
      parts: { licence: false, pinned: true },
      reasons: { licence: 'no licence is named' },
    });
  });
});

describe('the page', () => {
  const found = justification();
  const page = () =>
    buildJustificationPage(
      { id: 'bot', name: 'Bot </script><img src=x>' },
      componentStates([PACKAGE], [score('1.2.3'), found], STANDARD),
      NOW,
    );
  const html = page().files.get('index.html') ?? '';
  const fetched = {
    requested: 'https://example.org/',
    url: 'https://example.org/',
    status: 200,
    html,
    fetchedAt: NOW,
  };

  test('shows the justification and what is missing; nothing in it becomes markup', () => {
    expect(page().document.statements).toEqual({ [PACKAGE.id]: found.id });
    expect(html).toContain('No other library does what this one does &lt;script&gt;');
    expect(html).toContain('no licence is named &lt;b&gt;');
    expect(html).not.toContain('<img');
    expect(html.match(/<\/script>/g)?.length).toBe(1);
    expect(html).not.toMatch(/@example\.org/);
  });

  test('a fetched page says what it shows; another page is not reachable', () => {
    const statement = publicationStatement(fetched, 2, [SYSTEM]);
    expect(statement.predicate.content).toMatchObject({
      kind: 'justifications',
      reachableWithoutLogin: true,
      accessibilityViolations: 2,
      brokenLinks: 0,
      statements: { [PACKAGE.id]: found.id },
    });
    const other = publicationStatement({ ...fetched, html: '<p>sign in</p>' }, 0, statement.subject);
    expect(other.predicate.content).toMatchObject({ reachableWithoutLogin: false, statements: {} });
  });

  test.each([
    ['another page', { url: 'https://example.org/other' }, 'https://example.org/other'],
    ['the page that asks to sign in', { url: 'https://example.org/login' }, 'https://example.org/login'],
    ['no page at all', { url: 'about:blank' }, 'about:blank'],
    ['the page before it was written', { timestamp: '2026-05-31T00:00:00.000Z' }, 'before'],
    ['the page of tomorrow', { timestamp: '2026-07-01T00:00:00.000Z' }, 'future'],
    ['no rule', { passes: [], violations: [] }, 'no rule'],
  ])('axe-core that looked at %s says nothing of this one', (_, more, word) => {
    const [one] = AxeResults.parse({ ...AXE, ...more });
    if (!one) throw new Error('no result');
    expect(() => axeOf(fetched, [one])).toThrow(word);
    expect(() => axeOf(fetched, [one])).toThrow('https://example.org/');
    expect(axeOf(fetched, AxeResults.parse([{ ...AXE, ...more }, AXE])).violations).toHaveLength(1);
  });

  test('axe-core is asked for the page that answered, also behind a redirect', () => {
    const asked = AxeResults.parse({ ...AXE, url: 'https://example.org/moved' });
    const moved = { ...fetched, requested: 'https://example.org/moved' };
    expect(() => axeOf(moved, asked)).toThrow('https://example.org/moved');
    expect(
      axeOf(moved, AxeResults.parse({ ...AXE, url: 'HTTPS://EXAMPLE.org:443/#c1' })).violations,
    ).toHaveLength(1);
    // That the page asks to sign in now is recorded, with what axe-core saw there before.
    expect(axeOf({ ...moved, html: 'sign in' }, asked).violations).toHaveLength(1);
    for (const wrong of [{}, { violations: [] }, { ...AXE, testEngine: { name: 'mine', version: '1' } }, []])
      expect(AxeResults.safeParse(wrong).success).toBe(false);
  });

  test('what was not scored is never called fine', () => {
    const { files } = buildJustificationPage(
      { id: 'b', name: 'B' },
      componentStates([PACKAGE], [], STANDARD),
      NOW,
    );
    const text = files.get('index.html');
    expect(text).toContain('1 component in use has not been scored yet');
    expect(text).not.toContain('No component in use');
  });

  test('same records, same bytes', () => {
    expect(page().files.get('index.html')).toBe(html);
  });
});
