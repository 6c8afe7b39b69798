/** How past assessments are listed. */
import { Counts, DigestSchema } from '@custos/contract';
import { isDigest } from '@custos/core';
import type { AssessmentRow } from '@custos/store';

export function entryOf(row: AssessmentRow) {
  return {
    sequence: row.sequence,
    evaluatedAt: row.evaluated_at,
    digest: DigestSchema.parse(row.digest),
    fingerprint: isDigest(row.fingerprint) ? row.fingerprint : null,
    engine: row.engine,
    counts: Counts.parse(JSON.parse(row.counts)),
    systemLedger: row.system_ledger,
    organisationLedger: row.organisation_ledger,
  };
}
