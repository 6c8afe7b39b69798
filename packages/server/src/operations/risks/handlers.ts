/** Confidential reports of AI risks. */
import {
  acknowledgeRiskReport,
  addToRiskReport,
  answerRiskReport,
  closeRiskReport,
  followRiskReport,
  getMyRiskReports,
  getRiskReport,
  listRiskReports,
  RiskOutcome,
  reportRisk,
  reportRiskUnnamed,
  setPublicRiskReports,
} from '@custos/contract';
import { addDays, CustosError } from '@custos/core';
import {
  acknowledgeRiskReport as acknowledgeOf,
  actEntry,
  addRiskMessage,
  closeRiskReport as closeOf,
  reportByCode,
  reportRisk as reportOf,
} from '@custos/engine';
import {
  acknowledgementHours,
  type Control,
  findRiskReport,
  organisationName,
  peopleSettings,
  publicRiskReports,
  putPeopleSettings,
  type RiskReportRow,
  riskMessages,
  riskReports,
} from '@custos/store';
import { handle, type Mounted } from '../../http/handler.ts';
import { readPairCursor, writePairCursor } from '../../http/pair-cursor.ts';
import { Refusal } from '../../http/problem.ts';
import type { Service } from '../../service.ts';

/** As many of one's own reports are shown. */
const OWN = 1000;
/** From outside, in a day and for one organisation: more than that nobody can read. */
const PUBLIC_PER_DAY = 100;

/** Texts lie encrypted in the database. @throws CustosError CONFLICT when the service's secret is another one now */
async function opened(service: Service, sealed: string): Promise<string> {
  try {
    return await service.seal.open(sealed);
  } catch (cause) {
    throw new CustosError(
      'CONFLICT',
      'This report was written under another secret of the service. Set the former CUSTOS_SECRET to read it.',
      { cause },
    );
  }
}

async function progressOf(service: Service, row: RiskReportRow) {
  return {
    id: row.report,
    subject: await opened(service, row.subject),
    state: stateOf(row),
    receivedAt: row.received_at,
    ...(row.acknowledged_at === null ? {} : { acknowledgedAt: row.acknowledged_at }),
    ...(row.closed_at === null ? {} : { closedAt: row.closed_at }),
    ...(row.outcome === null ? {} : { outcome: RiskOutcome.parse(row.outcome) }),
  };
}

function stateOf(row: RiskReportRow): 'received' | 'acknowledged' | 'closed' {
  if (row.closed_at !== null) return 'closed';
  return row.acknowledged_at === null ? 'received' : 'acknowledged';
}

async function messagesOf(service: Service, control: Control, report: string) {
  const messages = await riskMessages(control, report);
  return Promise.all(
    messages.map(async ({ at, from_reporter, body }) => ({
      at,
      from: from_reporter ? ('reporter' as const) : ('handler' as const),
      text: await opened(service, body),
    })),
  );
}

async function sealed(service: Service, { subject, body }: { subject: string; body: string }) {
  return { subject: await service.seal.close(subject), body: await service.seal.close(body) };
}

/** One answer for an organisation that is not there and one that does not take reports. */
function noReports(): CustosError {
  return new CustosError('NOT_FOUND', 'Nobody takes reports at this address.');
}

const mine = handle(getMyRiskReports, async ({ service, who, params }) => {
  const { organisation } = params;
  return service.context.database.within(organisation, async (control) => ({
    items: await Promise.all(
      (await riskReports(control, { reporter: who.person, limit: OWN })).map((row) =>
        progressOf(service, row),
      ),
    ),
    ...((await peopleSettings(control)).public_reports
      ? { publicUrl: `${service.baseUrl}/report/${organisation}` }
      : {}),
  }));
});

function today(service: Service): string {
  return service.context.clock.now().slice(0, 10);
}

const report = handle(reportRisk, async ({ service, who, params, body }) => {
  const {
    report: id,
    code,
    receivedAt,
  } = await reportOf(service.context, params.organisation, {
    channel: 'console',
    reporter: who.person,
    ...(await sealed(service, body)),
  });
  return { id, code, receivedAt };
});

const reportUnnamed = handle(reportRiskUnnamed, async ({ service, params, body }) => {
  const { organisation } = params;
  const { ticket, ...text } = body;
  const yesterday = addDays(service.context.clock.now(), -1);
  const { known, open, received } = await service.context.database.within(organisation, async (control) => ({
    known: (await organisationName(control)) !== undefined,
    open: (await peopleSettings(control)).public_reports,
    received: await publicRiskReports(control, yesterday),
  }));
  const days = [today(service), yesterday.slice(0, 10)];
  const member = ticket !== undefined && service.links.isTicket(ticket, organisation, days);
  if (!known || !(member || open)) throw noReports();
  if (!member && received >= PUBLIC_PER_DAY)
    throw new Refusal(
      'TOO_MANY_REQUESTS',
      `More than ${PUBLIC_PER_DAY} reports from outside came in within a day. Try again in an hour, or reach the organisation in another way.`,
      { headers: { 'retry-after': '3600' } },
    );
  const {
    report: id,
    code,
    receivedAt,
  } = await reportOf(service.context, organisation, {
    channel: member ? 'console' : 'public',
    reporter: undefined,
    ...(await sealed(service, text)),
  });
  return { id, code, receivedAt };
});

const follow = handle(followRiskReport, async ({ service, params, body }) =>
  service.context.database.within(params.organisation, async (control) => {
    const row = await reportByCode(control, body.code);
    return {
      ...(await progressOf(service, row)),
      messages: await messagesOf(service, control, row.report),
    };
  }),
);

const add = handle(addToRiskReport, async ({ service, params, body }) => {
  const { organisation } = params;
  await service.context.database.within(organisation, async (control) => {
    const row = await reportByCode(control, body.code);
    if (row.closed_at !== null)
      throw new CustosError('CONFLICT', 'This report is closed. Make a new one that names it.');
    const at = service.context.clock.now();
    await addRiskMessage(control, {
      organisation,
      report: row.report,
      at,
      fromReporter: true,
      text: await service.seal.close(body.text),
    });
  });
  return undefined;
});

const list = handle(listRiskReports, async ({ service, params, query: { state, cursor, limit } }) =>
  service.context.database.within(params.organisation, async (control) => {
    const after = readPairCursor(cursor);
    const rows = await riskReports(control, { closed: state === 'closed', after, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const { median, longest } = await acknowledgementHours(control);
    return {
      items: await Promise.all(
        page.map(async (row) => ({ ...(await progressOf(service, row)), channel: row.channel })),
      ),
      ...(last ? { next: writePairCursor(last.received_at, last.report) } : {}),
      ...(median === null || longest === null ? {} : { acknowledgement: { median, longest } }),
      publicReports: (await peopleSettings(control)).public_reports,
    };
  }),
);

const get = handle(getRiskReport, async ({ service, params, setVersion }) =>
  service.context.database.within(params.organisation, async (control) => {
    const row = await findRiskReport(control, { report: params.report });
    if (!row) throw new CustosError('NOT_FOUND', 'There is no such report.');
    setVersion(row.version);
    return {
      ...(await progressOf(service, row)),
      channel: row.channel,
      ...(row.reporter === null ? {} : { reporter: row.reporter }),
      body: await opened(service, row.body),
      messages: await messagesOf(service, control, row.report),
    };
  }),
);

const acknowledge = handle(acknowledgeRiskReport, async ({ service, who, params, version }) => {
  const { organisation, report: id } = params;
  await acknowledgeOf(service.context, organisation, { by: who.person, report: id, version });
  return undefined;
});

const close = handle(closeRiskReport, async ({ service, who, params, body, version }) => {
  const { organisation, report: id } = params;
  await closeOf(service.context, organisation, { by: who.person, report: id, version, ...body });
  return undefined;
});

const answer = handle(answerRiskReport, async ({ service, params, body }) => {
  const { organisation, report: id } = params;
  await service.context.database.within(organisation, async (control) => {
    if (!(await findRiskReport(control, { report: id })))
      throw new CustosError('NOT_FOUND', 'There is no such report.');
    const at = service.context.clock.now();
    await addRiskMessage(control, {
      organisation,
      report: id,
      at,
      fromReporter: false,
      text: await service.seal.close(body.text),
    });
  });
  return undefined;
});

const setPublic = handle(setPublicRiskReports, async ({ service, who, params, body }) => {
  const { organisation } = params;
  const ledger = await service.context.database.ledger(organisation);
  const act = actEntry('risk.public-reports-set', who.person, { allowed: body.publicReports ? 'yes' : 'no' });
  await ledger.recordWith([act], async (control) => {
    const { feed } = await peopleSettings(control);
    await putPeopleSettings(control, { organisation, feed, public_reports: body.publicReports });
  });
  return undefined;
});

export const riskHandlers: readonly Mounted[] = [
  mine,
  report,
  reportUnnamed,
  follow,
  add,
  list,
  get,
  acknowledge,
  close,
  answer,
  setPublic,
];
