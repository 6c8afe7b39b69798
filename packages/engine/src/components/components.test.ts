import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseModelCard } from '@custos/bom';
import type { Asset, Content, Evidence, PredicateName, Role } from '@custos/core';
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
  more: { hex?: string; at?: string; until?: string; verified?: boolean; role?: Role } = {},
): Evidence {
  counter += 1;
  const at = more.at ?? '2026-05-01T00:00:00Z';
  return {
    id: `sha256:${counter.toString(16).padStart(64, '0')}`,
    authenticity: more.verified === false ? { verified: false, why: 'x' } : { verified: true, keyId: 'k' },
    statement: {
      _type: STATEMENT_TYPE,
      subject: [{ name: 's', digest: { sha256: more.hex ?? HEX } }],
      predicateType: predicateType(name),
      predicate: {
        producer: { name: 't', version: '1' },
        observedAt: at,
        validFrom: at,
        ...(more.until ? { validUntil: more.until } : {}),
        ...(more.role ? { actor: { id: 'somebody', role: more.role } } : {}),
        content,
      },
    },
  };
}

function scored(asset: Asset, more: Partial<Parameters<typeof scoreComponents>[0]> = {}) {
  const [score] = scoreComponents({
    dir: '/nowhere',
    assets: [asset, OWN],
    details: new Map(),
    evidence: [],
    fingerprint: PRINT,
    boms: [],
    facts: {},
    now: NOW,
    maintainedDays: 730,
    ...more,
  });
  return Object.fromEntries(score?.parts.map((part) => [part.name, part.met]) ?? []);
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
        observed('third-party-attestation', {
          envelope: { payloadType: 'p', payload: '', signatures: [] },
          predicateType: 'https://slsa.dev/provenance/v1',
        }),
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

describe('installed packages', () => {
  let root: string;
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
      'Name: some-pkg\nLicense-Expression: BSD-3-Clause\nSummary: does\n\nLicense: no\n',
    );
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('say what they say, of the version in use only, and never outside the folder', () => {
    expect(installedFacts(root, PACKAGE)).toEqual({ licences: ['MIT'], supplier: 'A' });
    expect(installedFacts(root, { ...PACKAGE, version: '1.2.4' })).toEqual({});
    const python = { ...PACKAGE, name: 'pypi/Some.Pkg', version: '2.0' };
    expect(installedFacts(root, python)).toEqual({ licences: ['BSD-3-Clause'], description: 'does' });
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
    const assessment = {
      aiRisks: 'Weights could be poisoned by anybody',
      dueDiligence: 'The last ten releases were read',
      process: 'intake',
      conclusion: 'accepted',
    } as const;
    expect(() => justificationStatements({ ...INPUT, assessment }, context)).toThrow('--assessor');
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
const justification = (until = '2027-01-01T00:00:00Z') =>
  observed(
    'justification',
    {
      component: PACKAGE.id,
      version: '1.2.3',
      rationale: `${INPUT.rationale} <script>`,
      controls: ['CTL-1'],
    },
    { until, role: 'system_operator' },
  );

describe('the register', () => {
  test('what a component demands, until nothing is left', () => {
    const of = (...evidence: Evidence[]) => {
      const [state] = componentStates([PACKAGE], evidence, 0.6, NOW);
      return state ? demands(state) : [];
    };
    const reason = 'Read together with the security team';
    const found = justification();
    const approved = observed(
      'approval',
      { of: 'justification', target: PACKAGE.id, decision: 'approved', reason },
      { hex: found.id.slice(7), role: 'organisation' },
    );
    const stranger = observed(
      'approval',
      { of: 'justification', target: PACKAGE.id, decision: 'approved', reason },
      { hex: found.id.slice(7), role: 'developer' },
    );
    const assessment = observed('component-assessment', {
      component: PACKAGE.id,
      version: '1.2.3',
      aiRisks: 'Weights could be poisoned by anybody',
      dueDiligence: 'The last ten releases were read',
      process: 'intake',
      conclusion: 'accepted',
      controls: [],
    });
    expect(of()).toEqual(['a score']);
    expect(of(score('1.2.2'))).toEqual(['a score']);
    expect(of(score('1.2.3'), justification('2026-05-30T00:00:00Z'))).toContain('a justification');
    expect(of(score('1.2.3'), found, assessment)).toEqual(['an approval of the justification']);
    expect(of(score('1.2.3'), found, assessment, stranger)).toEqual(['an approval of the justification']);
    expect(of(score('1.2.3'), found, assessment, approved)).toEqual([]);
    expect(of(score('1.2.3'), found, justification(), assessment, approved)).toEqual([
      'an approval of the justification',
    ]);
  });

  test('a score becomes an observation with a reason for each part', () => {
    const [one] = scoreComponents({
      dir: '/nowhere',
      assets: [PACKAGE],
      details: new Map(),
      evidence: [],
      fingerprint: PRINT,
      boms: [],
      facts: {},
      now: NOW,
      maintainedDays: 730,
    });
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
      componentStates([PACKAGE], [score('1.2.3'), found], 0.6, NOW),
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
      componentStates([PACKAGE], [], 0.6, NOW),
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
