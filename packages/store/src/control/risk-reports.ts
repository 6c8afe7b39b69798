/** Confidential reports of AI risks. Who reported is read by nobody but those who handle reports. */
import type { Insertable, Selectable } from 'kysely';
import type { Control } from '../service.ts';
import type { Tables } from '../sql/tables.ts';

export type RiskReportRow = Selectable<Tables['risk_reports']>;
export type RiskMessageRow = Selectable<Tables['risk_messages']>;

export async function insertRiskReport(
  control: Control,
  row: Insertable<Tables['risk_reports']>,
): Promise<void> {
  await control.insertInto('risk_reports').values(row).execute();
}

/** Newest first. */
export function riskReports(
  control: Control,
  filter: { readonly reporter?: string } = {},
): Promise<RiskReportRow[]> {
  let query = control
    .selectFrom('risk_reports')
    .selectAll()
    .orderBy('received_at', 'desc')
    .orderBy('report')
    .limit(1000);
  if (filter.reporter !== undefined) query = query.where('reporter', '=', filter.reporter);
  return query.execute();
}

/** By id, or by the digest of its secret code. */
export function findRiskReport(
  control: Control,
  by: { readonly report: string } | { readonly code: string },
): Promise<RiskReportRow | undefined> {
  const query = control.selectFrom('risk_reports').selectAll();
  return (
    'report' in by ? query.where('report', '=', by.report) : query.where('code', '=', by.code)
  ).executeTakeFirst();
}

export async function updateRiskReport(
  control: Control,
  { report, version }: { report: string; version: number },
  change: Partial<
    Pick<RiskReportRow, 'acknowledged_at' | 'acknowledged_by' | 'closed_at' | 'closed_by' | 'outcome'>
  >,
): Promise<boolean> {
  const done = await control
    .updateTable('risk_reports')
    .set({ ...change, version: version + 1 })
    .where('report', '=', report)
    .where('version', '=', version)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

export function riskMessages(control: Control, report: string): Promise<RiskMessageRow[]> {
  return control
    .selectFrom('risk_messages')
    .selectAll()
    .where('report', '=', report)
    .orderBy('sequence')
    .execute();
}

/** The next message of a report; two at once wait for each other at the report's row. */
export async function insertRiskMessage(
  control: Control,
  row: Omit<RiskMessageRow, 'sequence'>,
): Promise<void> {
  await control
    .selectFrom('risk_reports')
    .select('report')
    .where('report', '=', row.report)
    .forUpdate()
    .execute();
  const { last } = await control
    .selectFrom('risk_messages')
    .select((e) => e.fn.count('sequence').as('last'))
    .where('report', '=', row.report)
    .executeTakeFirstOrThrow();
  await control
    .insertInto('risk_messages')
    .values({ ...row, sequence: Number(last) + 1 })
    .execute();
}
