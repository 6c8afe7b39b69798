/**
 * Confidential reports of AI risks. The ledger says that a report came in, when it was acknowledged and that it was decided,
 * and never what it says or who made it. Whoever reports gets a secret code, with which they can follow it without a name.
 */
import { randomBytes } from 'node:crypto';
import { CustosError, type Instant } from '@custos/core';
import {
  type Control,
  findRiskReport,
  insertRiskMessage,
  insertRiskReport,
  type RiskReportRow,
  updateRiskReport,
} from '@custos/store';
import { sha256 } from '@custos/trust';
import type { ServiceContext } from './context.ts';
import { actEntry, asOrganisation, peopleEntry } from './people-record.ts';

export interface NewRiskReport {
  readonly channel: 'console' | 'public';
  /** Undefined: without a name. */
  readonly reporter: string | undefined;
  readonly subject: string;
  readonly body: string;
}

/** Letters and digits that nobody mistakes for another. */
const SIGNS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';

/** 24 signs in groups of six: some 117 bits. */
function newCode(): string {
  let code = '';
  while (code.length < 24)
    for (const byte of randomBytes(32))
      if (byte < 240 && code.length < 24) code += SIGNS[byte % SIGNS.length];
  return code.replace(/(.{6})(?=.)/g, '$1-');
}

function digestOf(code: string): string {
  return sha256(code.toUpperCase().replaceAll(/[^A-Z0-9]/g, ''));
}

/** Start of the hour: a report without a name has no closer time, so that it fits what several people did. */
function hourOf(at: Instant): Instant {
  return `${at.slice(0, 13)}:00:00.000Z`;
}

/** @returns the secret code, which is kept nowhere */
export async function reportRisk(
  context: ServiceContext,
  organisation: string,
  { channel, reporter, subject, body }: NewRiskReport,
): Promise<{ report: string; code: string; receivedAt: Instant }> {
  const now = context.clock.now();
  const receivedAt = reporter === undefined ? hourOf(now) : now;
  const report = `risk-${randomBytes(8).toString('hex')}`;
  const code = newCode();
  const ledger = await context.database.ledger(organisation);
  const entry = await peopleEntry(context, organisation, {
    type: 'risk-report',
    content: { id: report, receivedAt },
    observedAt: receivedAt,
    source: 'risk reports',
  });
  await ledger.recordWith([entry], (control) =>
    insertRiskReport(control, {
      organisation,
      report,
      channel,
      reporter: reporter ?? null,
      code: digestOf(code),
      subject,
      body,
      received_at: receivedAt,
    }),
  );
  return { report, code, receivedAt };
}

/** The report that a secret code opens. @throws CustosError NOT_FOUND */
export async function reportByCode(control: Control, code: string): Promise<RiskReportRow> {
  const row = await findRiskReport(control, { code: digestOf(code) });
  if (row) return row;
  throw new CustosError(
    'NOT_FOUND',
    'No report has this code. Check that all 24 signs are as you noted them.',
  );
}

async function changed(control: Control, report: string): Promise<CustosError> {
  return (await findRiskReport(control, { report }))
    ? new CustosError('VERSION_CHANGED', 'Somebody else worked on the report in the meantime. Read it again.')
    : new CustosError('NOT_FOUND', `There is no report "${report}".`);
}

/** @throws CustosError NOT_FOUND, VERSION_CHANGED, CONFLICT when it was acknowledged already */
export async function acknowledgeRiskReport(
  context: ServiceContext,
  organisation: string,
  { by, report, version }: { by: string; report: string; version: number },
): Promise<void> {
  const now = context.clock.now();
  const row = await context.database.within(organisation, (control) => findRiskReport(control, { report }));
  if (!row) throw new CustosError('NOT_FOUND', `There is no report "${report}".`);
  if (row.acknowledged_at !== null)
    throw new CustosError('CONFLICT', `This report was acknowledged on ${row.acknowledged_at}.`);
  const ledger = await context.database.ledger(organisation);
  const entry = await peopleEntry(context, organisation, {
    type: 'risk-report',
    content: { id: report, receivedAt: row.received_at, acknowledgedAt: now },
    observedAt: now,
    source: 'risk reports',
  });
  await ledger.recordWith([entry, actEntry('risk.acknowledged', by, { report })], async (control) => {
    const change = { acknowledged_at: now, acknowledged_by: by };
    if (!(await updateRiskReport(control, { report, version }, change))) throw await changed(control, report);
  });
}

/** How a report ends; the ledger keeps the sentence. */
export const RISK_OUTCOMES = {
  mitigated: 'The risk was confirmed, and it is mitigated',
  planned: 'The risk was confirmed, and a mitigation is planned',
  accepted: 'The risk was confirmed, and it is accepted within the tolerance',
  known: 'The risk was known and is dealt with already',
  not_confirmed: 'The report was looked into, and no risk was found',
} as const;
export type RiskOutcome = keyof typeof RISK_OUTCOMES;

/** Decides on a report and closes it. @throws CustosError NOT_FOUND, VERSION_CHANGED, CONFLICT before it was acknowledged or when it is closed */
export async function closeRiskReport(
  context: ServiceContext,
  organisation: string,
  { by, report, version, outcome }: { by: string; report: string; version: number; outcome: RiskOutcome },
): Promise<void> {
  const now = context.clock.now();
  const ledger = await context.database.ledger(organisation);
  const entry = await peopleEntry(context, organisation, {
    type: 'review-decision',
    content: { about: report, kind: 'report', decision: RISK_OUTCOMES[outcome], decidedAt: now },
    observedAt: now,
    actor: asOrganisation(by),
  });
  await ledger.recordWith([entry, actEntry('risk.closed', by, { report, outcome })], async (control) => {
    const row = await findRiskReport(control, { report });
    if (row?.acknowledged_at === null)
      throw new CustosError(
        'CONFLICT',
        'Acknowledge the report first, so that whoever made it knows that it arrived.',
      );
    if (row && row.closed_at !== null)
      throw new CustosError('CONFLICT', `This report was closed on ${row.closed_at}.`);
    const change = { closed_at: now, closed_by: by, outcome };
    if (!(await updateRiskReport(control, { report, version }, change))) throw await changed(control, report);
  });
}

/** Whoever has the code of a report is nobody whom one can stop. */
const MESSAGES = 200;

/**
 * Adds to the conversation of a report; what the reporter says has the hour for time. Messages are in no ledger.
 * @throws CustosError CONFLICT when the report has as many as are read
 */
export async function addRiskMessage(
  control: Control,
  message: { organisation: string; report: string; at: Instant; fromReporter: boolean; text: string },
): Promise<void> {
  const { organisation, report, at, fromReporter, text } = message;
  const number = await insertRiskMessage(control, {
    organisation,
    report,
    at: fromReporter ? hourOf(at) : at,
    from_reporter: fromReporter,
    body: text,
  });
  if (fromReporter && number > MESSAGES)
    throw new CustosError(
      'CONFLICT',
      `This report has ${MESSAGES} messages, and takes no more. Make a new one that names it.`,
    );
}
