/** An organisation at work in the running service, so that every page of the console has something to show. */
import {
  acknowledgeRiskReport,
  answerFinding,
  answerTask,
  askTask,
  type CallOf,
  type Client,
  createBulletin,
  createClient,
  createDelegation,
  createKey,
  createRequest,
  createSystem,
  createWebhook,
  decideRequest,
  decideSetting,
  decideTriage,
  declareSystem,
  drawSample,
  getBulletin,
  getFinding,
  getOrganisationPublication,
  getProgramme,
  getRequest,
  getRiskReport,
  getSignIn,
  getSystem,
  getSystemPublication,
  getTriage,
  importStaff,
  invite,
  listMembers,
  loadExamples,
  markSample,
  proposeSetting,
  publishNotice,
  publishOrganisation,
  publishSystem,
  putAwarenessPolicy,
  putProgramme,
  raiseFinding,
  recordThreat,
  removeMember,
  reportRisk,
  saveOrganisationPublication,
  saveSystemPublication,
  sendBulletin,
  setPublicRiskReports,
  setSignIn,
  testWebhook,
} from '@custos/contract';
import { DAY, type DeciderRole } from '@custos/core';
import type { Mailbox } from '../packages/server/src/testing/mailbox.ts';
import { clientOf, join, type Person, person } from './console-people.ts';
import { ADMINISTRATOR, type RunningConsole } from './run-console.ts';

export const PEOPLE = {
  administrator: ADMINISTRATOR,
  second: person('Security office', 'security-office'),
  developer: person('AI engineering', 'ai-engineering'),
  operator: person('Support operations', 'support-operations'),
  custodian: person('Data office', 'data-office'),
  auditor: person('Internal audit', 'internal-audit'),
  /** Was a member once. */
  guest: person('Former guest', 'guest'),
} as const satisfies Record<string, Person>;
export type Name = keyof typeof PEOPLE;

/** What is only known once it is there. */
export interface ConsoleWorld {
  readonly approved: string;
  readonly waiting: string;
  readonly bulletin: string;
  readonly links: { readonly task: string; readonly invitation: string; readonly bulletin: string };
}

const organisation = 'acme-ltd';
const system = 'lindenhof-support-chatbot';
const IN = { organisation };
const ON = { organisation, system };
const ahead = (days: number) => new Date(Date.now() + days * DAY).toISOString();

type Clients = Readonly<Record<Exclude<Name, 'guest'>, Client>>;

export async function fillConsole(running: RunningConsole, mailbox: Mailbox): Promise<ConsoleWorld> {
  const administrator = await clientOf(running, PEOPLE.administrator);
  await administrator.call(loadExamples, { params: IN });
  const people = await bringIn(running, mailbox, administrator);
  await inventory(people);
  const { approved, waiting } = await decisions(people);
  const task = await questions(running, people, mailbox);
  await audit(people);
  await outside(people);
  await machines(people);
  await settings(people);
  const bulletin = await awareness(people);
  return {
    approved,
    waiting,
    bulletin,
    links: {
      task,
      invitation: await mailbox.linkTo('new.colleague@example.org', 'invitation'),
      bulletin: await mailbox.linkTo(PEOPLE.developer.email, 'bulletin'),
    },
  };
}

async function bringIn(running: RunningConsole, mailbox: Mailbox, administrator: Client): Promise<Clients> {
  const linkTo = (email: string) => mailbox.linkTo(email, 'invitation');
  const roles = {
    second: 'administrator',
    developer: 'contributor',
    operator: 'contributor',
    custodian: 'contributor',
    auditor: 'auditor',
    guest: 'viewer',
  } as const;
  for (const name of ['second', 'developer', 'operator', 'custodian', 'auditor', 'guest'] as const)
    await join(running, administrator, { who: PEOPLE[name], role: roles[name], linkTo });
  const { items } = await administrator.call(listMembers, { params: IN });
  const { email } = PEOPLE.guest;
  const version = items.find((member) => member.person === email)?.version ?? 0;
  await administrator.call(
    removeMember,
    { params: { organisation, person: email } },
    { ifMatch: `"${version}"` },
  );
  await administrator.call(invite, {
    params: IN,
    body: { person: 'new.colleague@example.org', role: 'contributor' },
  });
  const [second, developer, operator, custodian, auditor] = await Promise.all(
    ([PEOPLE.second, PEOPLE.developer, PEOPLE.operator, PEOPLE.custodian, PEOPLE.auditor] as const).map(
      (who) => clientOf(running, who),
    ),
  );
  if (!second || !developer || !operator || !custodian || !auditor) throw new Error('somebody is missing');
  return { administrator, second, developer, operator, custodian, auditor };
}

/** A system in design that differs from what the organisation asks for, and decisions on what was found. */
async function inventory({ administrator, developer }: Clients): Promise<void> {
  await administrator.call(createSystem, {
    params: IN,
    body: {
      id: 'invoice-reader',
      name: 'Invoice reader',
      purpose: 'Reads invoices that suppliers send, and proposes the booking.',
      phase: 'design',
      use: {
        inputs: ['image', 'text'],
        outputs: ['text'],
        tools: [],
        users: ['accountants'],
        exposure: 'internal',
        prohibited: ['booking without review'],
      },
      features: {},
      thresholds: { 'restore.drill_days': 200, 'test.max_age_days': 90 },
      assets: [],
    },
  });
  const params = { organisation, system: 'lindenhof-placenames' };
  const { assets } = await developer.call(getTriage, { params });
  const found = assets.map(({ asset }) => asset.id);
  await developer.call(decideTriage, {
    params,
    body: {
      assets: found.filter((id) => id === 'component:pypi/transformers'),
      decision: 'approved',
      reason: 'Other libraries do not read the format of this tokenizer',
      role: 'developer',
    },
  });
}

async function request(
  by: Client,
  body: Omit<CallOf<typeof createRequest>['body'], 'dueAt'>,
): Promise<string> {
  const { id } = await by.call(createRequest, { params: ON, body: { ...body, dueAt: ahead(6) } });
  return id;
}

async function decides(
  by: Client,
  id: string,
  role: DeciderRole,
  decision: 'approved' | 'rejected',
  reason: string,
): Promise<void> {
  const params = { ...ON, request: id };
  const { sealed } = await by.call(getRequest, { params });
  await by.call(decideRequest, { params, body: { role, decision, reason, sealed: sealed.digest } });
}

/** One that waits for the administrator, one that is void, one that was rejected. */
async function decisions({ developer, operator, custodian }: Clients) {
  const approved = await request(developer, {
    title: 'The declaration of this autumn',
    note: 'It is what the chatbot does since the last release',
    ask: { kind: 'approval', of: 'change', seal: { is: 'declaration' } },
    steps: [{ role: 'system_operator', needed: 1 }],
  });
  await decides(operator, approved, 'system_operator', 'approved', 'It is what we run and nothing else');
  const { value, etag } = await operator.ask(getSystem, { params: ON });
  await operator.call(
    declareSystem,
    {
      params: ON,
      body: { ...value.declaration, features: { ...value.declaration.features, cloud_service_used: false } },
    },
    etag === undefined ? {} : { ifMatch: etag },
  );
  const rejected = await request(developer, {
    title: 'Complaints as a source of answers',
    note: 'Complaints tell best what customers do not find',
    ask: {
      kind: 'data_use',
      dataset: 'dataset:data/help_pages.jsonl',
      sensitivity: 'public',
      personalData: false,
      requiredControls: [],
    },
    steps: [{ role: 'data_custodian', needed: 1 }],
  });
  await decides(
    custodian,
    rejected,
    'data_custodian',
    'rejected',
    'Complaints name people, so they are not public',
  );
  const waiting = await request(operator, {
    title: 'Release 1.5.0',
    note: 'Evaluation and security tests of 1.5.0 passed on Monday',
    ask: { kind: 'approval', of: 'release', seal: { is: 'fingerprint', target: '1.5.0' } },
    steps: [
      { role: 'developer', needed: 1 },
      { role: 'organisation', needed: 2 },
    ],
    duty: '5.2.1-3.1/a',
  });
  await decides(developer, waiting, 'developer', 'approved', 'What is released is what was tested');
  await request(operator, {
    title: 'Training of the night shift comes later',
    note: 'The training provider begins in the next quarter only',
    ask: { kind: 'waiver', duty: '5.1.1-1/a', expiresAt: ahead(60) },
    steps: [{ role: 'organisation', needed: 1 }],
    duty: '5.1.1-1/a',
  });
  await developer.call(createDelegation, {
    params: ON,
    body: {
      to: 'platform@example.org',
      role: 'developer',
      reason: 'I am away until the end of the month',
      endsAt: ahead(20),
    },
  });
  return { approved, waiting };
}

/** @returns the link of a question that is still open */
async function questions(running: RunningConsole, { operator }: Clients, mailbox: Mailbox): Promise<string> {
  const person = 'security@supplier.example';
  const ask = async (title: string, question: string) => {
    await operator.call(askTask, { params: ON, body: { person, title, question, expiresAt: ahead(14) } });
    return mailbox.linkTo(person, 'task');
  };
  const link = await ask(
    'Where do you keep our prompts?',
    'In which countries are prompts and answers kept, and for how long?',
  );
  await createClient({ baseUrl: running.url, headers: { origin: running.url } }).call(answerTask, {
    body: { token: new URL(link).hash.slice(1), answer: 'In Frankfurt and Dublin, for thirty days.' },
  });
  return ask(
    'How do you tell us about changes of the model?',
    'How long before a change of the model do we hear of it, and by which way?',
  );
}

async function audit({ auditor, developer }: Clients): Promise<void> {
  const { items } = await auditor.call(drawSample, { params: ON, query: { seed: 'spring', count: 10 } });
  const [first, second] = items;
  if (!first || !second) throw new Error('the ledger of the example holds no two observations');
  const mark = (observation: typeof first.id, mark: 'sound' | 'doubtful', note: string) =>
    auditor.call(markSample, { params: { ...ON, observation }, body: { mark, note } });
  await mark(first.id, 'sound', 'Compared with the record of the meeting');
  await mark(second.id, 'doubtful', 'The tool was changed in between');
  const raise = (title: string, text: string, severity: 'low' | 'high') =>
    auditor.call(raiseFinding, {
      params: ON,
      body: { title, text, severity, duty: '5.1.3-1.3/a', observation: second.id },
    });
  await raise(
    'The tool that measured it was changed',
    'Its version changed between two runs that are compared.',
    'low',
  );
  const { id } = await raise(
    'A risk is borne that nobody accepted',
    'The register names it as accepted, and no decision of that day is in the ledger.',
    'high',
  );
  const params = { ...ON, finding: id };
  const { etag = '' } = await developer.ask(getFinding, { params });
  await developer.call(
    answerFinding,
    { params, body: { text: 'The decision was asked for, and is expected this week.', role: 'developer' } },
    { ifMatch: etag },
  );
}

/** What people outside read and send. */
async function outside({ administrator, operator, developer }: Clients): Promise<void> {
  const organisations = await administrator.ask(getOrganisationPublication, { params: IN });
  const drafted = await administrator.ask(
    saveOrganisationPublication,
    {
      params: IN,
      body: {
        version: '2026-1',
        scope: 'Everything under example.org, and the AI systems that we run.',
        aiIssues: 'Prompts that change what an assistant may do, and data that it gives away.',
        reporting: 'Write to the address below, in English or German, with what you did and saw.',
        responseTime: 'You hear from us within three working days.',
        safeHarbour: 'Whoever looks in good faith and tells us first has nothing to fear from us.',
        contacts: ['mailto:security@example.org'],
        incidentContact: 'mailto:incidents@example.org',
        expires: ahead(300),
        languages: ['en', 'de'],
      },
    },
    { ifMatch: organisations.etag ?? '' },
  );
  await administrator.call(publishOrganisation, { params: IN }, { ifMatch: drafted.etag ?? '' });
  const before = await operator.ask(getSystemPublication, { params: ON });
  const page = await operator.ask(
    saveSystemPublication,
    {
      params: ON,
      body: {
        version: '2026-2',
        purpose: 'Answers questions about orders, delivery and returns.',
        use: 'Ask in your own words. It answers from our help pages, and names them.',
        management: 'People of our support read a sample of the answers every week.',
        integration: 'It is part of the shop; there is no interface for programs.',
        configuration: 'There is nothing that you have to set.',
        prohibited: ['legal advice', 'medical advice'],
        limitations: ['It does not know what happened in the last hour'],
        failureModes: ['It may hand you over to a colleague'],
        dataUse: {
          text: 'Questions are kept to find out what help pages lack.',
          retentionDays: 30,
          storageRegions: 'European Union',
          usedForTraining: false,
          humanReview: true,
          subProcessors: 'the provider of the language model',
        },
        hashes: [],
        justifications: false,
        incidentContact: 'mailto:incidents@example.org',
      },
    },
    { ifMatch: before.etag ?? '' },
  );
  await operator.call(publishSystem, { params: ON }, { ifMatch: page.etag ?? '' });
  await operator.call(publishNotice, {
    params: ON,
    body: {
      title: 'Answers now name the page that they come from',
      kind: 'model_update',
      audience: 'end_user',
      about: ['REL-15'],
      description: 'Each answer ends with the help page that it was taken from.',
      impact: 'You can check for yourself what the assistant tells you.',
      action: 'Nothing has to be done; older conversations stay as they were.',
      recipients: 0,
      delivered: 0,
      role: 'system_operator',
    },
  });
  await administrator.call(setPublicRiskReports, { params: IN, body: { publicReports: true } });
  const report = (subject: string, body: string) =>
    developer.call(reportRisk, { params: IN, body: { subject, body } });
  const { id } = await report(
    'The assistant tells purchase prices',
    'Asked for the price of a tent three times, it told what we pay the supplier.',
  );
  const params = { organisation, report: id };
  const { etag = '' } = await administrator.ask(getRiskReport, { params });
  await administrator.call(acknowledgeRiskReport, { params }, { ifMatch: etag });
  await report('Score drops on Sundays', 'Since March fewer payments are held back on Sundays than before.');
}

async function machines({ administrator }: Clients): Promise<void> {
  await administrator.call(createKey, {
    params: IN,
    body: {
      name: 'Pipeline of the chatbot',
      permissions: ['evidence.record', 'system.read'],
      system,
      expiresAt: ahead(90),
    },
  });
  const { id } = await administrator.call(createWebhook, {
    params: IN,
    body: {
      url: 'https://hooks.example.org/custos',
      description: 'Channel of the security office',
      kinds: ['request.due', 'request.changed'],
    },
  });
  await administrator.call(testWebhook, { params: { organisation, webhook: id } });
  const { value, etag } = await administrator.ask(getSignIn, { params: IN });
  await administrator.call(
    setSignIn,
    {
      params: IN,
      body: {
        secondFactor: value.secondFactor,
        sso: {
          issuer: 'https://login.example.org/realms/acme',
          clientId: 'custos',
          scopes: ['openid', 'email', 'profile'],
          groupsClaim: 'groups',
          trustEmail: false,
        },
        mappings: [
          { group: 'custos-administrators', role: 'administrator' },
          { group: 'chatbot-team', system, systemRole: 'developer' },
        ],
        clientSecret: 'only for these pictures',
      },
    },
    { ifMatch: etag ?? '' },
  );
}

/** One that is in force, one that waits. */
async function settings({ administrator, second }: Clients): Promise<void> {
  const propose = (by: Client, setting: string, value: number, reason: string) =>
    by.ask(
      proposeSetting,
      { params: { organisation, setting }, body: { value, reason } },
      { ifMatch: '"0"' },
    );
  const { etag = '' } = await propose(
    second,
    'restore.drill_days',
    90,
    'Our backups change more often than once a year',
  );
  await administrator.call(
    decideSetting,
    {
      params: { organisation, setting: 'restore.drill_days' },
      body: { decision: 'approved', reason: 'Agreed in the meeting of the security board' },
    },
    { ifMatch: etag },
  );
  await propose(second, 'custodian.approval_days', 180, 'Data change twice a year in our shops');
}

/** Training, the policy, threats, and a bulletin that was sent. @returns its id */
async function awareness({ administrator, developer }: Clients): Promise<string> {
  const { value: programme, etag } = await administrator.ask(getProgramme, { params: IN });
  const { curricula, passShare, attemptsPerDay, pauseMinutes } = programme;
  await administrator.call(
    putProgramme,
    { params: IN, body: { curricula, passShare, attemptsPerDay, pauseMinutes } },
    etag === undefined ? {} : { ifMatch: etag },
  );
  await administrator.call(putAwarenessPolicy, {
    params: IN,
    body: {
      version: '2026.1',
      body: '# Staying aware\n\nEverybody who builds, runs or uses an AI system here learns how such systems are attacked, reports what looks odd, and reads the bulletins.\n\n- Take the modules of your role within thirty days.\n- Report without waiting for proof.\n- Never put customer data into a tool that we have not approved.',
    },
  });
  const joined = ahead(-10);
  const staff = [PEOPLE.administrator, PEOPLE.developer, PEOPLE.operator, PEOPLE.custodian];
  await administrator.call(importStaff, {
    params: IN,
    body: {
      text: [
        'person,roles,active,joined_at,commits_code',
        ...staff.map(
          ({ email }) => `${email},staff,yes,${joined},${email === PEOPLE.developer.email ? 'yes' : 'no'}`,
        ),
      ].join('\n'),
      scope: 'Everybody with an account, contractors too',
      preview: false,
    },
  });
  for (const [id, title, substantial] of [
    ['THREAT-2026-7', 'Orders hidden in calendar invitations', true],
    ['THREAT-2026-9', 'Packages with names that models make up', false],
  ] as const)
    await administrator.call(recordThreat, {
      params: IN,
      body: {
        id,
        title,
        topics: ['prompt_injection'],
        substantial,
        publishedAt: ahead(-3),
        references: ['https://advisories.example.org/2026/7'],
        mitigationKnown: true,
      },
    });
  const bulletin = {
    title: 'Invitations may carry orders to assistants',
    body: 'Text in an **invitation** is read by assistants that keep calendars.\n\n- Accept invitations yourself.\n- Tell us when an assistant did something that you did not ask for.',
    threats: ['THREAT-2026-7'],
    mitigationKnown: true,
    mitigation: 'Do not let an assistant accept invitations from outside on its own.',
    audience: [],
  };
  const { id } = await administrator.call(createBulletin, { params: IN, body: bulletin });
  await administrator.call(sendBulletin, { params: { organisation, bulletin: id } }, { ifMatch: '"1"' });
  await administrator.call(createBulletin, {
    params: IN,
    body: {
      ...bulletin,
      title: 'Check the name of a package before you install it',
      threats: ['THREAT-2026-9'],
    },
  });
  await developer.call(getBulletin, { params: { organisation, bulletin: id } });
  return id;
}
