/**
 * The evidence pack: one zip file with everything an auditor needs to check an assessment without the system that made it.
 * The trailer is an in-toto statement, signed by Custos' key, that names every other member by digest and says how much of
 * everything there is; so no member can be added, removed, repeated, cut or changed unseen. Format: docs/evidence-pack.md.
 */
import { DigestSchema, Envelope, isDigest, Norm, PREDICATE_PREFIX, Time, VERDICTS } from '@custos/core';
import { KeyEntry } from '@custos/trust';
import { z } from 'zod';
import { EXPORT_FORMATS } from '../report/formats.ts';
import type { PACK_FORMATS } from '../report/pack-formats.ts';

export const PACK_FORMAT = 'custos-evidence-pack/1';
export const PACK_PREDICATE = `${PREDICATE_PREFIX}evidence-pack:v1`;

export const MEMBER = {
  readme: 'README.txt',
  proofs: 'proofs.jsonl',
  specification: 'specification.json',
  assessment: 'assessment.json',
  keys: 'keys.json',
  inToto: `exports/assessment.${EXPORT_FORMATS['in-toto'].extension}`,
  manifest: 'manifest.json',
  trailer: 'trailer.dsse.json',
} as const;

export const LedgerName = z.enum(['system', 'organisation']);
export type LedgerName = z.infer<typeof LedgerName>;

export function ledgerMember(name: LedgerName): string {
  return `ledgers/${name}.jsonl`;
}

/** The signed checkpoint by itself, for whoever keeps it until the next pack. */
export function checkpointMember(name: LedgerName): string {
  return `ledgers/${name}.checkpoint`;
}

export function exportMember(format: (typeof PACK_FORMATS)[number]): string {
  return `exports/assessment.${EXPORT_FORMATS[format].extension}`;
}

const Count = z.int().min(0);
const Verdict = z.enum(VERDICTS);
const Counts = z.strictObject({
  pass: Count,
  fail: Count,
  inconclusive: Count,
  not_applicable: Count,
  waived: Count,
});
export const BothCounts = z.strictObject({ shall: Counts, should: Counts });

export const PackLedgerInfo = z.strictObject({
  name: LedgerName,
  origin: z.string(),
  /** Entries in the export, and in its signed checkpoint. */
  size: Count,
  root: DigestSchema.nullable(),
  observations: Count,
  acts: Count,
  /** The assessment rests on the first so many entries. */
  evaluated: Count,
});
export type PackLedgerInfo = z.infer<typeof PackLedgerInfo>;

export const ManifestRow = z.strictObject({
  id: z.string(),
  title: z.string(),
  norm: Norm,
  shall: Verdict.nullable(),
  should: Verdict.nullable(),
  counts: BothCounts,
  duties: z.array(
    z.strictObject({
      id: z.string(),
      norm: Norm,
      verdict: Verdict,
      waived: z.boolean(),
      reasons: Count,
      /** How many observations the verdict rests on; 0 where evidence is missing. */
      observations: Count,
    }),
  ),
});
export type ManifestRow = z.infer<typeof ManifestRow>;

/** How much of everything; in the manifest and, signed, in the trailer. */
export const PackCounts = z.strictObject({
  provisions: Count,
  duties: Count,
  verdicts: BothCounts,
  /** Observations in the part of the ledgers that was evaluated. */
  observations: z.strictObject({ total: Count, verified: Count, unverified: Count }),
  observationsUsed: Count,
  entries: Count,
  proofs: Count,
  assets: Count,
  findings: Count,
  unknowns: Count,
});
export type PackCounts = z.infer<typeof PackCounts>;

export const Manifest = z.strictObject({
  format: z.literal(PACK_FORMAT),
  /** What made the pack. */
  producer: z.strictObject({ name: z.string(), version: z.string() }),
  /** Version of Custos that evaluated, when the assessment was recorded. */
  engine: z.string(),
  system: z.strictObject({ id: z.string(), name: z.string(), declared: z.boolean() }),
  standard: z.strictObject({ standard: z.string(), version: z.string(), digest: DigestSchema }),
  evaluatedAt: Time,
  fingerprint: DigestSchema.nullable(),
  /** SHA-256 of `assessment.json`. */
  assessment: DigestSchema,
  /** Only evidence that says it was observed until then was looked at; absent: all in the ledgers. */
  observedUntil: Time.optional(),
  ledgers: z.array(PackLedgerInfo).min(1),
  counts: PackCounts,
  /** All provisions of the specification, also those without any evidence. */
  rows: z.array(ManifestRow),
  claims: z.array(z.string()),
});
export type Manifest = z.infer<typeof Manifest>;

/** What the trailer's statement says beside its subjects, which are the members. */
export const TrailerContent = z.strictObject({
  format: z.literal(PACK_FORMAT),
  members: Count,
  /** Bytes of each member, not compressed. */
  sizes: z.record(z.string(), Count),
  assessment: DigestSchema,
  specification: DigestSchema,
  ledgers: z.array(PackLedgerInfo).min(1),
  counts: PackCounts,
});
export type TrailerContent = z.infer<typeof TrailerContent>;

/** Public keys; they inform, and count only as far as the trailer's signer vouches for them. */
export const PackKeys = z.strictObject({
  keys: z.array(KeyEntry),
  handovers: z.array(Envelope),
  /** The key that signed the trailer. */
  signer: z.string(),
});
export type PackKeys = z.infer<typeof PackKeys>;

export const ProofLine = z.strictObject({
  id: z.string().refine(isDigest),
  index: Count,
  ledger: LedgerName,
  /** Audit path (RFC 6962), base64, from the leaf up. */
  path: z.array(z.string()),
});
export type ProofLine = z.infer<typeof ProofLine>;
