/** What people decide and state, always with an actor and a role. */
import { z } from 'zod';
import { RegisteredAsset } from '../asset.ts';
import { DigestSchema, PersonId, Prose, Time } from '../schemas.ts';
import { Role } from '../words.ts';

const RiskItem = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** poisoning, evasion, prompt_injection, inversion, membership_inference, extraction, supply_chain, agent_misuse, … */
  category: z.string(),
  assets: z.array(z.string()),
  level: z.enum(['low', 'medium', 'high', 'critical']),
  /** Expected loss or rating in the organisation's own unit, compared with its tolerance. */
  residual: z.number().min(0),
  owner: PersonId,
  ownerParty: z.enum(['internal', 'external']),
  treatment: z.enum(['mitigate', 'accept', 'transfer', 'avoid', 'unresolved']),
  controls: z.array(z.string()),
  cost: z.string().optional(),
  dueAt: Time.optional(),
  acceptedBy: PersonId.optional(),
  usesHumanOversight: z.boolean().default(false),
});

/** What people approve or reject. */
export const APPROVABLE = [
  'release',
  'design_assessment',
  'prompt',
  'dataset_use',
  'transfer',
  'disposal',
  'inventory',
  'plan',
  'justification',
  'tolerance',
  'change',
  'waiver',
  'risk_acceptance',
  'provider',
  'adequacy',
] as const;

export const decisionPredicates = {
  /** Adequacy in a person's judgement, for one duty. Expires. */
  'adequacy-attestation': z.strictObject({
    duty: z.string(),
    statement: Prose,
    scope: z.string().optional(),
  }),
  /** Approval or rejection of exactly what the subject digest names. */
  approval: z.strictObject({
    of: z.enum(APPROVABLE),
    target: z.string(),
    decision: z.enum(['approved', 'rejected']),
    reason: Prose,
    /**
     * Present where it was given on a request. It decides something only while approvals of the very same thing by `needed`
     * different people stand, each in a role that they hold. `needed` counts all steps; where it is absent it is one more
     * than the largest `outstanding`, which says how many had still to join when this was given.
     */
    request: z
      .strictObject({
        id: z.string(),
        step: z.int().min(1),
        outstanding: z.int().min(0),
        needed: z.int().min(1).optional(),
        /** Who was asked, where somebody decided in their place. */
        onBehalfOf: PersonId.optional(),
      })
      .optional(),
  }),
  /** A time-boxed exception from one duty. Shown beside the verdict, never a pass. */
  waiver: z.strictObject({ duty: z.string(), owner: PersonId, reason: Prose, expiresAt: Time }),
  /** Withdraws an earlier observation. */
  retraction: z.strictObject({ of: DigestSchema, reason: Prose }),
  /** Need, risks and mitigations before deciding for AI. */
  'design-assessment': z.strictObject({
    need: Prose,
    alternatives: Prose,
    risks: z.array(z.strictObject({ id: z.string(), description: Prose, mitigation: Prose })),
    decidedAt: Time,
    datasets: z.array(z.string()),
    participants: z.array(z.strictObject({ person: PersonId, role: Role })),
  }),
  'risk-register': z.strictObject({
    risks: z.array(RiskItem),
    tolerance: z.number().min(0),
    reviewedAt: Time,
  }),
  /** Risk appetite approved by management. */
  'risk-tolerance': z.strictObject({ tolerance: z.number().min(0), statement: Prose, costReasoning: Prose }),
  'threat-model': z.strictObject({
    assets: z.array(z.string()),
    dataFlows: z.array(z.string()),
    catalogue: z.string(),
    catalogueVersion: z.string(),
    /** The catalogue's newest version at review time. */
    catalogueLatest: z.string(),
    threats: z.array(
      z.strictObject({
        id: z.string(),
        category: z.string(),
        asset: z.string(),
        references: z.array(z.string()),
        decision: z.enum(['mitigated', 'accepted', 'not_relevant', 'unresolved', 'open']),
        risk: z.string().optional(),
        reason: z.string(),
      }),
    ),
    reviewedAt: Time,
  }),
  /** Review of a change against the threat model. `change` is the lifecycle event's id. */
  'change-review': z.strictObject({
    change: z.string(),
    securityEffect: z.boolean(),
    decision: Prose,
    threatModel: DigestSchema.optional(),
    decidedAt: Time,
  }),
  /**
   * A person's decision on one asset that was discovered: `approved` puts it into the approved inventory, `rejected` says
   * that it may not be used, `not_ai` that it is no part of an AI system. The newest decision on an asset counts; `not_ai` for the digest, or else the
   * version, that it names, and until a newer confirmed inventory lists the asset.
   */
  'asset-decision': z.discriminatedUnion('decision', [
    z.strictObject({ decision: z.literal('approved'), asset: RegisteredAsset, reason: Prose }),
    z.strictObject({
      decision: z.enum(['rejected', 'not_ai']),
      asset: RegisteredAsset.pick({ id: true, version: true, digest: true }),
      reason: Prose,
    }),
  ]),
  /** Decision on something that came in: a threat event, a report, an alert, an alarm. */
  'review-decision': z.strictObject({
    about: z.string(),
    kind: z.enum(['threat', 'report', 'alert', 'alarm', 'finding', 'answer']),
    decision: Prose,
    decidedAt: Time,
  }),
  /** What was answered to a question. It decides nothing by itself. */
  'task-answer': z.strictObject({
    task: z.string(),
    question: z.string(),
    /** Who was asked; that it was they who answered is shown by an actor only. */
    person: PersonId,
    askedBy: PersonId.optional(),
    /** `link`: given by whoever had the link that was made for the person. */
    via: z.literal('link').optional(),
    answer: Prose,
    /** Duty that the question is about. */
    duty: z.string().optional(),
  }),
  /** Assessment of one external component. */
  'component-assessment': z.strictObject({
    component: z.string(),
    version: z.string().optional(),
    aiRisks: Prose,
    dueDiligence: Prose,
    process: z.string(),
    conclusion: z.enum(['accepted', 'accepted_with_controls', 'rejected']),
    controls: z.array(z.string()),
  }),
  'provider-assessment': z.strictObject({
    provider: z.string(),
    services: z.array(z.string()),
    conclusion: z.enum(['accepted', 'accepted_with_controls', 'rejected']),
    rationale: Prose,
    adheresToStandard: z.enum(['yes', 'mapped', 'no', 'unknown']),
    adherenceEvidence: DigestSchema.optional(),
    adherenceScope: z.array(z.string()),
  }),
  /** Why a poorly documented or unsecured component is used nevertheless. */
  justification: z.strictObject({
    component: z.string(),
    version: z.string().optional(),
    rationale: Prose,
    riskAssessment: z.string().optional(),
    controls: z.array(z.string()),
  }),
  /** The Data Custodian's classification of a dataset. */
  'data-classification': z.strictObject({
    dataset: z.string(),
    sensitivity: z.enum(['public', 'internal', 'confidential', 'restricted']),
    personalData: z.boolean(),
  }),
  /** The Data Custodian's decision whether one use fits one dataset. */
  'data-use-decision': z.strictObject({
    dataset: z.string(),
    use: z.string(),
    exposure: z.enum(['internal', 'partners', 'public']),
    decision: z.enum(['allowed', 'allowed_with_controls', 'refused']),
    requiredControls: z.array(z.string()),
    reason: Prose,
  }),
  /** Controls that a Data Custodian asks for, each with the tests that show it. */
  'custodian-controls': z.strictObject({
    controls: z.array(z.strictObject({ id: z.string(), statement: Prose, tests: z.array(z.string()) })),
  }),
  /** Decision to keep or restrict a function that the approved use does not need. */
  'capability-decision': z.strictObject({
    model: z.string(),
    capability: z.string(),
    decision: z.enum(['disabled', 'kept']),
    control: z.string().optional(),
    reason: Prose,
  }),
  /** Decision which internal states of a model are worth monitoring. */
  'internal-state-decision': z.strictObject({
    model: z.string(),
    states: z.array(z.string()),
    reason: Prose,
  }),
  /** Assurance from an external party that bears a risk. */
  assurance: z.strictObject({
    party: z.string(),
    risks: z.array(z.string()),
    kind: z.string(),
    scope: z.array(z.string()),
    validUntil: Time,
  }),
  'access-review': z.strictObject({
    framework: z.string(),
    areas: z.array(z.enum(['apis', 'models', 'data', 'training_pipelines', 'processing_pipelines'])),
    measures: z.array(z.strictObject({ area: z.string(), measure: z.string() })),
    openItems: z.int().min(0),
    reviewedAt: Time,
  }),
  'cloud-contract': z.strictObject({
    provider: z.string(),
    clauses: z.array(z.strictObject({ clause: z.string(), provision: z.string() })),
    gaps: z.array(z.string()),
    expiresAt: Time,
  }),
  /** Contracts with customers that carry an incident-support process. */
  'contract-register': z.strictObject({
    active: z.int().min(0),
    withIncidentClause: z.int().min(0),
    templateHasClause: z.boolean(),
  }),
  /** Independence and competence of testers. */
  'tester-declaration': z.strictObject({
    testers: z
      .array(
        z.strictObject({
          person: PersonId,
          organisation: z.string(),
          reportsTo: z.string(),
          competence: z.string(),
          competenceUntil: Time,
        }),
      )
      .min(1),
    buildTeam: z.strictObject({
      organisation: z.string(),
      reportsTo: z.string(),
      members: z.array(PersonId),
    }),
    noConflict: z.boolean(),
  }),
} as const;
