/**
 * Evaluating 133 duties over 10,000 observations: milliseconds for the whole, against the limit of 50 ms, and for one new
 * observation against the whole. Run: npx tsx bench/evaluate.ts
 */

import { fileURLToPath } from 'node:url';
import { assess, EvidenceIndex, reassess } from '@custos/conformity';
import { type Digest, type Evidence, type PredicateName, predicateName } from '@custos/core';
import { loadSpecification } from '@custos/engine';

const LIMIT_MS = 50;
const COUNT = 10_000;
const ROUNDS = 15;
const NOW = '2026-06-01T12:00:00.000Z';

const { specification, digest } = await loadSpecification(
  fileURLToPath(new URL('../standard/en-304-223', import.meta.url)),
);

function observation(
  i: number,
  name: PredicateName,
  content: unknown,
  role?: 'organisation' | 'system_operator',
): Evidence {
  const observedAt = new Date(Date.parse(NOW) - (i % 300) * 3_600_000).toISOString();
  const id: Digest = `sha256:${i.toString(16).padStart(64, '0')}`;
  return {
    id,
    authenticity: { verified: true, keyId: 'bench' },
    statement: {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'bench', digest: { sha256: 'f1'.repeat(32) } }],
      predicateType: `urn:custos:predicate:${name}:v1`,
      predicate: {
        producer: { name: 'bench', version: '1' },
        ...(role ? { actor: { id: `${role}@example.org`, role } } : {}),
        observedAt,
        validFrom: observedAt,
        content,
      },
    },
  };
}

const person = (i: number) => `person-${i % 400}@example.org`;
const time = '2026-05-20T00:00:00Z';
const kinds: ((i: number) => Evidence)[] = [
  (i) =>
    observation(i, 'training-completion', {
      person: person(i),
      module: 'm',
      moduleVersion: '1',
      completedAt: time,
      passed: true,
    }),
  (i) =>
    observation(
      i,
      'acknowledgement',
      { person: person(i), policy: 'awareness', version: '1', at: time },
      'organisation',
    ),
  (i) =>
    observation(i, 'probe', {
      probe: 'burst',
      target: `t${i % 50}`,
      held: true,
      detail: 'throttled',
      measured: 10,
      limit: 10,
    }),
  (i) =>
    observation(i, 'control-status', {
      control: `c${i % 200}`,
      kind: 'technical',
      assets: [],
      risks: [],
      active: true,
      verifiedAt: time,
      method: 'probe',
    }),
  (i) =>
    observation(
      i,
      'lifecycle-event',
      {
        event: 'configuration_change',
        id: `e${i}`,
        at: time,
        by: 'ops@example.org',
        asset: 'configuration:x',
        kind: 'configuration',
        inputs: [],
        outputs: [],
        securityRelevant: false,
      },
      'system_operator',
    ),
  (i) =>
    observation(i, 'vulnerability', {
      id: `V-${i % 300}`,
      severity: 'low',
      knownAt: time,
      fixPossible: true,
      fixedAt: time,
    }),
  (i) => observation(i, 'inspection', { asset: `component:npm/p${i % 300}`, verdict: 'clean', findings: [] }),
  (i) =>
    observation(
      i,
      'review-decision',
      { about: `e${i}`, kind: 'alert', decision: 'A planned change, no action needed', decidedAt: time },
      'system_operator',
    ),
];
const evidence = Array.from({ length: COUNT }, (_, i) => (kinds[i % kinds.length] ?? kinds[0])?.(i)).filter(
  (item) => item !== undefined,
);

function median(run: () => void): number {
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

const input = { specification, specificationDigest: digest, now: NOW };
const cold = median(() => assess({ ...input, evidence }));
const index = new EvidenceIndex(evidence);
const previous = assess({ ...input, evidence: index });
const warm = median(() => assess({ ...input, evidence: index }));
const extra = observation(COUNT, 'monitoring-summary', {});
const changed = new Set([predicateName(extra.statement.predicateType)].filter((name) => name !== undefined));
let ran = 0;
const one = median(() => {
  ran = reassess(previous, { ...input, evidence: index }, changed).ran.length;
});
const duties = specification.provisions.flatMap((provision) => provision.duties).length;
console.log(`${duties} duties, ${evidence.length} observations, median of ${ROUNDS}`);
console.log(
  `  with parsing and indexing  ${cold.toFixed(1)} ms  ${(cold / LIMIT_MS).toFixed(2)} of the limit`,
);
console.log(
  `  evaluation                 ${warm.toFixed(1)} ms  ${(warm / LIMIT_MS).toFixed(2)} of the limit`,
);
console.log(`  after one observation      ${one.toFixed(1)} ms  ${ran} of ${duties} checks ran`);
