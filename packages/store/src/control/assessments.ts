/** What assessments gave: the newest in full, of older ones what a replay is compared with. */
import type { Control } from '../service.ts';
import type { Tables } from '../sql/tables.ts';

export type AssessmentRow = Omit<Tables['assessments'], 'organisation' | 'system' | 'body'>;

export interface VerdictChange {
  readonly duty: string;
  readonly was: string;
  readonly became: string;
  readonly reason: string;
}

/** A duty that fails, with its first reason. */
export interface FailingDuty {
  readonly duty: string;
  readonly norm: string;
  readonly waived: boolean;
  readonly reason: string;
}

export interface NewAssessment extends Omit<AssessmentRow, 'sequence'> {
  readonly body: string;
  /** Verdicts that shall-duties have, each once. */
  readonly verdicts: readonly string[];
  readonly changes: readonly VerdictChange[];
  readonly failing: readonly FailingDuty[];
  readonly expiries: readonly { readonly duty: string; readonly at: string }[];
}

const SUMMARY = [
  'sequence',
  'evaluated_at',
  'system_ledger',
  'organisation_ledger',
  'digest',
  'specification',
  'engine',
  'fingerprint',
  'counts',
  'next_expiry',
] as const;

/** The newest assessment with its document. */
export function currentAssessment(
  control: Control,
  system: string,
): Promise<(AssessmentRow & { body: string | null }) | undefined> {
  return control
    .selectFrom('current_assessments as c')
    .innerJoin('assessments as a', (join) =>
      join
        .onRef('a.organisation', '=', 'c.organisation')
        .onRef('a.system', '=', 'c.system')
        .onRef('a.sequence', '=', 'c.sequence'),
    )
    .select([
      'a.sequence',
      'a.evaluated_at',
      'a.system_ledger',
      'a.organisation_ledger',
      'a.digest',
      'a.specification',
      'a.engine',
      'a.fingerprint',
      'a.counts',
      'a.next_expiry',
      'a.body',
    ])
    .where('c.system', '=', system)
    .executeTakeFirst();
}

export function findAssessment(
  control: Control,
  system: string,
  sequence: number,
): Promise<AssessmentRow | undefined> {
  return control
    .selectFrom('assessments')
    .select(SUMMARY)
    .where('system', '=', system)
    .where('sequence', '=', sequence)
    .executeTakeFirst();
}

/** Newest first. */
export function assessmentPage(
  control: Control,
  { system, before, limit }: { system: string; before?: number | undefined; limit: number },
): Promise<AssessmentRow[]> {
  let page = control
    .selectFrom('assessments')
    .select(SUMMARY)
    .where('system', '=', system)
    .orderBy('sequence', 'desc')
    .limit(limit);
  if (before !== undefined) page = page.where('sequence', '<', before);
  return page.execute();
}

/**
 * Makes an assessment the newest. @param previous sequence that it was compared with; 0 for the first
 * @returns false when another one came first: compute again
 */
export async function insertAssessment(
  control: Control,
  of: { organisation: string; system: string },
  previous: number,
  { changes, expiries, failing, verdicts, ...row }: NewAssessment,
): Promise<boolean> {
  const sequence = previous + 1;
  const made = await control
    .insertInto('assessments')
    .values({ ...of, ...row, sequence })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  if ((made.numInsertedOrUpdatedRows ?? 0n) === 0n) return false;
  await control
    .updateTable('assessments')
    .set({ body: null })
    .where('system', '=', of.system)
    .where('sequence', '=', previous)
    .execute();
  await control
    .insertInto('current_assessments')
    .values({ ...of, sequence, verdicts: [...verdicts] })
    .onConflict((c) =>
      c.columns(['organisation', 'system']).doUpdateSet({ sequence, verdicts: [...verdicts] }),
    )
    .execute();
  if (changes.length > 0)
    await control
      .insertInto('verdict_changes')
      .values(changes.map((change) => ({ ...of, sequence, at: row.evaluated_at, ...change })))
      .execute();
  await control.deleteFrom('failing_duties').where('system', '=', of.system).execute();
  if (failing.length > 0)
    await control
      .insertInto('failing_duties')
      .values(failing.map((duty) => ({ ...of, ...duty })))
      .execute();
  await control.deleteFrom('expiries').where('system', '=', of.system).execute();
  if (expiries.length > 0)
    await control
      .insertInto('expiries')
      .values(expiries.map((expiry) => ({ ...of, ...expiry })))
      .execute();
  return true;
}

/** Keeps a specification by its digest, once. @param body in RFC 8785 form */
export async function keepSpecification(
  control: Control,
  row: { digest: string; body: string },
): Promise<void> {
  await control
    .insertInto('specifications')
    .values(row)
    .onConflict((c) => c.doNothing())
    .execute();
}

/** The RFC 8785 form of a specification; undefined where it was not kept. */
export async function findSpecification(control: Control, digest: string): Promise<string | undefined> {
  const row = await control
    .selectFrom('specifications')
    .select('body')
    .where('digest', '=', digest)
    .executeTakeFirst();
  return row?.body;
}
