/** Training, staff, threats and the awareness policy. */
import {
  acknowledgePolicy,
  addModule,
  confirmStaff,
  decideThreat,
  exportCompletions,
  exportStaff,
  getAwarenessPolicy,
  getMyTraining,
  getProgramme,
  getTeam,
  getTrainingModule,
  importCompletions,
  importStaff,
  listThreats,
  putAwarenessPolicy,
  putProgramme,
  recordThreat,
  takeQuiz,
} from '@custos/contract';
import { addDays, CustosError, isDigest } from '@custos/core';
import {
  acknowledgeAwarenessPolicy,
  addOwnModule,
  attemptsLeft,
  availableModules,
  DEFAULT_CURRICULA,
  DEFAULT_PROGRAMME_SETTINGS,
  decideOnThreat,
  importCompletions as importCompletionsOf,
  importStaff as importStaffOf,
  type ModuleStanding,
  moduleInForce,
  programmeInForce,
  proposalFor,
  putAwarenessPolicy as putPolicy,
  putProgrammeInForce,
  recordStaff,
  recordThreat as recordThreatOf,
  STAFF_COLUMNS,
  staffMembers,
  standingOf,
  takeQuiz as takeQuizOf,
  thresholdOf,
  trainingRules,
  trainingTeam,
  writeCsv,
} from '@custos/engine';
import {
  type AwarenessPolicyRow,
  acknowledgementsOf,
  bulletinsByThreat,
  type Control,
  findAwarenessPolicy,
  findStaffRegister,
  latestCompletions,
  moduleHeads,
  staffOf,
  threatsOf,
} from '@custos/store';
import { handle, type Mounted } from '../../http/handler.ts';

interface Head {
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
}
const UNKNOWN: Head = { title: '', summary: '', minutes: 1 };

/** What the modules of the programme are called, in the version that it has. */
async function headsOf(
  control: Control,
  modules: readonly { id: string; version: string }[],
): Promise<(id: string) => Head> {
  const rows = await moduleHeads(
    control,
    modules.map(({ id }) => id),
  );
  const heads = new Map(
    modules.map(({ id, version }) => [id, rows.find((row) => row.module === id && row.version === version)]),
  );
  return (id) => heads.get(id) ?? UNKNOWN;
}

function standingView(standing: ModuleStanding, title: string) {
  return { ...standing, roles: [...standing.roles], title };
}

function policyHead({ version, in_force_from, approved_by }: AwarenessPolicyRow) {
  return { version, inForceFrom: in_force_from, approvedBy: approved_by };
}

const mine = handle(getMyTraining, async ({ service, who, params }) => {
  const { context } = service;
  return context.database.within(params.organisation, async (control) => {
    const programme = (await programmeInForce(control)) ?? { curricula: [], modules: [] };
    const member = (await staffMembers(control)).find(({ person }) => person === who.person);
    const completions = await latestCompletions(control, who.person);
    const standing = member
      ? standingOf(
          programme,
          member,
          new Map(completions.map((row) => [row.module, row])),
          await trainingRules(context, control),
        )
      : [];
    const head = await headsOf(control, programme.modules);
    const asked = new Set(standing.map(({ module }) => module));
    const policy = await findAwarenessPolicy(control);
    const [acknowledged] = policy ? await acknowledgementsOf(control, policy.version, who.person) : [];
    return {
      roles: [...(member?.roles ?? [])],
      modules: standing.map((one) => {
        const { title, minutes, summary } = head(one.module);
        return { ...standingView(one, title), minutes, summary };
      }),
      others: programme.modules
        .filter(({ id }) => !asked.has(id))
        .map(({ id, title }) => {
          const { summary, minutes } = head(id);
          return { module: id, title, summary, minutes };
        }),
      ...(policy
        ? {
            policy: {
              ...policyHead(policy),
              ...(acknowledged ? { acknowledgedAt: acknowledged.at } : {}),
            },
          }
        : {}),
    };
  });
});

const module = handle(getTrainingModule, async ({ service, who, params }) => {
  const { context } = service;
  return context.database.within(params.organisation, async (control) => {
    const { programme, row, questions } = await moduleInForce(control, params.module);
    const { left, from } = await attemptsLeft(control, programme, {
      person: who.person,
      module: params.module,
      now: context.clock.now(),
    });
    if (!isDigest(row.digest)) throw new CustosError('INTERNAL', 'The digest of a module is damaged.');
    return {
      module: row.module,
      version: row.version,
      title: row.title,
      summary: row.summary,
      minutes: row.minutes,
      topics: row.topics,
      updatedAt: row.updated_at,
      digest: row.digest,
      body: row.body,
      // Picked field by field: what is right never leaves the server here.
      questions: questions.map(({ id, question, choices }) => ({
        id,
        question,
        choices: choices.map(({ text }) => text),
        several: choices.filter(({ correct }) => correct).length > 1,
      })),
      passShare: programme.passShare,
      attempts: { left, ...(from === undefined ? {} : { from }) },
    };
  });
});

const quiz = handle(takeQuiz, async ({ service, who, params, body }) => {
  const { context } = service;
  const { passed, score, at, right, questions } = await takeQuizOf(context, params.organisation, {
    person: who.person,
    module: params.module,
    version: body.version,
    answers: body.answers,
  });
  const { programme, attempts } = await context.database.within(params.organisation, async (control) => {
    const found = await moduleInForce(control, params.module);
    return {
      programme: found.programme,
      attempts: await attemptsLeft(control, found.programme, {
        person: who.person,
        module: params.module,
        now: at,
      }),
    };
  });
  return {
    passed,
    score,
    passShare: programme.passShare,
    at,
    questions: questions.map(({ id, choices, explanation }) => ({
      id,
      right: right.has(id),
      ...(passed || right.has(id)
        ? {
            answer: {
              choices: choices.flatMap(({ correct }, choice) => (correct ? [choice] : [])),
              explanation,
            },
          }
        : {}),
    })),
    attempts: { left: attempts.left, ...(attempts.from === undefined ? {} : { from: attempts.from }) },
  };
});

const programme = handle(getProgramme, async ({ service, params, setVersion }) => {
  const { context, training } = service;
  return context.database.within(params.organisation, async (control) => {
    const inForce = await programmeInForce(control);
    const available = await availableModules(control, training);
    const versions = new Map(inForce?.modules.map(({ id, version }) => [id, version]));
    const { passShare, attemptsPerDay, pauseMinutes } = inForce ?? DEFAULT_PROGRAMME_SETTINGS;
    setVersion(inForce?.version ?? 0);
    return {
      inForce: inForce !== undefined,
      curricula: (inForce?.curricula ?? DEFAULT_CURRICULA).map((one) => ({
        ...one,
        modules: [...one.modules],
      })),
      passShare,
      attemptsPerDay,
      pauseMinutes,
      ...(inForce
        ? {
            reviewedAt: inForce.reviewedAt,
            nextReviewAt: addDays(
              inForce.reviewedAt,
              await thresholdOf(context, control, 'training.review_days'),
            ),
          }
        : {}),
      newer: available.filter((one) => versions.has(one.module) && versions.get(one.module) !== one.version)
        .length,
      modules: available.map((row) => {
        const versionInForce = versions.get(row.module);
        const { module: id, version, title, summary, minutes, topics, updated_at, own } = row;
        return {
          module: id,
          version,
          ...(versionInForce === undefined ? {} : { versionInForce }),
          title,
          summary,
          minutes,
          topics: [...topics],
          updatedAt: updated_at,
          own,
        };
      }),
    };
  });
});

const putProgrammeHandler = handle(
  putProgramme,
  async ({ service, who, params, body, version, setVersion }) => {
    const { curricula, ...settings } = body;
    await putProgrammeInForce(service.context, params.organisation, {
      by: who.person,
      version,
      shipped: service.training,
      curricula,
      settings,
    });
    setVersion(version + 1);
    return { modules: new Set(curricula.flatMap(({ modules }) => modules)).size };
  },
);

const addModuleHandler = handle(addModule, async ({ service, who, params, body }) => {
  const { id, version, digest } = await addOwnModule(service.context, params.organisation, {
    by: who.person,
    shipped: service.training,
    ...body,
  });
  return { module: id, version, digest };
});

const team = handle(getTeam, async ({ service, params }) => {
  const { context } = service;
  return context.database.within(params.organisation, async (control) => {
    const { people, reach, register } = await trainingTeam(control, await trainingRules(context, control));
    const titles = new Map((await programmeInForce(control))?.modules.map(({ id, title }) => [id, title]));
    const policy = await findAwarenessPolicy(control);
    const acknowledged = new Map(
      policy && (await acknowledgementsOf(control, policy.version)).map(({ person, at }) => [person, at]),
    );
    return {
      people: people.map(({ person, name, roles, standing }) => {
        const at = acknowledged.get(person);
        return {
          person,
          name,
          roles: [...roles],
          modules: standing.map((one) => standingView(one, titles.get(one.module) ?? one.module)),
          ...(at === undefined ? {} : { acknowledgedAt: at }),
        };
      }),
      reach: [...reach],
      ...(register
        ? {
            register: {
              ...register,
              people: people.length,
              staleAt: addDays(
                register.recordedAt,
                await thresholdOf(context, control, 'training.joiner_grace_days'),
              ),
            },
          }
        : {}),
      ...(policy ? { policy: policyHead(policy) } : {}),
    };
  });
});

const importCompletionsHandler = handle(importCompletions, async ({ service, who, params, body }) => {
  const report = await importCompletionsOf(service.context, params.organisation, { by: who.person, ...body });
  return { ...report, issues: [...report.issues] };
});

const exportCompletionsHandler = handle(exportCompletions, async ({ service, params, setHeader }) => {
  const rows = await service.context.database.within(params.organisation, (control) =>
    latestCompletions(control),
  );
  setHeader('content-disposition', 'attachment; filename="completions.csv"');
  return writeCsv(
    ['person', 'module', 'module_version', 'completed_at', 'passed'],
    rows.map((row) => [
      row.person,
      row.module,
      row.module_version,
      row.completed_at,
      row.passed ? 'yes' : 'no',
    ]),
  );
});

const importStaffHandler = handle(importStaff, async ({ service, who, params, body }) => {
  const report = await importStaffOf(service.context, params.organisation, { by: who.person, ...body });
  return { ...report, issues: [...report.issues] };
});

const confirm = handle(confirmStaff, async ({ service, who, params }) => {
  const { register, people } = await service.context.database.within(
    params.organisation,
    async (control) => ({ register: await findStaffRegister(control), people: await staffOf(control) }),
  );
  if (!register) throw new CustosError('CONFLICT', 'There is no staff register yet. Import one.');
  await recordStaff(service.context, params.organisation, {
    by: who.person,
    scope: register.scope,
    people,
  });
  return undefined;
});

const exportStaffHandler = handle(exportStaff, async ({ service, params, setHeader }) => {
  const rows = await service.context.database.within(params.organisation, (control) => staffOf(control));
  setHeader('content-disposition', 'attachment; filename="staff.csv"');
  return writeCsv(
    STAFF_COLUMNS,
    rows.map((row) => [
      row.person,
      row.roles.join(';'),
      row.active ? 'yes' : 'no',
      row.joined_at,
      row.commits_code ? 'yes' : 'no',
    ]),
  );
});

const threats = handle(listThreats, async ({ service, params }) =>
  service.context.database.within(params.organisation, async (control) => {
    const rows = await threatsOf(control);
    const inForce = (await programmeInForce(control)) ?? { curricula: DEFAULT_CURRICULA };
    const available = await availableModules(control, service.training);
    const told = await bulletinsByThreat(control);
    return {
      items: rows.map((row) => {
        const { add, renew, untaught } = proposalFor(row, inForce, available);
        return {
          id: row.threat,
          title: row.title,
          topics: row.topics,
          substantial: row.substantial,
          publishedAt: row.published_at,
          references: row.links,
          mitigationKnown: row.mitigation_known,
          recordedAt: row.recorded_at,
          ...(row.decision !== null && row.decided_at !== null && row.decided_by !== null
            ? { decision: { text: row.decision, at: row.decided_at, by: row.decided_by } }
            : {}),
          proposal: { add: [...add], renew: [...renew], untaught: [...untaught] },
          bulletins: told.get(row.threat) ?? [],
        };
      }),
    };
  }),
);

const recordThreatHandler = handle(recordThreat, async ({ service, who, params, body }) => {
  await recordThreatOf(service.context, params.organisation, { by: who.person, threat: body });
  return { id: body.id };
});

const decide = handle(decideThreat, async ({ service, who, params, body }) => {
  await decideOnThreat(service.context, params.organisation, {
    by: who.person,
    threat: params.threat,
    decision: body.decision,
  });
  return undefined;
});

const policy = handle(getAwarenessPolicy, async ({ service, who, params }) =>
  service.context.database.within(params.organisation, async (control) => {
    const row = await findAwarenessPolicy(control);
    if (!row || !isDigest(row.digest)) return {};
    const [acknowledged] = await acknowledgementsOf(control, row.version, who.person);
    return {
      policy: {
        ...policyHead(row),
        body: row.body,
        digest: row.digest,
        ...(acknowledged ? { acknowledgedAt: acknowledged.at } : {}),
      },
    };
  }),
);

const putPolicyHandler = handle(putAwarenessPolicy, async ({ service, who, params, body }) =>
  policyHead(await putPolicy(service.context, params.organisation, { by: who.person, ...body })),
);

const acknowledge = handle(acknowledgePolicy, async ({ service, who, params, body }) => {
  const { database } = service.context;
  const known = await database.within(params.organisation, async (control) => {
    const row = await findAwarenessPolicy(control);
    const [before] = row ? await acknowledgementsOf(control, row.version, who.person) : [];
    return { row, before };
  });
  if (known.row?.version !== body.version)
    throw new CustosError(
      'CONFLICT',
      `Version ${body.version} of the policy is not the one in force. Read the one in force.`,
    );
  if (known.before) return { at: known.before.at };
  const at = await acknowledgeAwarenessPolicy(service.context, params.organisation, {
    person: who.person,
    version: body.version,
  });
  return { at };
});

export const trainingHandlers: readonly Mounted[] = [
  mine,
  module,
  quiz,
  programme,
  putProgrammeHandler,
  addModuleHandler,
  team,
  importCompletionsHandler,
  exportCompletionsHandler,
  importStaffHandler,
  confirm,
  exportStaffHandler,
  threats,
  recordThreatHandler,
  decide,
  policy,
  putPolicyHandler,
  acknowledge,
];
