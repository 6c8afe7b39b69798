/**
 * A small world for tests: people in roles, a declared system, a scan, and `observe` to add evidence. `dutyCase` proves a
 * duty both ways: evidence that makes it pass, and changes that take the pass away.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import {
  type Content,
  DAY,
  type Digest,
  type Evidence,
  FEATURES,
  type Feature,
  hexOf,
  ONLY_BY_CUSTOS,
  OWN_PRODUCER,
  type PredicateName,
  predicateName,
  predicateType,
  type Role,
  type Specification,
  type Verdict,
} from '@custos/core';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { assess } from '../assess.ts';
import { mergeSpecification } from '../catalogue/merge-specification.ts';
import { CHECKS } from '../checks/index.ts';

export const NOW = '2026-06-01T12:00:00.000Z';
export const FINGERPRINT: Digest = `sha256:${'f1'.repeat(32)}`;
export const OTHER: Digest = `sha256:${'0e'.repeat(32)}`;
export const MODEL_DIGEST: Digest = `sha256:${'a1'.repeat(32)}`;
export const DATASET_DIGEST: Digest = `sha256:${'d1'.repeat(32)}`;
export const PROMPT_DIGEST: Digest = `sha256:${'b1'.repeat(32)}`;

export const PEOPLE = {
  developer: 'dev@example.org',
  system_operator: 'ops@example.org',
  data_custodian: 'custodian@example.org',
  organisation: 'ciso@example.org',
  auditor: 'auditor@example.org',
} as const;

/** A time before NOW. */
export function daysAgo(days: number): string {
  return new Date(Date.parse(NOW) - days * DAY).toISOString();
}

export interface ObserveOptions {
  role?: keyof typeof PEOPLE | 'end_user';
  actor?: string;
  /** Days before NOW; default 1. */
  age?: number;
  subject?: Digest;
  subjectName?: string;
  producer?: string;
  validUntil?: string;
  verified?: boolean;
}

/** An observation as evaluation sees it. */
export function observe<N extends PredicateName>(
  name: N,
  content: Content<N>,
  options: ObserveOptions = {},
): Evidence {
  const observedAt = daysAgo(options.age ?? 1);
  const actor = options.role
    ? {
        actor: {
          id: options.actor ?? (options.role === 'end_user' ? 'user@example.org' : PEOPLE[options.role]),
          role: options.role as Role,
        },
      }
    : {};
  const statement: Evidence['statement'] = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: options.subjectName ?? 'support-bot',
        digest: { sha256: hexOf(options.subject ?? FINGERPRINT) },
      },
    ],
    predicateType: predicateType(name),
    predicate: {
      producer: {
        name: options.producer ?? (ONLY_BY_CUSTOS.has(name) ? OWN_PRODUCER : 'test-tool'),
        version: '1.0',
      },
      ...actor,
      observedAt,
      validFrom: observedAt,
      ...(options.validUntil ? { validUntil: options.validUntil } : {}),
      content,
    },
  };
  return withId(statement, options.verified ?? true);
}

export function withId(statement: Evidence['statement'], verified = true): Evidence {
  const id: Digest = `sha256:${createHash('sha256').update(JSON.stringify(statement)).digest('hex')}`;
  return {
    id,
    statement,
    authenticity: verified
      ? { verified: true, keyId: 'test' }
      : { verified: false, why: 'its signature does not verify' },
  };
}

export function declaration(
  features: Partial<Record<Feature, boolean>> = {},
  more: Partial<Content<'system-declaration'>> = {},
): Content<'system-declaration'> {
  return {
    id: 'support-bot',
    name: 'Support bot',
    purpose: 'Answers questions of customers about orders',
    phase: 'deployment',
    use: {
      inputs: ['text'],
      outputs: ['text'],
      tools: ['order_lookup'],
      users: ['customers'],
      exposure: 'public',
      prohibited: ['legal advice'],
    },
    roles: {
      developer: [PEOPLE.developer],
      system_operator: [PEOPLE.system_operator],
      data_custodian: [PEOPLE.data_custodian],
      organisation: [PEOPLE.organisation],
      auditor: [PEOPLE.auditor],
    },
    features,
    thresholds: {},
    assets: [],
    ...more,
  };
}

/** What the scan of the world finds: an external hosted model, an own dataset, a prompt, a package, a tool, an endpoint. */
export function scanContent(more: Partial<Content<'scan-result'>> = {}): Content<'scan-result'> {
  return {
    fingerprint: FINGERPRINT,
    assets: [
      {
        id: 'model:org/base-7b',
        kind: 'model',
        name: 'org/base-7b',
        version: 'r1',
        digest: MODEL_DIGEST,
        origin: 'external',
        provider: 'org',
        locations: [{ path: 'app.py', line: 3 }],
      },
      {
        id: 'dataset:tickets',
        kind: 'dataset',
        name: 'tickets',
        digest: DATASET_DIGEST,
        origin: 'own',
        locations: [{ path: 'data/tickets.parquet' }],
      },
      {
        id: 'prompt:system',
        kind: 'prompt',
        name: 'system',
        digest: PROMPT_DIGEST,
        origin: 'own',
        locations: [{ path: 'prompts/system.md' }],
      },
      {
        id: 'component:pypi/transformers',
        kind: 'component',
        name: 'pypi/transformers',
        version: '4.50.0',
        origin: 'external',
        locations: [{ path: 'requirements.txt', line: 1 }],
      },
      {
        id: 'tool:order_lookup',
        kind: 'tool',
        name: 'order_lookup',
        origin: 'own',
        locations: [{ path: 'tools.py', line: 1 }],
      },
      {
        id: 'endpoint:api.example.org',
        kind: 'endpoint',
        name: 'api.example.org',
        origin: 'external',
        provider: 'example',
        locations: [{ path: 'app.py', line: 9 }],
      },
    ],
    edges: [
      { from: 'component:pypi/transformers', to: 'model:org/base-7b', kind: 'calls' },
      { from: 'model:org/base-7b', to: 'dataset:tickets', kind: 'trained_on' },
      { from: 'prompt:system', to: 'model:org/base-7b', kind: 'depends_on' },
      { from: 'model:org/base-7b', to: 'tool:order_lookup', kind: 'calls' },
      { from: 'endpoint:api.example.org', to: 'model:org/base-7b', kind: 'serves' },
    ],
    findings: [],
    unknowns: [],
    scope: 'directory',
    filesRead: 5,
    ...more,
  };
}

let cached: Specification | undefined;
/** EN 304 223 as shipped in `standard/`. */
export function specification(): Specification {
  cached ??= readSpecification();
  return cached;
}

function readSpecification(): Specification {
  const root = new URL('../../../../standard/en-304-223/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort();
  return mergeSpecification(
    files.map((path) => ({ path, value: parse(readFileSync(new URL(path, root), 'utf8')) })),
  );
}

export const SPEC_DIGEST: Digest = `sha256:${'5c'.repeat(32)}`;

/** Little time to record what happened, so that the cases of `backdated` need no events of long ago. */
const SHORT = { 'history.recording_days': 0.5 };

/** The base world: declaration and scan. `evidence` may bring its own of either type, which then replace these. */
export function world(
  evidence: readonly Evidence[],
  features: Partial<Record<Feature, boolean>> = {},
): Evidence[] {
  const has = (name: PredicateName) =>
    evidence.some((item) => item.statement.predicateType === predicateType(name));
  return [
    ...(has('system-declaration')
      ? []
      : [observe('system-declaration', declaration(features, { thresholds: SHORT }), { age: 3 })]),
    ...(has('scan-result') ? [] : [observe('scan-result', scanContent(), { age: 2 })]),
    ...evidence,
  ];
}

export function assessDuty(
  dutyId: string,
  evidence: readonly Evidence[],
): { verdict: Verdict; codes: string[]; text: string } {
  const spec = specification();
  const duty = spec.provisions.flatMap((provision) => provision.duties).find((item) => item.id === dutyId);
  if (!duty) throw new Error(`no duty ${dutyId}`);
  const features = Object.fromEntries(
    FEATURES.filter((feature) => duty.when.includes(feature)).map((feature) => [feature, true]),
  );
  const result = assess({
    specification: spec,
    specificationDigest: SPEC_DIGEST,
    evidence: world(evidence, features),
    now: NOW,
  });
  const found = result.provisions.flatMap((provision) => provision.duties).find((item) => item.id === dutyId);
  if (!found) throw new Error(`duty ${dutyId} is not in the assessment`);
  return {
    verdict: found.verdict,
    codes: found.reasons.map((reason) => reason.code),
    text: found.reasons.map((r) => `${r.code}: ${r.message}`).join('\n'),
  };
}

/** An alteration of a case's evidence. */
export type Change = (evidence: Evidence[]) => Evidence[];

function edit(
  name: PredicateName,
  change: (statement: Evidence['statement']) => Evidence['statement'],
): Change {
  return (evidence) => {
    if (!evidence.some((item) => item.statement.predicateType === predicateType(name)))
      throw new Error(`the case has no ${name} to change`);
    return evidence.map((item) =>
      item.statement.predicateType === predicateType(name)
        ? withId(change(item.statement), item.authenticity.verified)
        : item,
    );
  };
}

/** Removes all of a type. */
export function without(name: PredicateName): Change {
  return (evidence) => evidence.filter((item) => item.statement.predicateType !== predicateType(name));
}
/** Makes all of a type older by days. */
export function aged(name: PredicateName, days: number): Change {
  return edit(name, (s) => {
    const observedAt = new Date(Date.parse(s.predicate.observedAt) - days * DAY).toISOString();
    return { ...s, predicate: { ...s.predicate, observedAt, validFrom: observedAt } };
  });
}
/** Puts all of a type in somebody else's mouth. */
export function saidBy(name: PredicateName, role: Role, id: string): Change {
  return edit(name, (s) => ({ ...s, predicate: { ...s.predicate, actor: { id, role } } }));
}
/** Binds all of a type to another digest. */
export function onDigest(name: PredicateName, digest: Digest = OTHER): Change {
  return edit(name, (s) => ({
    ...s,
    subject: s.subject.map((subject) => ({ ...subject, digest: { sha256: hexOf(digest) } })),
  }));
}
/** Changes the content of all of a type. */
export function changed<N extends PredicateName>(
  name: N,
  change: (content: Content<N>) => Content<N>,
): Change {
  return edit(name, (s) => ({
    ...s,
    predicate: { ...s.predicate, content: change(structuredClone(s.predicate.content) as Content<N>) },
  }));
}
/** Adds evidence, for instance newer and contrary. */
export function plus(...more: Evidence[]): Change {
  return (evidence) => [...evidence, ...more];
}
/** All of a type came into the ledger only now, whenever they say that they were made. */
export function backdated(name: PredicateName): Change {
  return (evidence) =>
    evidence.map((item) =>
      item.statement.predicateType === predicateType(name) ? { ...item, recordedAt: NOW } : item,
    );
}
/** All of a type has ended by its own word. */
export function ended(name: PredicateName): Change {
  return edit(name, (s) => ({ ...s, predicate: { ...s.predicate, validUntil: daysAgo(0.001) } }));
}
/** The signature of all of a type no longer verifies. */
export function unsigned(name: PredicateName): Change {
  return (evidence) =>
    evidence.map((item) =>
      item.statement.predicateType === predicateType(name) ? withId(item.statement, false) : item,
    );
}

/** What is missing tells the next step; what is wrong comes first and tells none. Reports tell them apart by this. */
function expectSteps(result: ReturnType<typeof assessDuty>): void {
  const [first = '', ...rest] = result.text.split('\n');
  if (result.verdict === 'fail') expect(first).not.toContain('Next: ');
  if (result.verdict !== 'inconclusive') return;
  for (const line of [first, ...rest].filter((text) => !text.startsWith('NO_EVIDENCE')))
    expect(line).toContain('Next: ');
}

/**
 * Proves one duty both ways.
 * @example dutyCase('5.1.1-2/a', { passes: () => [observe('policy', …)], loses: { 'policy withdrawn': without('policy') } });
 */
export function dutyCase(
  dutyId: string,
  spec: { passes: () => Evidence[]; loses: Record<string, Change | [Change, Verdict]> },
): void {
  test(`${dutyId} passes on its evidence`, () => {
    const result = assessDuty(dutyId, spec.passes());
    expect(result.verdict, result.text).toBe('pass');
  });
  if (Object.keys(spec.loses).length === 0)
    throw new Error(`${dutyId}: show at least one change that takes the pass away`);
  for (const [name, change] of Object.entries(spec.loses)) {
    test(`${dutyId} loses its pass: ${name}`, () => {
      const [apply, verdict] = Array.isArray(change) ? change : [change, undefined];
      const result = assessDuty(dutyId, apply(spec.passes()));
      expect(result.verdict, result.text).not.toBe('pass');
      if (verdict) expect(result.verdict, result.text).toBe(verdict);
      expectSteps(result);
    });
  }
  const types = new Set(spec.passes().map((item) => predicateName(item.statement.predicateType)));
  const wanted = [...(CHECKS.get(dutyId)?.wants ?? [])].filter((name) => types.has(name));
  test.each(wanted)(`${dutyId} never passes when all %s has ended`, (name) => {
    const result = assessDuty(dutyId, ended(name)(spec.passes()));
    expect(result.verdict, result.text).not.toBe('pass');
  });
  test(`${dutyId} never passes on evidence that can't be verified`, () => {
    const evidence = spec.passes().map((item) => withId(item.statement, false));
    expect(assessDuty(dutyId, evidence).verdict).not.toBe('pass');
  });
}
