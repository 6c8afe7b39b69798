/**
 * The training programme: which modules there are and which role takes which, put in force by an administrator; modules of the
 * organisation's own; threats, and what they mean for the programme; the policy that asks everybody to stay aware.
 */
import { CustosError, type Instant, millis, nearest } from '@custos/core';
import {
  type AwarenessPolicyRow,
  type Control,
  decideThreat,
  findModule,
  insertAcknowledgement,
  insertAwarenessPolicy,
  insertThreat,
  keepModules,
  ownModules,
  putProgramme,
  type ThreatRow,
  type TrainingModuleRow,
} from '@custos/store';
import { sha256 } from '@custos/trust';
import type { z } from 'zod';
import type { ServiceContext } from './context.ts';
import { actEntry, asOrganisation, peopleEntry } from './people-record.ts';
import {
  type Curriculum,
  type Programme,
  type ProgrammeModule,
  programmeInForce,
} from './people-standing.ts';
import { parseTrainingModule, Quiz, type TrainingModule } from './training-module.ts';

/** Who takes what of the modules that come with Custos, until an organisation decides otherwise. */
export const DEFAULT_CURRICULA: readonly Curriculum[] = [
  {
    role: 'staff',
    modules: ['ai-security-basics', 'social-engineering', 'incident-reporting'],
    rationale:
      'Everybody meets AI systems and their output at work, and is the first to see that something is odd',
  },
  {
    role: 'developer',
    modules: [
      'ai-security-basics',
      'secure-ai-development',
      'poisoning',
      'prompt-injection',
      'model-and-data-extraction',
      'supply-chain',
      'incident-reporting',
    ],
    rationale:
      'Developers choose data, models and components, and decide what an attacker can reach through them',
  },
  {
    role: 'system_operator',
    modules: [
      'ai-security-basics',
      'operating-ai-securely',
      'prompt-injection',
      'model-and-data-extraction',
      'supply-chain',
      'incident-reporting',
    ],
    rationale:
      'Operators run the system among real users: they watch it, update it, and are there when it is attacked',
  },
  {
    role: 'data_custodian',
    modules: [
      'ai-security-basics',
      'data-custodian-duties',
      'poisoning',
      'model-and-data-extraction',
      'incident-reporting',
    ],
    rationale:
      'Data Custodians decide which data may be used for what, and answer for what can be drawn out of it again',
  },
  {
    role: 'organisation',
    modules: ['ai-security-basics', 'social-engineering', 'supply-chain', 'incident-reporting'],
    rationale:
      'Management sets the tolerance for AI risks, decides on providers, and is a target of deception itself',
  },
];

export interface ProgrammeSettings {
  readonly passShare: number;
  readonly attemptsPerDay: number;
  readonly pauseMinutes: number;
}
export const DEFAULT_PROGRAMME_SETTINGS: ProgrammeSettings = {
  passShare: 0.8,
  attemptsPerDay: 3,
  pauseMinutes: 10,
};

/** Modules that a programme can take: the newest version of each. Those of Custos that the organisation never used are among them. */
export async function availableModules(
  control: Control,
  shipped: readonly TrainingModule[],
): Promise<
  (Omit<TrainingModuleRow, 'organisation' | 'published_at'> & { published_at: Instant | undefined })[]
> {
  const own = (await ownModules(control)).map(({ organisation: _, ...row }) => row);
  return [
    ...shipped.map((module) => ({ ...columnsOf(module), own: false, published_at: undefined })),
    ...own,
  ];
}

function columnsOf(module: TrainingModule) {
  const { id, version, title, summary, minutes, topics, digest, body, questions, updatedAt } = module;
  return {
    module: id,
    version,
    title,
    summary,
    minutes,
    topics: [...topics],
    digest,
    body,
    quiz: JSON.stringify({ questions }),
    updated_at: updatedAt,
  };
}

/**
 * Puts a programme in force: the newest version of every module that a curriculum names. It counts as a review.
 * @param version of the programme in force; 0 when there is none
 * @throws CustosError INVALID for a module that is not there or a role named twice, VERSION_CHANGED
 */
export async function putProgrammeInForce(
  context: ServiceContext,
  organisation: string,
  {
    by,
    version,
    shipped,
    curricula,
    settings,
  }: {
    by: string;
    version: number;
    shipped: readonly TrainingModule[];
    curricula: readonly Curriculum[];
    settings: ProgrammeSettings;
  },
): Promise<void> {
  const now = context.clock.now();
  const ledger = await context.database.ledger(organisation);
  const roles = curricula.map(({ role }) => role);
  const twice = roles.find((role, at) => roles.indexOf(role) !== at);
  if (twice !== undefined)
    throw new CustosError('INVALID', `The role ${twice} has two curricula. Join them.`);
  const wanted = new Set(curricula.flatMap(({ modules }) => modules));
  const { rows, before } = await context.database.within(organisation, async (control) => {
    const available = await availableModules(control, shipped);
    for (const id of wanted)
      if (!available.some(({ module }) => module === id)) {
        const guess = nearest(
          id,
          available.map(({ module }) => module),
        );
        throw new CustosError(
          'INVALID',
          `There is no module "${id}".${guess ? ` Did you mean ${guess}?` : ''}`,
        );
      }
    const taken = available.filter(({ module }) => wanted.has(module));
    const earlier = await programmeInForce(control);
    const kept = await Promise.all(
      taken.map(({ module, version: of }) => findModule(control, { module, version: of })),
    );
    return {
      before: earlier,
      rows: taken.map((row, at) => ({
        ...row,
        organisation,
        published_at: kept[at]?.published_at ?? row.published_at ?? now,
      })),
    };
  });
  if ((before?.version ?? 0) !== version) throw changed();
  const modules: ProgrammeModule[] = rows.map((row) => ({
    id: row.module,
    version: row.version,
    title: row.title,
    topics: row.topics,
    publishedAt: row.published_at,
    updatedAt: row.updated_at,
    digest: `sha256:${row.digest.slice(7)}` as const,
  }));
  const content = {
    modules,
    curricula: curricula.map((one) => ({ ...one, modules: [...one.modules] })),
    reviewedAt: now,
  };
  const entries = [
    await peopleEntry(context, organisation, {
      type: 'training-programme',
      content,
      observedAt: now,
      actor: asOrganisation(by),
    }),
    actEntry('training.programme-put', by, { modules: modules.length, roles: curricula.length, ...settings }),
  ];
  await ledger.recordWith(entries, async (control) => {
    await keepModules(control, rows);
    const done = await putProgramme(control, {
      organisation,
      version,
      curricula: JSON.stringify(content.curricula),
      modules: JSON.stringify(modules),
      reviewed_at: now,
      pass_share: settings.passShare,
      attempts_per_day: settings.attemptsPerDay,
      pause_minutes: settings.pauseMinutes,
    });
    if (!done) throw changed();
  });
}

function changed(): CustosError {
  return new CustosError('VERSION_CHANGED', 'Somebody changed the programme in the meantime. Read it again.');
}

/**
 * Adds a module of the organisation's own, or a new version of one. It is taught once a programme that names it is in force.
 * @throws CustosError INVALID with the place, CONFLICT for an id of Custos or a version that is there
 */
export async function addOwnModule(
  context: ServiceContext,
  organisation: string,
  {
    by,
    markdown,
    quiz,
    shipped,
  }: { by: string; markdown: string; quiz: string; shipped: readonly TrainingModule[] },
): Promise<TrainingModule> {
  const module = parseTrainingModule(markdown, quiz, 'The module');
  if (shipped.some(({ id }) => id === module.id))
    throw new CustosError('CONFLICT', `${module.id} is a module that comes with Custos. Choose another id.`);
  const now = context.clock.now();
  const ledger = await context.database.ledger(organisation);
  const { id, version, digest } = module;
  await ledger.recordWith(
    [actEntry('training.module-added', by, { module: id, version, digest })],
    async (control) => {
      const row = { ...columnsOf(module), organisation, own: true, published_at: now, updated_at: now };
      if ((await keepModules(control, [row])) === 0)
        throw new CustosError(
          'CONFLICT',
          `Version ${version} of ${id} is there already. Give the new text a new version.`,
        );
    },
  );
  return module;
}

/** The module as the programme in force has it. @throws CustosError NOT_FOUND */
export async function moduleInForce(
  control: Control,
  id: string,
): Promise<{ programme: Programme; row: TrainingModuleRow; questions: z.infer<typeof Quiz>['questions'] }> {
  const programme = await programmeInForce(control);
  const named = programme?.modules.find((one) => one.id === id);
  const row = named && (await findModule(control, { module: id, version: named.version }));
  if (!programme || !row)
    throw new CustosError(
      'NOT_FOUND',
      `The training programme has no module "${id}". See the list of training.`,
    );
  return { programme, row, questions: Quiz.parse(JSON.parse(row.quiz)).questions };
}

export interface NewThreat {
  readonly id: string;
  readonly title: string;
  readonly topics: readonly string[];
  readonly substantial: boolean;
  readonly publishedAt: Instant;
  readonly references: readonly string[];
  readonly mitigationKnown: boolean;
}

/** @throws CustosError CONFLICT when the id is taken, INVALID for a time ahead */
export async function recordThreat(
  context: ServiceContext,
  organisation: string,
  { by, threat }: { by: string; threat: NewThreat },
): Promise<void> {
  const now = context.clock.now();
  if (millis(threat.publishedAt) > millis(now))
    throw new CustosError(
      'INVALID',
      `The threat is dated ${threat.publishedAt}, in the future. Correct the date.`,
    );
  const { id, title, topics, substantial, publishedAt, references, mitigationKnown } = threat;
  const ledger = await context.database.ledger(organisation);
  const entry = await peopleEntry(context, organisation, {
    type: 'threat-event',
    content: { id, title, substantial, publishedAt, references: [...references], mitigationKnown },
    observedAt: now,
    actor: asOrganisation(by),
  });
  await ledger.recordWith(
    [entry, actEntry('training.threat-recorded', by, { threat: id })],
    async (control) => {
      const made = await insertThreat(control, {
        organisation,
        threat: id,
        title,
        topics: [...topics],
        substantial,
        published_at: publishedAt,
        links: [...references],
        mitigation_known: mitigationKnown,
        recorded_at: now,
      });
      if (!made) throw new CustosError('CONFLICT', `There is a threat "${id}" already. Choose another id.`);
    },
  );
}

/** Decides what a threat means for training. @throws CustosError NOT_FOUND */
export async function decideOnThreat(
  context: ServiceContext,
  organisation: string,
  { by, threat, decision }: { by: string; threat: string; decision: string },
): Promise<void> {
  const now = context.clock.now();
  const ledger = await context.database.ledger(organisation);
  const entry = await peopleEntry(context, organisation, {
    type: 'review-decision',
    content: { about: threat, kind: 'threat', decision, decidedAt: now },
    observedAt: now,
    actor: asOrganisation(by),
  });
  await ledger.recordWith([entry, actEntry('training.threat-decided', by, { threat })], async (control) => {
    if (!(await decideThreat(control, threat, { decision, decided_at: now, decided_by: by })))
      throw new CustosError('NOT_FOUND', `There is no threat "${threat}".`);
  });
}

export interface ThreatProposal {
  /** Roles that take no module on one of the topics, with a module that has it. */
  readonly add: readonly { readonly role: string; readonly module: string; readonly topic: string }[];
  /** Modules on a topic whose text is older than the threat. */
  readonly renew: readonly string[];
  /** Topics that no module has. */
  readonly untaught: readonly string[];
}

/** What a threat asks of the programme. */
export function proposalFor(
  threat: Pick<ThreatRow, 'topics' | 'published_at'>,
  programme: Pick<Programme, 'curricula'>,
  available: readonly { module: string; topics: readonly string[]; updated_at: Instant }[],
): ThreatProposal {
  const teaching = (topic: string) => available.filter(({ topics }) => topics.includes(topic));
  const add = threat.topics.flatMap((topic) => {
    const [first] = teaching(topic);
    if (!first) return [];
    const modules = new Set(teaching(topic).map(({ module }) => module));
    return programme.curricula
      .filter((curriculum) => !curriculum.modules.some((module) => modules.has(module)))
      .map(({ role }) => ({ role, module: first.module, topic }));
  });
  const renew = new Set(
    threat.topics
      .flatMap(teaching)
      .filter(({ updated_at }) => millis(updated_at) < millis(threat.published_at))
      .map(({ module }) => module),
  );
  return {
    add,
    renew: [...renew].sort(),
    untaught: threat.topics.filter((topic) => teaching(topic).length === 0),
  };
}

/** Puts a version of the awareness policy in force, at once. @throws CustosError CONFLICT when there is one of that version */
export async function putAwarenessPolicy(
  context: ServiceContext,
  organisation: string,
  { by, version, body }: { by: string; version: string; body: string },
): Promise<AwarenessPolicyRow> {
  const now = context.clock.now();
  const digest = sha256(body);
  const ledger = await context.database.ledger(organisation);
  const entry = await peopleEntry(context, organisation, {
    type: 'policy',
    content: {
      kind: 'awareness',
      version,
      inForceFrom: now,
      appliesTo: 'all staff',
      sections: [...body.matchAll(/^#{1,3} +(.+)$/gm)].map(([, title]) => (title ?? '').trim()),
      approvedBy: by,
    },
    observedAt: now,
    actor: asOrganisation(by),
    about: { name: `awareness policy ${version}`, digest },
  });
  const row = { organisation, version, body, digest, in_force_from: now, approved_by: by };
  await ledger.recordWith(
    [entry, actEntry('awareness.policy-put', by, { version, digest })],
    async (control) => {
      if (!(await insertAwarenessPolicy(control, row)))
        throw new CustosError(
          'CONFLICT',
          `There is a version ${version} of the policy already. Give the new text a new version.`,
        );
    },
  );
  return row;
}

/** Somebody has read the policy and will follow it: their own word, nobody else's. */
export async function acknowledgeAwarenessPolicy(
  context: ServiceContext,
  organisation: string,
  { person, version }: { person: string; version: string },
): Promise<Instant> {
  const at = context.clock.now();
  const ledger = await context.database.ledger(organisation);
  const entry = await peopleEntry(context, organisation, {
    type: 'acknowledgement',
    content: { person, policy: 'awareness', version, at },
    observedAt: at,
  });
  await ledger.recordWith([entry], (control) =>
    insertAcknowledgement(control, { organisation, version, person, at }),
  );
  return at;
}
