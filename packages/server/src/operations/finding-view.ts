/** How findings are shown. */

import { isDigest } from '@custos/core';
import { readFinding } from '@custos/engine';
import type { FindingRow } from '@custos/store';
import type { Service } from '../service.ts';

export function findingOf(row: FindingRow) {
  return {
    id: row.finding,
    system: row.system,
    title: row.title,
    text: row.text,
    severity: row.severity,
    ...(row.duty === null ? {} : { duty: row.duty }),
    ...(isDigest(row.observation) ? { observation: row.observation } : {}),
    status: row.status,
    raisedBy: row.raised_by,
    raisedAt: row.raised_at,
    ...(row.closed_at === null ? {} : { closedAt: row.closed_at }),
  };
}

/** @throws CustosError NOT_FOUND */
export async function findingDetail(
  { context }: Service,
  ref: { organisation: string; system: string; finding: string },
) {
  const { row, words } = await readFinding(context, ref);
  return {
    version: row.version,
    detail: { ...findingOf(row), words: words.map(({ sequence: _, ...word }) => word) },
  };
}
