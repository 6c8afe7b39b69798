/** Training: the programme, modules with their quizzes, who has taken what, staff, threats, and the awareness policy. */
import { z } from 'zod';
import { operation } from '../operation.ts';
import { DigestSchema, OrganisationParams, Slug, Time } from '../shared.ts';

/** A staff role: also one that only the organisation knows. */
export const StaffRole = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{1,60}$/, { error: 'must be a word of a–z, 0–9, _ and -' });
const Prose = z.string().trim().min(20).max(2000);
const Share = z.number().min(0).max(1);

export const ModuleState = z.enum(['due', 'failed', 'passed', 'expiring', 'expired']);
export type ModuleState = z.infer<typeof ModuleState>;

const Standing = {
  module: z.string(),
  title: z.string(),
  state: ModuleState,
  /** Roles that ask for it. */
  roles: z.array(z.string()),
  completedAt: Time.optional(),
  expiresAt: Time.optional(),
  /** By when a joiner should have passed it. */
  dueAt: Time.optional(),
};

const PolicyHead = z.strictObject({
  version: z.string(),
  inForceFrom: Time,
  approvedBy: z.string(),
});

export const getMyTraining = operation({
  id: 'training.mine',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/training/mine',
  tag: 'Training',
  summary: 'What training is asked of me, what is due and what lapses',
  access: 'organisation.read',
  params: OrganisationParams,
  response: z.strictObject({
    roles: z.array(z.string()),
    modules: z.array(z.strictObject({ ...Standing, minutes: z.int(), summary: z.string() })),
    /** Modules of the programme that none of my roles asks for. */
    others: z.array(
      z.strictObject({ module: z.string(), title: z.string(), summary: z.string(), minutes: z.int() }),
    ),
    /** The awareness policy, when there is one. */
    policy: PolicyHead.extend({ acknowledgedAt: Time.optional() }).optional(),
  }),
});

const QuestionToAnswer = z.strictObject({
  id: z.string(),
  question: z.string(),
  choices: z.array(z.string()),
  /** More than one choice is right. */
  several: z.boolean(),
});

export const getTrainingModule = operation({
  id: 'training.module',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/training/modules/{module}',
  tag: 'Training',
  summary: 'A module to read, and its questions without the answers',
  access: 'organisation.read',
  params: OrganisationParams.extend({ module: Slug }),
  response: z.strictObject({
    module: z.string(),
    version: z.string(),
    title: z.string(),
    summary: z.string(),
    minutes: z.int(),
    topics: z.array(z.string()),
    updatedAt: Time,
    digest: DigestSchema,
    /** Markdown. */
    body: z.string(),
    questions: z.array(QuestionToAnswer),
    passShare: Share,
    attempts: z.strictObject({
      left: z.int(),
      /** The next one is allowed from then on; absent: now. */
      from: Time.optional(),
    }),
  }),
});

export const takeQuiz = operation({
  id: 'training.take-quiz',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/training/modules/{module}/attempts',
  tag: 'Training',
  summary: 'Take the quiz of a module, for oneself; graded by the server and recorded as a completion',
  access: 'organisation.read',
  via: 'session',
  params: OrganisationParams.extend({ module: Slug }),
  body: z.strictObject({
    /** Of the module that was read. */
    version: z.string().max(40),
    /** For each question the numbers of the choices, from 0. */
    answers: z.record(z.string().max(63), z.array(z.int().min(0).max(20)).max(20)),
  }),
  response: z.strictObject({
    passed: z.boolean(),
    score: Share,
    passShare: Share,
    at: Time,
    questions: z.array(
      z.strictObject({
        id: z.string(),
        right: z.boolean(),
        /** What was right and why: only for what was answered right, and for everything once it is passed. */
        answer: z.strictObject({ choices: z.array(z.int()), explanation: z.string() }).optional(),
      }),
    ),
    attempts: z.strictObject({ left: z.int(), from: Time.optional() }),
  }),
  status: 201,
  problems: ['CONFLICT', 'TOO_MANY_REQUESTS'],
  act: 'training-completion',
  limits: { perMinute: 10 },
});

export const Curriculum = z.strictObject({
  role: StaffRole,
  modules: z.array(Slug).min(1).max(100),
  rationale: Prose,
});

const ProgrammeSettings = {
  /** Share of the questions that has to be right. */
  passShare: z.number().min(0.5).max(1),
  attemptsPerDay: z.int().min(1).max(20),
  /** Between an attempt that was not enough and the next. */
  pauseMinutes: z.int().min(0).max(1440),
};

export const getProgramme = operation({
  id: 'training.programme',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/training/programme',
  tag: 'Training',
  summary:
    'The training programme in force, or the one proposed while there is none, and the modules there are',
  access: 'organisation.read',
  params: OrganisationParams,
  response: z.strictObject({
    inForce: z.boolean(),
    curricula: z.array(Curriculum),
    ...ProgrammeSettings,
    reviewedAt: Time.optional(),
    nextReviewAt: Time.optional(),
    /** Newer texts of modules in the programme, which it takes up when it is put in force again. */
    newer: z.int(),
    modules: z.array(
      z.strictObject({
        module: z.string(),
        version: z.string(),
        /** Version that the programme has; absent when no curriculum names it. */
        versionInForce: z.string().optional(),
        title: z.string(),
        summary: z.string(),
        minutes: z.int(),
        topics: z.array(z.string()),
        updatedAt: Time,
        /** Added by the organisation. */
        own: z.boolean(),
      }),
    ),
  }),
});

export const putProgramme = operation({
  id: 'training.put-programme',
  method: 'PUT',
  path: '/api/v1/organisations/{organisation}/training/programme',
  tag: 'Training',
  summary: 'Put the programme in force, with the newest text of its modules; it counts as a review',
  access: 'training.manage',
  params: OrganisationParams,
  body: z.strictObject({ curricula: z.array(Curriculum).min(1).max(60), ...ProgrammeSettings }),
  response: z.strictObject({ modules: z.int() }),
  versioned: true,
  act: 'training.programme-put',
});

export const addModule = operation({
  id: 'training.add-module',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/training/modules',
  tag: 'Training',
  summary: 'Add a module of one’s own, or a new version of one: Markdown with a head, and a quiz in YAML',
  access: 'training.manage',
  params: OrganisationParams,
  body: z.strictObject({ markdown: z.string().max(300_000), quiz: z.string().max(200_000) }),
  response: z.strictObject({ module: z.string(), version: z.string(), digest: DigestSchema }),
  status: 201,
  problems: ['CONFLICT'],
  act: 'training.module-added',
  limits: { bodyBytes: 1 << 20 },
});

export const getTeam = operation({
  id: 'training.team',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/training/team',
  tag: 'Training',
  summary: 'How far everybody is, and what share of each role has completed what it is asked',
  access: 'training.read',
  params: OrganisationParams,
  response: z.strictObject({
    people: z.array(
      z.strictObject({
        person: z.string(),
        name: z.string(),
        roles: z.array(z.string()),
        modules: z.array(z.strictObject(Standing)),
        acknowledgedAt: Time.optional(),
      }),
    ),
    reach: z.array(z.strictObject({ role: z.string(), people: z.int(), complete: z.int() })),
    register: z
      .strictObject({ scope: z.string(), recordedAt: Time, people: z.int(), staleAt: Time })
      .optional(),
    policy: PolicyHead.optional(),
  }),
});

const Issue = z.strictObject({
  /** Line of a CSV file, or number of an xAPI statement, from 1. */
  line: z.int(),
  field: z.string().optional(),
  message: z.string(),
});
export const ImportReport = z.strictObject({
  applied: z.boolean(),
  good: z.int(),
  existing: z.int(),
  issues: z.array(Issue),
});

export const importCompletions = operation({
  id: 'training.import-completions',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/training/completions',
  tag: 'Training',
  summary: 'Import completions from a learning system: CSV or xAPI statements. Every line is taken or told.',
  access: 'training.manage',
  params: OrganisationParams,
  body: z.strictObject({
    format: z.enum(['csv', 'xapi']),
    text: z.string().max(8 << 20),
    /** Where it comes from, such as the file's name. */
    source: z.string().trim().min(1).max(200),
    /** Say what would happen, and record nothing. */
    preview: z.boolean().default(false),
    /** Take the good lines though others have issues. */
    partial: z.boolean().default(false),
  }),
  response: ImportReport,
  act: 'training.completions-imported',
  limits: { bodyBytes: 9 << 20, perMinute: 20 },
});

export const exportCompletions = operation({
  id: 'training.export-completions',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/training/completions.csv',
  tag: 'Training',
  summary: 'The latest completion of each person and module as CSV',
  access: 'training.read',
  params: OrganisationParams,
  response: z.string(),
  mediaType: 'text/csv; charset=utf-8',
});

export const importStaff = operation({
  id: 'staff.import',
  method: 'PUT',
  path: '/api/v1/organisations/{organisation}/staff',
  tag: 'Training',
  summary: 'Replace the staff register by a CSV file',
  access: 'training.manage',
  params: OrganisationParams,
  body: z.strictObject({
    text: z.string().max(8 << 20),
    /** How "all staff" is drawn: contractors, part-timers, … */
    scope: Prose,
    preview: z.boolean().default(false),
  }),
  response: ImportReport,
  act: 'staff.recorded',
  limits: { bodyBytes: 9 << 20, perMinute: 20 },
});

export const confirmStaff = operation({
  id: 'staff.confirm',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/staff/confirmations',
  tag: 'Training',
  summary: 'Say that the staff register still holds as it is',
  access: 'training.manage',
  via: 'session',
  params: OrganisationParams,
  problems: ['CONFLICT'],
  act: 'staff.recorded',
});

export const exportStaff = operation({
  id: 'staff.export',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/staff.csv',
  tag: 'Training',
  summary: 'The staff register as CSV',
  access: 'training.read',
  params: OrganisationParams,
  response: z.string(),
  mediaType: 'text/csv; charset=utf-8',
});

const Topic = z.string().regex(/^[a-z][a-z0-9_]{2,60}$/, { error: 'must be a word of a–z, 0–9 and _' });
const ThreatId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, { error: 'must be 1–80 of letters, digits, . _ and -' });
const NewThreat = z.strictObject({
  /** Of its source, such as a CVE or ATLAS id, or one's own. */
  id: ThreatId,
  title: z.string().trim().min(5).max(200),
  topics: z.array(Topic).max(20),
  /** It asks for a decision about training, and for a bulletin. */
  substantial: z.boolean(),
  publishedAt: Time,
  references: z.array(z.url({ protocol: /^https?$/ }).max(1000)).max(20),
  mitigationKnown: z.boolean(),
});

export const listThreats = operation({
  id: 'threats.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/threats',
  tag: 'Training',
  summary: 'Threats, newest first, each with what it asks of the programme and whether a bulletin told it',
  access: 'organisation.read',
  params: OrganisationParams,
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        ...NewThreat.shape,
        recordedAt: Time,
        decision: z.strictObject({ text: z.string(), at: Time, by: z.string() }).optional(),
        proposal: z.strictObject({
          /** Roles without a module on one of its topics, with one that has it. */
          add: z.array(z.strictObject({ role: z.string(), module: z.string(), topic: z.string() })),
          /** Modules on its topics whose text is older than it. */
          renew: z.array(z.string()),
          untaught: z.array(z.string()),
        }),
        /** Bulletins that name it and went out. */
        bulletins: z.array(z.string()),
      }),
    ),
  }),
});

export const recordThreat = operation({
  id: 'threats.record',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/threats',
  tag: 'Training',
  summary: 'Record a threat that appeared',
  access: 'training.manage',
  params: OrganisationParams,
  body: NewThreat,
  response: z.strictObject({ id: z.string() }),
  status: 201,
  problems: ['CONFLICT'],
  act: 'training.threat-recorded',
});

export const decideThreat = operation({
  id: 'threats.decide',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/threats/{threat}/decisions',
  tag: 'Training',
  summary: 'Decide what a threat means for training',
  access: 'training.manage',
  via: 'session',
  params: OrganisationParams.extend({ threat: ThreatId }),
  body: z.strictObject({ decision: Prose }),
  act: 'training.threat-decided',
});

export const getAwarenessPolicy = operation({
  id: 'awareness.policy',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/awareness-policy',
  tag: 'Training',
  summary: 'The policy that asks everybody to stay aware of AI threats',
  access: 'organisation.read',
  params: OrganisationParams,
  response: z.strictObject({
    policy: PolicyHead.extend({
      body: z.string(),
      digest: DigestSchema,
      acknowledgedAt: Time.optional(),
    }).optional(),
  }),
});

export const putAwarenessPolicy = operation({
  id: 'awareness.put-policy',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/awareness-policy',
  tag: 'Training',
  summary: 'Put a version of the awareness policy in force; everybody has to acknowledge it anew',
  access: 'training.manage',
  params: OrganisationParams,
  body: z.strictObject({
    version: z
      .string()
      .regex(/^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$/, { error: 'must be 1–40 of letters, digits, . _ and -' }),
    /** Markdown. */
    body: z.string().trim().min(200).max(50_000),
  }),
  response: PolicyHead,
  status: 201,
  problems: ['CONFLICT'],
  act: 'awareness.policy-put',
});

export const acknowledgePolicy = operation({
  id: 'awareness.acknowledge',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/awareness-policy/acknowledgements',
  tag: 'Training',
  summary: 'Say that one has read the policy and will follow it; only for oneself',
  access: 'organisation.read',
  via: 'session',
  params: OrganisationParams,
  body: z.strictObject({ version: z.string().max(40) }),
  response: z.strictObject({ at: Time }),
  problems: ['CONFLICT'],
  act: 'acknowledgement',
});
