/** The manifest and what is counted: functions of the assessment, so that a verifier makes them again and compares. */
import type { Assessment, Evidence, Specification, VerdictCounts } from '@custos/core';
import { canonicalize, sha256 } from '@custos/trust';
import { PRODUCT } from '../observations/new-observation.ts';
import { observationsUsed, type ProvisionLine, verdictTable } from '../report/verdict-table.ts';
import { CLAIMS } from '../report/words.ts';
import {
  type Manifest,
  type ManifestRow,
  PACK_FORMAT,
  type PackCounts,
  type PackLedgerInfo,
} from './format.ts';

export interface ManifestInput {
  assessment: Assessment;
  specification: Specification;
  /** All that was evaluated. */
  evidence: readonly Evidence[];
  ledgers: PackLedgerInfo[];
  observedUntil: string | undefined;
  engine: string;
  producer?: Manifest['producer'];
}

export function manifestOf(input: ManifestInput): Manifest {
  const { assessment, specification, ledgers, observedUntil, engine, producer = PRODUCT } = input;
  return {
    format: PACK_FORMAT,
    producer,
    engine,
    system: assessment.system,
    standard: assessment.specification,
    evaluatedAt: assessment.evaluatedAt,
    fingerprint: assessment.fingerprint,
    assessment: sha256(canonicalize(assessment)),
    ...(observedUntil === undefined ? {} : { observedUntil }),
    ledgers,
    counts: countsOf(input),
    rows: verdictTable(assessment, specification).map(rowOf),
    claims: [...CLAIMS],
  };
}

function rowOf({ id, title, norm, shall, should, duties }: ProvisionLine): ManifestRow {
  const counts = { shall: zero(), should: zero() };
  for (const duty of duties) {
    counts[duty.norm][duty.verdict]++;
    if (duty.waived) counts[duty.norm].waived++;
  }
  return {
    id,
    title,
    norm,
    shall,
    should,
    counts,
    duties: duties.map((duty) => ({
      id: duty.id,
      norm: duty.norm,
      verdict: duty.verdict,
      waived: duty.waived,
      reasons: duty.reasonCount,
      observations: duty.observations.length,
    })),
  };
}

export function zero(): VerdictCounts {
  return { pass: 0, fail: 0, inconclusive: 0, not_applicable: 0, waived: 0 };
}

function countsOf({ assessment, evidence, ledgers }: ManifestInput): PackCounts {
  const observations = new Map(evidence.map((item) => [item.id, item.authenticity.verified]));
  const verified = [...observations.values()].filter(Boolean).length;
  return {
    provisions: assessment.provisions.length,
    duties: assessment.provisions.reduce((sum, { duties }) => sum + duties.length, 0),
    verdicts: assessment.counts,
    observations: { total: observations.size, verified, unverified: observations.size - verified },
    observationsUsed: observationsUsed(assessment).length,
    entries: ledgers.reduce((sum, { size }) => sum + size, 0),
    proofs: ledgers.reduce((sum, ledger) => sum + ledger.observations, 0),
    assets: assessment.inventory.assets.length,
    findings: assessment.findings.length,
    unknowns: assessment.unknowns.length,
  };
}
