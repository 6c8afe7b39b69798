/**
 * Confidential reports of AI risks. A report without a name is made by an operation that knows nobody, so that no log of the
 * service can tell who it was: members show by a ticket that is the same for all of them that they belong here. Everybody gets
 * it with what they ask first (`account.get`), so that asking for it tells nothing. Times of such a report are full hours.
 */
import { z } from 'zod';
import { operation } from '../operation.ts';
import { OrganisationParams, Paging, pageOf, Time } from '../shared.ts';

const ReportId = z.string().regex(/^risk-[0-9a-f]{16}$/, { error: 'is no id of a report' });
const ReportParams = OrganisationParams.extend({ report: ReportId });
const Code = z.string().min(20).max(60);
const Text = z.string().trim().min(1).max(10_000);

const Report = { subject: z.string().trim().min(5).max(200), body: z.string().trim().min(20).max(20_000) };

export const RiskState = z.enum(['received', 'acknowledged', 'closed']);
export const RiskOutcome = z.enum(['mitigated', 'planned', 'accepted', 'known', 'not_confirmed']);
export type RiskOutcome = z.infer<typeof RiskOutcome>;

const Progress = {
  id: z.string(),
  subject: z.string(),
  state: RiskState,
  receivedAt: Time,
  acknowledgedAt: Time.optional(),
  closedAt: Time.optional(),
  outcome: RiskOutcome.optional(),
};
const Message = z.strictObject({ at: Time, from: z.enum(['reporter', 'handler']), text: z.string() });

const Received = z.strictObject({
  id: z.string(),
  /** Opens the report again; shown once. */
  code: z.string(),
  receivedAt: Time,
});

export const getMyRiskReports = operation({
  id: 'risks.mine',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/risk-reports/mine',
  tag: 'Risk reports',
  summary: 'Reports that I made under my name',
  access: 'organisation.read',
  params: OrganisationParams,
  response: z.strictObject({
    items: z.array(z.strictObject(Progress)),
    /** Anybody may report at this address; absent: only members. */
    publicUrl: z.string().optional(),
  }),
});

export const reportRisk = operation({
  id: 'risks.report',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/risk-reports',
  tag: 'Risk reports',
  summary: 'Report an AI risk under one’s own name; only those who handle reports see it',
  access: 'organisation.read',
  params: OrganisationParams,
  body: z.strictObject(Report),
  response: Received,
  status: 201,
  confidential: true,
  act: 'risk-report',
  limits: { perMinute: 10 },
});

export const reportRiskUnnamed = operation({
  id: 'risks.report-unnamed',
  method: 'POST',
  path: '/api/v1/public/organisations/{organisation}/risk-reports',
  tag: 'Risk reports',
  summary: 'Report an AI risk without a name: members with a ticket, others where the organisation allows it',
  access: 'public',
  params: OrganisationParams,
  body: z.strictObject({ ...Report, ticket: z.string().max(200).optional() }),
  response: Received,
  status: 201,
  confidential: true,
  problems: ['NOT_FOUND'],
  act: 'risk-report',
  limits: { perMinute: 20, bodyBytes: 128 << 10 },
});

export const followRiskReport = operation({
  id: 'risks.follow',
  method: 'POST',
  path: '/api/v1/public/organisations/{organisation}/risk-reports/status',
  tag: 'Risk reports',
  summary: 'How a report stands, by its secret code',
  access: 'public',
  params: OrganisationParams,
  body: z.strictObject({ code: Code }),
  response: z.strictObject({ ...Progress, messages: z.array(Message) }),
  problems: ['NOT_FOUND'],
  limits: { perMinute: 30, bodyBytes: 4096 },
});

export const addToRiskReport = operation({
  id: 'risks.add',
  method: 'POST',
  path: '/api/v1/public/organisations/{organisation}/risk-reports/messages',
  tag: 'Risk reports',
  summary: 'Add to one’s report, by its secret code',
  access: 'public',
  params: OrganisationParams,
  body: z.strictObject({ code: Code, text: Text }),
  problems: ['NOT_FOUND', 'CONFLICT'],
  limits: { perMinute: 20, bodyBytes: 64 << 10 },
});

export const listRiskReports = operation({
  id: 'risks.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/risk-reports',
  tag: 'Risk reports',
  summary:
    'Reports to handle, the open ones unless asked for the closed, newest first; and how long acknowledging takes',
  access: 'risk.handle',
  params: OrganisationParams,
  query: Paging.extend({ state: z.enum(['open', 'closed']).default('open') }),
  response: pageOf(z.strictObject({ ...Progress, channel: z.enum(['console', 'public']) })).extend({
    /** Hours from receipt to acknowledgement; absent before the first. */
    acknowledgement: z.strictObject({ median: z.number(), longest: z.number() }).optional(),
    publicReports: z.boolean(),
  }),
});

export const getRiskReport = operation({
  id: 'risks.get',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/risk-reports/{report}',
  tag: 'Risk reports',
  summary: 'One report, with who made it where they gave a name',
  access: 'risk.handle',
  params: ReportParams,
  response: z.strictObject({
    ...Progress,
    channel: z.enum(['console', 'public']),
    reporter: z.string().optional(),
    body: z.string(),
    messages: z.array(Message),
  }),
});

export const acknowledgeRiskReport = operation({
  id: 'risks.acknowledge',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/risk-reports/{report}/acknowledgement',
  tag: 'Risk reports',
  summary: 'Tell the reporter that the report arrived',
  access: 'risk.handle',
  params: ReportParams,
  versioned: true,
  problems: ['CONFLICT'],
  act: 'risk.acknowledged',
});

export const closeRiskReport = operation({
  id: 'risks.close',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/risk-reports/{report}/closing',
  tag: 'Risk reports',
  summary: 'Decide on a report',
  access: 'risk.handle',
  params: ReportParams,
  body: z.strictObject({ outcome: RiskOutcome }),
  versioned: true,
  problems: ['CONFLICT'],
  act: 'risk.closed',
});

export const answerRiskReport = operation({
  id: 'risks.answer',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/risk-reports/{report}/messages',
  tag: 'Risk reports',
  summary: 'Write to the reporter',
  access: 'risk.handle',
  params: ReportParams,
  body: z.strictObject({ text: Text }),
});

export const setPublicRiskReports = operation({
  id: 'risks.set-public',
  method: 'PUT',
  path: '/api/v1/organisations/{organisation}/risk-settings',
  tag: 'Risk reports',
  summary: 'Allow or forbid reports by anybody outside',
  access: 'risk.handle',
  params: OrganisationParams,
  body: z.strictObject({ publicReports: z.boolean() }),
  act: 'risk.public-reports-set',
});
