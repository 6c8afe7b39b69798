/** Test helper: a realistic assessment of a support chatbot against the real catalogue, without running the checks. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import {
  type Assessment,
  type Content,
  type Digest,
  type DutyAssessment,
  type Evidence,
  FEATURES,
  type Feature,
  type FeatureState,
  hexOf,
  MANUAL_PRODUCER,
  ONLY_BY_CUSTOS,
  OWN_PRODUCER,
  type PredicateName,
  type ProvisionAssessment,
  predicateType,
  type Role,
  Specification,
  STATEMENT_TYPE,
  type Verdict,
  type VerdictCounts,
  worst,
} from '@custos/core';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ReportContext } from './model.ts';

const ROOT = new URL('../../../../standard/en-304-223/', import.meta.url);
export const NOW = '2026-03-02T09:30:00.000Z';

export function digestOf(text: string): Digest {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** The catalogue as shipped. */
export function loadSpecification(): Specification {
  const read = (name: string): Record<string, unknown> =>
    z.record(z.string(), z.unknown()).parse(parse(readFileSync(new URL(name, ROOT), 'utf8')));
  const provisions = readdirSync(new URL('provisions/', ROOT))
    .map((name) => name.replace(/\.yaml$/, ''))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => read(`provisions/${name}.yaml`));
  return Specification.parse({
    ...read('specification.yaml'),
    ...read('principles.yaml'),
    ...read('ixit.yaml'),
    ...read('settings.yaml'),
    provisions,
  });
}

export function observe<N extends PredicateName>(
  name: N,
  content: Content<N>,
  by?: { id: string; role: Role },
): Evidence {
  return {
    id: digestOf(name + JSON.stringify(content)),
    authenticity: { verified: true, keyId: 'fixture' },
    statement: {
      _type: STATEMENT_TYPE,
      subject: [{ name: 'helpdesk-assistant', digest: { sha256: hexOf(digestOf('system')) } }],
      predicateType: predicateType(name),
      predicate: {
        producer: {
          name: by && !ONLY_BY_CUSTOS.has(name) ? MANUAL_PRODUCER : OWN_PRODUCER,
          version: '0.1.0',
        },
        ...(by ? { actor: by } : {}),
        observedAt: '2026-02-20T10:00:00.000Z',
        validFrom: '2026-02-20T10:00:00.000Z',
        validUntil: '2026-08-20T10:00:00.000Z',
        source: by ? 'custos.yaml' : 'git:5f2a9c1',
        content,
      },
    },
  };
}

const ASSETS: Assessment['inventory']['assets'] = [
  {
    id: 'service:helpdesk',
    kind: 'service',
    name: 'helpdesk',
    origin: 'own',
    owner: 'mara@example.org',
    locations: [{ path: 'src/server.ts', line: 1 }],
  },
  {
    id: 'agent:support',
    kind: 'agent',
    name: 'support agent',
    origin: 'own',
    locations: [{ path: 'src/agent.ts', line: 12 }],
  },
  {
    id: 'model:gpt-4o',
    kind: 'model',
    name: 'gpt-4o',
    version: '2024-11-20',
    origin: 'external',
    provider: 'OpenAI',
    properties: { reference: 'pinned' },
    locations: [{ path: 'src/agent.ts', line: 31 }],
  },
  {
    id: 'model:bge-small',
    kind: 'model',
    name: 'BAAI/bge-small-en-v1.5',
    origin: 'external',
    provider: 'BAAI',
    digest: digestOf('bge'),
    locations: [{ path: 'src/index.ts', line: 8 }],
  },
  {
    id: 'dataset:articles',
    kind: 'dataset',
    name: 'help articles',
    version: '2026-02',
    origin: 'own',
    digest: digestOf('articles'),
    locations: [{ path: 'data/articles.jsonl' }],
  },
  {
    id: 'prompt:system',
    kind: 'prompt',
    name: 'system prompt',
    digest: digestOf('prompt'),
    origin: 'own',
    locations: [{ path: 'prompts/system.md', line: 1 }],
  },
  {
    id: 'tool:refund',
    kind: 'tool',
    name: 'issue_refund',
    origin: 'own',
    locations: [{ path: 'src/tools/refund.ts', line: 4 }],
  },
  {
    id: 'tool:lookup',
    kind: 'tool',
    name: 'look_up_order',
    origin: 'own',
    locations: [{ path: 'src/tools/order.ts', line: 4 }],
  },
  {
    id: 'endpoint:openai',
    kind: 'endpoint',
    name: 'https://api.openai.com/v1',
    origin: 'external',
    provider: 'OpenAI',
    locations: [{ path: 'src/agent.ts', line: 9 }],
  },
  {
    id: 'component:npm/openai',
    kind: 'component',
    name: 'openai',
    version: '4.77.0',
    origin: 'external',
    provider: 'npm',
    locations: [{ path: 'package-lock.json', line: 811 }],
  },
  {
    id: 'component:npm/hono',
    kind: 'component',
    name: 'hono',
    version: '4.6.14',
    origin: 'external',
    provider: 'npm',
    locations: [{ path: 'package-lock.json', line: 402 }],
  },
  {
    id: 'environment:production',
    kind: 'environment',
    name: 'production',
    origin: 'own',
    locations: [{ path: 'compose.yaml', line: 3 }],
  },
];

const EDGES: Assessment['inventory']['edges'] = [
  { from: 'service:helpdesk', to: 'agent:support', kind: 'calls' },
  { from: 'agent:support', to: 'model:gpt-4o', kind: 'calls' },
  { from: 'agent:support', to: 'tool:refund', kind: 'calls' },
  { from: 'agent:support', to: 'tool:lookup', kind: 'calls' },
  { from: 'agent:support', to: 'prompt:system', kind: 'depends_on' },
  { from: 'service:helpdesk', to: 'model:bge-small', kind: 'calls' },
  { from: 'model:bge-small', to: 'dataset:articles', kind: 'stores' },
  { from: 'endpoint:openai', to: 'model:gpt-4o', kind: 'serves' },
  { from: 'service:helpdesk', to: 'component:npm/hono', kind: 'depends_on' },
  { from: 'agent:support', to: 'component:npm/openai', kind: 'depends_on' },
];

const OFF: readonly Feature[] = [
  'non_public_training_data',
  'public_training_data',
  'components_shared_with_others',
  'api_offered_externally',
  'revised_from_feedback',
  'updates_not_possible',
  'ownership_transfer',
  'decommissioning',
  'confidential_data_or_weights',
];

function features(): Record<Feature, FeatureState> {
  const entries = FEATURES.map((id): [Feature, FeatureState] => {
    if (id === 'unresolved_threat_exists')
      return [
        id,
        { value: 'undecided', from: 'undecided', reason: 'no threat model is recorded that could decide it' },
      ];
    if (OFF.includes(id))
      return [
        id,
        { value: false, from: 'declared', reason: 'custos.yaml says so and no evidence speaks against it' },
      ];
    const state: FeatureState = {
      value: true,
      from: 'derived',
      reason: 'the inventory has 5 assets of external origin',
    };
    return [
      id,
      id === 'cloud_service_used'
        ? { ...state, contradiction: 'custos.yaml says no; compose.yaml deploys to a cloud' }
        : state,
    ];
  });
  return Object.fromEntries(entries) as Record<Feature, FeatureState>;
}

export function evidenceFixture(): Evidence[] {
  const mara: { id: string; role: Role } = { id: 'mara@example.org', role: 'developer' };
  return [
    observe('scan-result', {
      fingerprint: digestOf('system'),
      assets: ASSETS,
      edges: EDGES,
      findings: [],
      unknowns: [],
      scope: 'git:5f2a9c1',
      filesRead: 214,
    }),
    observe(
      'system-declaration',
      {
        id: 'helpdesk-assistant',
        name: 'Helpdesk assistant',
        purpose: 'Answers customers’ questions about orders and refunds',
        phase: 'deployment',
        use: {
          inputs: ['text'],
          outputs: ['text', 'tool_call'],
          tools: ['issue_refund', 'look_up_order'],
          users: ['customers'],
          exposure: 'public',
          prohibited: ['legal advice', 'medical advice'],
        },
        roles: {
          developer: ['mara@example.org'],
          system_operator: ['olu@example.org'],
          data_custodian: ['dana@example.org'],
          organisation: ['ciso@example.org'],
          auditor: [],
        },
        features: {},
        thresholds: {},
        assets: [],
      },
      mara,
    ),
    observe(
      'threat-model',
      {
        assets: ['model:gpt-4o', 'prompt:system'],
        dataFlows: ['customer to agent'],
        catalogue: 'MITRE ATLAS',
        catalogueVersion: '4.9',
        catalogueLatest: '5.0',
        reviewedAt: '2026-02-01T00:00:00Z',
        threats: [
          {
            id: 'T-1',
            category: 'prompt_injection',
            asset: 'agent:support',
            references: ['AML.T0051'],
            decision: 'mitigated',
            risk: 'R-1',
            reason: 'Tool calls are confined to the caller’s own order',
          },
          {
            id: 'T-2',
            category: 'extraction',
            asset: 'prompt:system',
            references: ['AML.T0056'],
            decision: 'open',
            reason: 'Not yet decided',
          },
        ],
      },
      mara,
    ),
    observe('test-run', {
      run: 'run-118',
      suite: 'adversarial',
      tool: 'custos-probe 0.1.0',
      target: digestOf('system'),
      startedAt: '2026-02-18T08:00:00Z',
      finishedAt: '2026-02-18T08:40:00Z',
      modalities: ['text'],
      threats: ['T-1'],
      results: [
        { case: 'indirect injection by article', trials: 200, successes: 3 },
        { case: 'refund for another customer', trials: 200, successes: 0 },
      ],
      unhandledErrors: 0,
      canariesPlanted: 4,
      canariesRecovered: 0,
      measuredBy: 'side_effects',
      runBy: 'developer',
      findings: [{ id: 'F-9', severity: 'medium', status: 'open' }],
    }),
    observe(
      'adequacy-attestation',
      { duty: '5.1.2-1/a', statement: 'Security goals were weighed with function and performance' },
      mara,
    ),
  ];
}

function assessed(
  id: string,
  index: number,
  applies: boolean,
): Pick<DutyAssessment, 'verdict' | 'waived' | 'reasons' | 'observations' | 'validUntil'> {
  const evidence = evidenceFixture();
  const cite = (n: number): Digest[] => evidence.slice(n % 4, (n % 4) + 1 + (n % 2)).map((item) => item.id);
  const none = { waived: false, observations: [] };
  if (!applies)
    return {
      ...none,
      verdict: 'not_applicable',
      reasons: [{ code: 'FEATURE_OFF', message: 'The feature that switches it on is off.' }],
    };
  switch (index % 9) {
    case 0:
    case 3:
    case 7:
      return {
        verdict: 'pass',
        waived: false,
        reasons: [{ code: 'EVIDENCE_HOLDS', message: '2 observations show it.' }],
        observations: cite(index),
        validUntil: '2026-08-20T10:00:00.000Z',
      };
    case 1:
      return {
        verdict: 'fail',
        waived: index % 27 === 1,
        reasons: [
          {
            code: 'NOT_REGISTERED',
            message: 'Not in the approved inventory: tool:refund, model:bge-small.',
          },
        ],
        observations: cite(index),
      };
    case 2:
    case 5:
      return {
        ...none,
        verdict: 'inconclusive',
        reasons: [
          {
            code: 'MISSING',
            message: `There is no statement of adequacy for ${id}. Next: \`custos attest ${id}\` as developer.`,
          },
        ],
      };
    case 4:
      return {
        ...none,
        verdict: 'inconclusive',
        reasons: [
          {
            code: 'STALE',
            message:
              'The adversarial test run is from 2025-06-01T00:00:00.000Z, older than testing.max_age_days allows (90). Next: run the suite against the release and record it (`custos observe test-run FILE`).',
          },
        ],
      };
    case 6:
      return {
        ...none,
        verdict: 'inconclusive',
        reasons: [
          {
            code: 'MISSING',
            message:
              'There is no restore that compared digests. Next: restore a backup and record it (`custos observe restore FILE`).',
          },
        ],
      };
    default:
      return {
        ...none,
        verdict: 'inconclusive',
        reasons: [
          {
            code: 'WRONG_ROLE',
            message:
              'The risk register comes from mara@example.org as developer; it must come from system_operator named in custos.yaml (roles). Next: have a System Operator record it (`custos attest`).',
          },
        ],
      };
  }
}

function zero(): VerdictCounts {
  return { pass: 0, fail: 0, inconclusive: 0, not_applicable: 0, waived: 0 };
}

/** Everything can be replaced, e.g. \`assessmentFixture({ system: { … } })\`. */
export function assessmentFixture(changes: Partial<Assessment> = {}): Assessment {
  const specification = loadSpecification();
  const facts = features();
  const counts = { shall: zero(), should: zero() };
  let index = 0;
  const provisions = specification.provisions.map((provision): ProvisionAssessment => {
    const duties = provision.duties.map((duty): DutyAssessment => {
      const applies = duty.when.every((feature) => facts[feature].value !== false);
      const result = assessed(duty.id, index++, applies);
      counts[duty.norm][result.verdict] += 1;
      if (result.waived) counts[duty.norm].waived += 1;
      return { id: duty.id, norm: duty.norm, reopens: provision.triggers, ...result };
    });
    const of = (norm: 'shall' | 'should'): Verdict | null => {
      const mine = duties.filter((duty) => duty.norm === norm);
      return mine.length === 0 ? null : worst(mine.map((duty) => duty.verdict));
    };
    return { id: provision.id, norm: provision.norm, shall: of('shall'), should: of('should'), duties };
  });
  return {
    specification: {
      standard: specification.standard,
      version: specification.version,
      digest: digestOf('specification'),
    },
    system: { id: 'helpdesk-assistant', name: 'Helpdesk assistant', declared: true },
    fingerprint: digestOf('system'),
    evaluatedAt: NOW,
    provisions,
    counts,
    features: facts,
    inventory: { assets: ASSETS, edges: EDGES },
    findings: [
      {
        rule: 'secrets/openai-key',
        severity: 'critical',
        confidence: 0.95,
        message:
          'A string in the form of an OpenAI key stands in the source; revoke it and read it from a secret store.',
        location: { path: 'scripts/seed.py', line: 14 },
      },
      {
        rule: 'models/floating-reference',
        severity: 'medium',
        confidence: 0.9,
        message:
          'The model `BAAI/bge-small-en-v1.5` is loaded without a revision, so its content can change.',
        location: { path: 'src/index.ts', line: 8 },
        asset: 'model:bge-small',
      },
      {
        rule: 'containers/root',
        severity: 'low',
        confidence: 0.8,
        message: 'The image runs as root.',
        location: { path: 'Dockerfile', line: 1 },
      },
    ],
    unknowns: [
      {
        scanner: 'python',
        code: 'TOO_LARGE',
        message: 'Larger than 20 MB; not parsed.',
        location: { path: 'vendor/bundle.py' },
      },
      {
        scanner: 'python',
        code: 'SYNTAX',
        message: 'Not parsed after line 30: invalid syntax.',
        location: { path: 'tools/old.py', line: 30 },
      },
      {
        scanner: 'models',
        code: 'DYNAMIC',
        message: 'The model id is computed at run time.',
        location: { path: 'src/router.ts', line: 77 },
      },
    ],
    ledger: { size: 1284, root: digestOf('root') },
    ...changes,
  };
}

export function contextFixture(changes: Partial<ReportContext> = {}): ReportContext {
  return {
    specification: loadSpecification(),
    evidence: evidenceFixture(),
    checkpointNote:
      'custos.example.org/helpdesk\n1284\nq83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeI=\n\n— custos.example.org/helpdesk Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n',
    ...changes,
  };
}

const NASTY =
  '<script>alert(1)</script> " \' & #sys.version $x$ *b* [link](http://evil) `code` \u001b[31mred\u0007 \u202eesrever 漢字 \ud800 #panic("x")';

/** A hostile name in every place that somebody outside can fill. */
export function hostileFixture(): { assessment: Assessment; context: ReportContext } {
  const base = assessmentFixture();
  const assessment: Assessment = {
    ...base,
    system: { ...base.system, id: NASTY, name: NASTY },
    provisions: base.provisions.map((provision) => ({
      ...provision,
      duties: provision.duties.map((duty) => ({
        ...duty,
        reasons: [{ code: NASTY, message: `${NASTY} Next: ${NASTY}` }],
      })),
    })),
    inventory: {
      assets: ASSETS.map((asset) => ({
        ...asset,
        name: NASTY,
        version: NASTY,
        provider: NASTY,
        locations: [{ path: NASTY, line: 3 }],
      })),
      edges: EDGES,
    },
    findings: base.findings.map((finding) => ({
      ...finding,
      message: NASTY,
      rule: NASTY,
      location: { path: NASTY, line: 2 },
    })),
    unknowns: base.unknowns.map(() => ({
      scanner: NASTY,
      code: NASTY,
      message: NASTY,
      location: { path: NASTY },
    })),
  };
  const evidence = [
    ...evidenceFixture(),
    observe('adequacy-attestation', { duty: NASTY, statement: NASTY }, { id: NASTY, role: 'developer' }),
  ];
  return { assessment, context: contextFixture({ evidence, checkpointNote: NASTY }) };
}
