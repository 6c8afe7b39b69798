/** Confidential reports of AI risks. Who reported is read by nobody but those who handle reports. */
import { type Insertable, type Selectable, sql } from 'kysely';
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

export interface RiskReportFilter {
  readonly reporter?: string;
  readonly closed?: boolean;
  /** Begins behind this one. */
  readonly after?: { readonly at: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** Newest first. */
export function riskReports(
  control: Control,
  { reporter, closed, after, limit }: RiskReportFilter,
): Promise<RiskReportRow[]> {
  let query = control
    .selectFrom('risk_reports')
    .selectAll()
    .orderBy('received_at', 'desc')
    .orderBy('report')
    .limit(limit);
  if (reporter !== undefined) query = query.where('reporter', '=', reporter);
  if (closed !== undefined) query = query.where('closed_at', closed ? 'is not' : 'is', null);
  if (after !== undefined)
    query = query.where((e) =>
      e.or([
        e('received_at', '<', after.at),
        e.and([e('received_at', '=', after.at), e('report', '>', after.id)]),
      ]),
    );
  return query.execute();
}

/** Hours from receipt to acknowledgement over all reports; null before the first. */
export function acknowledgementHours(
  control: Control,
): Promise<{ median: number | null; longest: number | null }> {
  const hours = sql`extract(epoch from acknowledged_at::timestamptz - received_at::timestamptz) / 3600`;
  return control
    .selectFrom('risk_reports')
    .where('acknowledged_at', 'is not', null)
    .select([
      sql<number | null>`(percentile_disc(0.5) within group (order by ${hours}))::float8`.as('median'),
      sql<number | null>`max(${hours})::float8`.as('longest'),
    ])
    .executeTakeFirstOrThrow();
}

/** How many came in from outside. @param since instant, included */
export async function publicRiskReports(control: Control, since: string): Promise<number> {
  const { count } = await control
    .selectFrom('risk_reports')
    .where('channel', '=', 'public')
    .where('received_at', '>=', since)
    .select((e) => e.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
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

/** The next message of a report; two at once wait for each other at the report's row. @returns its number, from 1 */
export async function insertRiskMessage(
  control: Control,
  row: Omit<RiskMessageRow, 'sequence'>,
): Promise<number> {
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
  const sequence = Number(last) + 1;
  await control
    .insertInto('risk_messages')
    .values({ ...row, sequence })
    .execute();
  return sequence;
}
